/** The findings as people read them, and as `--json` has them. */
import type { ChalkInstance } from 'chalk';
import { Help } from 'commander';
import { Columns } from '../terminal/columns.js';
import { PAGE_COLUMNS, type TerminalLook } from '../terminal/terminal-look.js';
import { adviceOf, type Finding, type Section } from './doctor-findings.js';
import { histogramLines } from './histogram.js';

const SECTIONS: readonly Section[] = [
  'System',
  'MIDI',
  'Inputs',
  'Outputs',
  'Cable',
  'Environment',
];
const STATUS_COLUMNS = 7;
const MARGIN = '  ';

/** Breaks lines between words, however narrow the terminal is. */
const wrapper = Object.assign(new Help(), { minWidthToWrap: 1 });

/** The findings by section, then the advice, numbered. */
export async function reportLines(
  findings: readonly Finding[],
  { chalk, columns, pictures, unicode }: TerminalLook,
): Promise<string[]> {
  const block = pictures ? (unicode ? '█' : '#') : '';
  const lines: string[] = [];
  for (const section of SECTIONS) {
    const own = findings.filter((found) => found.section === section);
    if (own.length === 0) continue;
    lines.push(chalk.bold(section), ...(await sectionLines(own, chalk, columns, block)), '');
  }
  const advice = adviceOf(findings);
  if (advice.length === 0) return [...lines, chalk.green('Nothing is wrong.')];
  lines.push(chalk.bold('What to do'));
  advice.forEach((text, index) => {
    const head = `${MARGIN}${index + 1}. `;
    lines.push(...hanging(head, head.length, text, columns));
  });
  return lines;
}

async function sectionLines(
  findings: readonly Finding[],
  chalk: ChalkInstance,
  columns: number,
  block: string,
): Promise<string[]> {
  const devices = await Columns.measure(findings.flatMap(cellsOf), {
    columns: [{ right: true, least: 2 }],
  });
  return findings.flatMap((found) => {
    const [cells] = cellsOf(found);
    const text = cells === undefined ? found.text : devices.line(cells);
    if (found.section === 'Environment') return hanging(MARGIN, MARGIN.length, text, columns);
    const head = `${MARGIN}${paintStatus(found, chalk)}  `;
    const width = MARGIN.length + STATUS_COLUMNS + 2;
    const lines = hanging(head, width, text, columns);
    if (found.histogram === undefined || block === '') return lines;
    const drawn = histogramLines(found.histogram, Math.min(columns, PAGE_COLUMNS) - width, block);
    return [...lines, ...drawn.map((line) => ' '.repeat(width) + line)];
  });
}

/** Id, name and what was found, if it is of a device; else nothing. */
function cellsOf({ subject, text }: Finding): string[][] {
  return subject?.id === undefined ? [] : [[String(subject.id), subject.name, text]];
}

function paintStatus({ status }: Finding, chalk: ChalkInstance): string {
  const word = status.padEnd(STATUS_COLUMNS);
  if (status === 'ok') return chalk.green(word);
  return status === 'note' ? chalk.yellow(word) : chalk.red.bold(word);
}

/** `text` behind `head`, which is so wide; what does not fit stands below it. */
function hanging(head: string, width: number, text: string, columns: number): string[] {
  const [first = '', ...rest] = wrapper.boxWrap(text, columns - width).split('\n');
  return [head + first, ...rest.map((line) => ' '.repeat(width) + line)];
}

/** What `--json` has besides the facts. */
export function reportDocument(findings: readonly Finding[]): object {
  return {
    findings: findings.map((found) => {
      const { id, section, status, subject, text, advice } = found;
      const [cells] = cellsOf(found);
      return {
        id,
        section,
        status,
        subject: subject?.name,
        text: cells?.join('  ').trimEnd() ?? text,
        advice,
      };
    }),
    advice: adviceOf(findings),
  };
}
