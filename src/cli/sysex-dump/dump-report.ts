/** What a dump held, and why it is not all that was asked for, in words; losses on the way in are in loss-report.ts. */
import type { Loss } from '../../capture/loss-ledger.js';
import type { SyxResult } from '../../files/growing/growing-dump.js';
import { SYSEX_END } from '../../midi/status.js';
import { describeByTable, namesIn } from '../../sysex/instruments/description.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import { withoutPlace } from '../capturing/loss-report.js';
import { sysexLine } from '../capturing/message-text.js';
import type { StopReason } from '../process/stop-requests.js';
import { displayPath, formatBytes, formatCount, formatCounted } from '../terminal/figures.js';
import type { DumpResult } from './dump-files.js';
import type { AskedInstrument } from './dump-instrument.js';
import { type DumpedMessage, isPart } from './dumped-message.js';

const MOST_LINES = 20;
/** More than tells what a message is. */
const HEAD_BYTES = 32;

/** Message by message as long as that can be read, then by kind. */
export class DumpSummary {
  messages = 0;
  bytes = 0;
  incomplete = 0;
  /** Those among them that are too long to be left out where whole messages go. */
  longIncomplete = 0;
  wrongChecksums = 0;
  /** Messages that are not the answer to what was asked. */
  strangers = 0;
  readonly asked: AskedInstrument | undefined;
  readonly table: InstrumentTable;
  readonly #kinds = new Map<string, number>();
  /** Of the long message that is under way from each input: its first part, and its bytes so far. */
  readonly #underWay = new Map<number, { head: Uint8Array; length: number }>();

  constructor(table: InstrumentTable, asked?: AskedInstrument) {
    this.table = table;
    this.asked = asked;
  }

  add(message: DumpedMessage): void {
    const { bytes, complete, goesOn } = message;
    this.bytes += bytes.length;
    if (isPart(message)) this.#addPart(message);
    if (goesOn) return;
    this.messages++;
    if (!complete) this.incomplete++;
    if (!isPart(message)) this.#judge(bytes);
  }

  /** What a long message is, is known by its beginning; its checksum is not looked at. */
  #addPart({ bytes, device, goesOn, complete }: DumpedMessage): void {
    const long = this.#underWay.get(device) ?? { head: bytes, length: 0 };
    long.length += bytes.length;
    this.#underWay.set(device, long);
    if (goesOn) return;
    this.#underWay.delete(device);
    if (!complete) this.longIncomplete++;
    const { manufacturer, what } = describeSysex(complete ? ended(long.head) : long.head);
    this.#count(sysexLine({ manufacturer, what, length: long.length, checksum: 'unknown' }));
  }

  #judge(bytes: Uint8Array): void {
    const description = describeByTable(bytes, this.table);
    if (description.checksum === 'wrong') this.wrongChecksums++;
    this.#count(sysexLine(description) + namesIn(bytes, this.table));
  }

  #count(line: string): void {
    const known = this.#kinds.get(line);
    if (known !== undefined || this.#kinds.size < 10 * MOST_LINES) {
      this.#kinds.set(line, (known ?? 0) + 1);
    }
  }

  /** A long message has begun to be printed, and nobody waits for its end. */
  breakOff(): void {
    this.incomplete++;
    this.longIncomplete++;
  }

  /** One line for each kind of message, in the order of their first one. */
  lines(): string[] {
    const lines = [...this.#kinds].map(([line, count]) =>
      count === 1 ? line : `${formatCount(count)} × ${line}`,
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
  { messages, wrongChecksums, incomplete, longIncomplete, strangers }: DumpSummary,
  reason: StopReason,
  wanted: number | undefined,
  files: DumpResult | undefined,
  isBinary: boolean,
): string[] {
  const problems: string[] = [];
  const hasFallenSilent =
    reason === 'idle' || reason === 'inputs-gone' || reason === 'end-of-input';
  if (wanted !== undefined && messages < wanted && hasFallenSilent) {
    problems.push(`only ${formatCount(messages)} of ${formatCounted(wanted, 'message')} came`);
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
  if (isBinary && longIncomplete > 0) {
    problems.push(
      `${formatCounted(longIncomplete, 'long message')} in standard output without an end: broken off`,
    );
  }
  if (isBinary && incomplete > longIncomplete) {
    problems.push(
      `${formatCounted(incomplete - longIncomplete, 'incomplete message')} left out of standard output (-o keeps them)`,
    );
  }
  return problems;
}

/**
 * What was lost, at the end and before it. Whoever wanted so many messages does not miss the one
 * that was under way when they were there.
 */
export function lossesOf(reason: StopReason, before: Loss[], ended: Loss[]): Loss[] {
  // A dump has no times that could be wrong.
  const atEnd = ended.filter(({ kind }) => kind !== 'late-reading');
  if (reason !== 'count') return atEnd;
  const isBroken = ({ kind }: Loss) => kind === 'incomplete-sysex';
  return [...before.filter(isBroken), ...atEnd.filter((loss) => !isBroken(loss))];
}

/** @param endMs - a dump does not know the times of its messages any more: they came until then */
export function messagesWithoutPlace(files: DumpResult | undefined, endMs: number): Loss[] {
  const count = resultsOf(files).reduce((sum, result) => sum + (result?.lost?.messages ?? 0), 0);
  return withoutPlace(count === 0 ? undefined : { count, firstTimeMs: 0, lastTimeMs: endMs });
}

/** What is there, only not where it was asked for. */
export function describeTroubles(files: DumpResult | undefined): string[] {
  return resultsOf(files)
    .map((result) => result?.trouble)
    .filter((trouble) => trouble !== undefined)
    .map(({ message, hint }) => `${message}; ${hint}`);
}

/** The beginning of a message, as one that has an end. */
function ended(head: Uint8Array): Uint8Array {
  return Uint8Array.of(...head.subarray(0, HEAD_BYTES), SYSEX_END);
}

function resultsOf(files: DumpResult | undefined): (SyxResult | undefined)[] {
  return [files?.whole, files?.incomplete, ...(files?.apart ?? [])];
}

/** The first of the files, and the last. */
function describePaths(paths: readonly string[]): string {
  if (paths.length === 0) return 'no file';
  const first = displayPath(paths[0]!);
  return paths.length === 1 ? first : `${first} … ${displayPath(paths.at(-1)!)}`;
}
