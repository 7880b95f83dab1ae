/** The sysex of a file of any kind, checked as a whole before anything is done with it. */
import { readTimeline } from '../../files/smf/smf-timeline.js';
import { type MendedSysex, mendSysex, withEnd } from '../../files/syx/mended-sysex.js';
import type { SyxMessages } from '../../files/syx/syx-messages.js';
import { parseSyx, problemText, syxError } from '../../files/syx/syx-reader.js';
import { badFile, type MidirecError } from '../../midi/errors.js';
import { EventKind } from '../../midi/event-batch.js';
import { describeByTable } from '../../sysex/instruments/description.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatBytes, formatCount, formatCounted, formatTime } from '../terminal/figures.js';
import {
  bytesOf,
  isSmfSource,
  readNamedSmf,
  type SourceFile,
  warnOfDamages,
} from './source-files.js';

export interface SourceMessage {
  readonly bytes: Uint8Array;
  /** In the file, where that is not its place in the source. */
  readonly number?: number | undefined;
}

/** Messages, in order. SyxMessages is one. */
export interface SysexSource {
  readonly count: number;
  /** Bytes of all messages. */
  readonly sysexBytes: number;
  /** @param index - 0 to `count` - 1 */
  message(index: number): SourceMessage;
  /** Places where the file is damaged. */
  readonly problemCount: number;
  /** Messages of a .mid that are no sysex. */
  readonly otherCount?: number;
}

/** `message 5`, as midirec show numbers it in the file. */
export function messageName(source: SysexSource, index: number): string {
  return `message ${formatCount(source.message(index).number ?? index + 1)}`;
}

/** All messages, in order; views. */
export function messagesOf(source: SysexSource): Uint8Array[] {
  return Array.from({ length: source.count }, (_, index) => source.message(index).bytes);
}

export function sourceOf(
  messages: readonly SourceMessage[],
  problemCount: number,
  otherCount = 0,
): SysexSource {
  return {
    count: messages.length,
    sysexBytes: messages.reduce((sum, { bytes }) => sum + bytes.length, 0),
    message: (index) => messages[index]!,
    problemCount,
    otherCount,
  };
}

/** What is whole of a dump that may be damaged. */
export interface Dump {
  messages: Uint8Array[];
  /** Messages with a wrong checksum. */
  wrongCount: number;
  /** False if anything is damaged: then it was said, and the exit code is 3. */
  isSound: boolean;
  /** Messages of a .mid that are no sysex. */
  otherCount: number;
}

/** Said where messages are made of those with a wrong checksum. */
export const MADE_RIGHT =
  'what is made of it has a right checksum: that says nothing of whether its data are right';

/** Reads what is whole of a dump, and warns of all that is damaged. @throws MidirecError BAD_FILE if nothing is whole */
export async function readDump(
  given: SourceFile,
  table: InstrumentTable,
  console: ConsoleOutput,
): Promise<Dump> {
  const source = await sysexOf(given, true, console);
  const messages = messagesOf(source);
  const wrong = messages.filter((bytes) => describeByTable(bytes, table).checksum === 'wrong');
  const wrongCount = wrong.length;
  if (wrongCount > 0) {
    console.warn(`${given.name}: ${formatCounted(wrongCount, 'message')} with a wrong checksum`);
  }
  const isSound = source.problemCount === 0 && wrongCount === 0;
  return { messages, wrongCount, isSound, otherCount: source.otherCount ?? 0 };
}

const FORCE_HINT = '--force sends the whole messages and leaves the rest out';
const WHAT_IS_TAKEN = 'of a .mid, whole sysex is taken, and nothing else';

/**
 * The messages of a .syx or hex text, or the sysex events of a Standard MIDI File.
 *
 * @param force - take what is whole of a damaged file, and warn of the rest
 * @throws MidirecError BAD_FILE
 */
export async function sysexOf(
  source: SourceFile,
  force: boolean,
  console: ConsoleOutput,
): Promise<SysexSource> {
  if (isSmfSource(source)) return collectSysex(source, force, console);

  const { name } = source;
  const messages = parseSyx(bytesOf(source), name);
  const mended = mendSysex(messages);
  if (mended?.what !== undefined && !force) throw looksLike(name, mended);
  if (mended === undefined) refuseOtherFile(messages, name);
  const error = syxError(messages, name, FORCE_HINT);
  if (error !== undefined && mended !== undefined && !force)
    throw badFile(error.message, hintAt(mended));
  if (error !== undefined && (!force || (messages.count === 0 && mended === undefined)))
    throw error;
  for (const problem of messages.problems) {
    if (problem.kind === 'cut-off' && mended !== undefined) continue;
    if (mended?.what === undefined) console.warn(`left out: ${problemText(problem, messages)}`);
  }
  sayRealtime(messages, name, console);
  if (mended === undefined) return messages;
  console.warn(`${name}: ${mended.added} added to ${mended.what ?? 'the last message'}`);
  return sourceOf([...messages, mended], messages.problemCount);
}

/** What `--force` does about it. */
export function hintAt({ added }: MendedSysex): string {
  return `midirec sysex-send --force sends it with ${added} added; so does midirec convert`;
}

/** The error for a file that has no message, and could be made one. */
export function looksLike(name: string, mended: MendedSysex): MidirecError {
  return badFile(`${name} looks like ${mended.what}`, hintAt(mended));
}

/** A file with so many times more bytes outside of sysex is something else, in which some bytes look like sysex. */
const MOST_OTHER = 10;

/** @throws MidirecError BAD_FILE for a picture, a program, or whatever else is not sysex */
export function refuseOtherFile(messages: SyxMessages, name: string): void {
  const { sysexBytes, strayBytes, cutOff, problems, count } = messages;
  const beginsWithOther = problems[0]?.kind === 'stray' && problems[0].offset === 0;
  const isOther = beginsWithOther && strayBytes > MOST_OTHER * (sysexBytes + (cutOff?.length ?? 0));
  if (!isOther && (count > 0 || problems.length > 0)) return;
  throw badFile(
    `${name} is neither a .mid nor a .syx file`,
    'a Standard MIDI File begins with MThd, a sysex with the byte F0',
    syxError(messages, name),
  );
}

export function sayRealtime(
  { realtimeBytes }: SyxMessages,
  name: string,
  console: ConsoleOutput,
): void {
  if (realtimeBytes === 0) return;
  const verb = realtimeBytes === 1 ? 'is' : 'are';
  console.say(`${formatCounted(realtimeBytes, 'realtime byte')} in ${name} ${verb} left out`);
}

/** The sysex of a Standard MIDI File, in order of time. */
async function collectSysex(
  source: SourceFile,
  force: boolean,
  console: ConsoleOutput,
): Promise<SysexSource> {
  const { name } = source;
  const smf = await readNamedSmf(source);
  warnOfDamages(smf, name, console);
  const timeline = readTimeline(smf, Number.POSITIVE_INFINITY);
  const found: { bytes: Uint8Array; problem?: string }[] = [];
  let otherCount = 0;
  for (const { count, timeMs, device, kind, payload } of timeline.batches) {
    for (let row = 0; row < count; row++) {
      const bytes = payload[row]!;
      if (kind[row] === EventKind.SHORT) otherCount++;
      if (kind[row] === EventKind.SYSEX) found.push({ bytes });
      if (kind[row] !== EventKind.BROKEN_SYSEX) continue;
      const what = `${formatBytes(bytes.length)} at ${formatTime(timeMs[row]!)}`;
      const problem = `track ${device[row]! + 1} has a sysex that is not whole: ${what}`;
      found.push({ bytes, problem });
    }
  }
  const isNoneWhole = found.every(({ problem }) => problem !== undefined);
  const messages: SourceMessage[] = [];
  const said: string[] = [];
  let hint = FORCE_HINT;
  for (const { bytes, problem } of found) {
    const mended = problem === undefined ? undefined : withEnd(bytes, isNoneWhole);
    if (problem === undefined || mended !== undefined) messages.push(mended ?? { bytes });
    if (problem === undefined) continue;
    if (mended !== undefined && said.length === 0) hint = hintAt(mended);
    said.push(mended === undefined ? `left out: ${problem}` : `${mended.added} added: ${problem}`);
  }
  const first = found.find(({ problem }) => problem !== undefined)?.problem;
  if (first !== undefined && (!force || messages.length === 0)) {
    throw badFile(`${name}: ${first}`, messages.length > 0 ? hint : WHAT_IS_TAKEN);
  }
  for (const line of said) console.warn(line);
  if (messages.length === 0) {
    throw badFile(`${name} has no sysex in it`, WHAT_IS_TAKEN);
  }
  return sourceOf(messages, said.length + smf.damages.length, otherCount);
}
