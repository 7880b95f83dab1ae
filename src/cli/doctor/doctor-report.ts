/** What `midirec doctor` found out, and how it is put. */
import type { ChalkInstance } from 'chalk';

/** `note` is worth knowing; `problem` keeps midirec from working. */
export type FindingStatus = 'ok' | 'note' | 'problem';

export type FindingSection = 'System' | 'MIDI' | 'Inputs' | 'Outputs' | 'Environment';

const SECTIONS: readonly FindingSection[] = ['System', 'MIDI', 'Inputs', 'Outputs', 'Environment'];

export interface Finding {
  section: FindingSection;
  status: FindingStatus;
  /** One line. */
  text: string;
  /** What to do, as a sentence or two. */
  advice?: string;
}

const STATUS_COLUMNS = 7;
const MARGIN = '  ';

/** The findings by section, then the advice, numbered; each once, however often it was given. */
export function reportLines(
  findings: readonly Finding[],
  chalk: ChalkInstance,
  columns: number,
): string[] {
  const lines: string[] = [];
  for (const section of SECTIONS) {
    const own = findings.filter((finding) => finding.section === section);
    if (own.length === 0) continue;
    lines.push(chalk.bold(section));
    for (const { status, text } of own) {
      const head = section === 'Environment' ? '' : `${paintStatus(status, chalk)}  `;
      const indent = ' '.repeat(MARGIN.length + (head === '' ? 0 : STATUS_COLUMNS + 2));
      const [first = '', ...rest] = wrap(text, columns - indent.length);
      lines.push(`${MARGIN}${head}${first}`, ...rest.map((line) => indent + line));
    }
    lines.push('');
  }
  return [...lines, ...adviceLines(findings, chalk, columns)];
}

function paintStatus(status: FindingStatus, chalk: ChalkInstance): string {
  const word = status.padEnd(STATUS_COLUMNS);
  if (status === 'ok') return chalk.green(word);
  return status === 'note' ? chalk.yellow(word) : chalk.red.bold(word);
}

function adviceLines(
  findings: readonly Finding[],
  chalk: ChalkInstance,
  columns: number,
): string[] {
  const advice = adviceOf(findings);
  if (advice.length === 0) return [chalk.green('Nothing is wrong.')];
  return [
    chalk.bold('What to do'),
    ...advice.flatMap((text, index) => {
      const number = `${MARGIN}${index + 1}. `;
      const [first = '', ...rest] = wrap(text, columns - number.length);
      return [number + first, ...rest.map((line) => ' '.repeat(number.length) + line)];
    }),
  ];
}

/** All advice, what is most pressing first. */
export function adviceOf(findings: readonly Finding[]): string[] {
  const problems = findings.filter(({ status }) => status === 'problem');
  const others = findings.filter(({ status }) => status !== 'problem');
  return [...new Set([...problems, ...others].flatMap(({ advice }) => (advice ? [advice] : [])))];
}

/** Breaks `text` at spaces, into lines of at most `columns` where its words allow that. */
function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > columns) {
    const indent = rest.length - rest.trimStart().length;
    const before = rest.lastIndexOf(' ', columns);
    const at = before > indent ? before : rest.indexOf(' ', Math.max(indent + 1, columns));
    if (at < 0) break;
    lines.push(rest.slice(0, at).trimEnd());
    rest = rest.slice(at).trimStart();
  }
  return [...lines, rest];
}
