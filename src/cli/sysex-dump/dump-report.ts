/** What a dump held, and why it is not all that was asked for, in words; losses on the way in are in loss-report.ts. */
import type { SyxResult } from '../../files/growing/growing-dump.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import { sysexLine } from '../capturing/message-text.js';
import type { StopReason } from '../process/stop-requests.js';
import { displayPath, formatBytes, formatCounted } from '../terminal/figures.js';
import type { DumpedMessage, DumpResult } from './dump-files.js';
import type { AskedInstrument } from './dump-instrument.js';

const MOST_LINES = 20;

/** Message by message as long as that can be read, then by kind. */
export class DumpSummary {
  messages = 0;
  bytes = 0;
  incomplete = 0;
  wrongChecksums = 0;
  /** Messages that are not the answer to what was asked. */
  strangers = 0;
  readonly #asked: AskedInstrument | undefined;
  readonly #kinds = new Map<string, number>();

  constructor(asked?: AskedInstrument) {
    this.#asked = asked;
  }

  add({ bytes, complete }: DumpedMessage): void {
    this.messages++;
    this.bytes += bytes.length;
    if (!complete) this.incomplete++;
    const asked = this.#asked;
    const description = asked?.describe(bytes) ?? describeSysex(bytes);
    if (description.checksum === 'wrong') this.wrongChecksums++;
    const line = sysexLine(description) + (asked?.namesIn(bytes) ?? '');
    const known = this.#kinds.get(line);
    if (known !== undefined || this.#kinds.size < 10 * MOST_LINES) {
      this.#kinds.set(line, (known ?? 0) + 1);
    }
  }

  /** One line for each kind of message, in the order of their first one. */
  lines(): string[] {
    const lines = [...this.#kinds].map(([line, count]) =>
      count === 1 ? line : `${count} × ${line}`,
    );
    if (lines.length <= MOST_LINES) return lines;
    const more = lines.length - MOST_LINES;
    return [...lines.slice(0, MOST_LINES), `… and ${formatCounted(more, 'other kind')}`];
  }

  /**
   * How much came, and where it is. Where only pieces came there is no file for it; where they are
   * is among the problems.
   */
  total(files: DumpResult | undefined): string {
    if (this.messages === 0) return 'no sysex came';
    const paths = files?.whole.paths ?? [];
    const where = paths.length === 0 ? '' : `${describePaths(paths)}: `;
    return `${where}${formatCounted(this.messages, 'message')}, ${formatBytes(this.bytes)}`;
  }
}

/**
 * One line for each problem.
 *
 * @param wanted - `--count`
 * @param isBinary - incomplete messages have no place in standard output
 */
export function describeProblems(
  { messages, wrongChecksums, incomplete, strangers }: DumpSummary,
  reason: StopReason,
  wanted: number | undefined,
  files: DumpResult | undefined,
  isBinary: boolean,
): string[] {
  const problems: string[] = [];
  const hasFallenSilent =
    reason === 'idle' || reason === 'inputs-gone' || reason === 'end-of-input';
  if (wanted !== undefined && messages < wanted && hasFallenSilent) {
    problems.push(`only ${messages} of ${formatCounted(wanted, 'message')} came`);
  }
  if (wrongChecksums > 0) {
    problems.push(`${formatCounted(wrongChecksums, 'message')} with a wrong checksum: dump again`);
  }
  if (strangers > 0) {
    problems.push(`${formatCounted(strangers, 'message')} other than what was asked for`);
  }
  if (files?.incomplete !== undefined) {
    problems.push(`what is incomplete is in ${describePaths(files.incomplete.paths)}`);
  }
  if (isBinary && incomplete > 0) {
    problems.push(
      `${formatCounted(incomplete, 'incomplete message')} left out of standard output (-o keeps them)`,
    );
  }
  for (const result of [files?.whole, files?.incomplete]) {
    if (result?.lost === undefined) continue;
    const count = formatCounted(result.lost.messages, 'message');
    problems.push(`${count} lost: the disk would not take them`);
  }
  return problems;
}

/** What is there, only not where it was asked for. */
export function describeTroubles(files: DumpResult | undefined): string[] {
  return [files?.whole, files?.incomplete]
    .map((result: SyxResult | undefined) => result?.trouble)
    .filter((trouble) => trouble !== undefined)
    .map(({ message, hint }) => `${message}; ${hint}`);
}

/** The first of the files, and the last. */
function describePaths(paths: readonly string[]): string {
  if (paths.length === 0) return 'no file';
  const first = displayPath(paths[0]!);
  return paths.length === 1 ? first : `${first} … ${displayPath(paths.at(-1)!)}`;
}
