/** What `midirec sysex-send` has to send: the sysex of a file, checked as a whole before anything is opened. */
import { readTimeline } from '../../files/smf/smf-timeline.js';
import { parseSyx, problemText, syxError } from '../../files/syx/syx-reader.js';
import { MidirecError } from '../../midi/errors.js';
import { EventKind } from '../../midi/event-batch.js';
import {
  isSmfSource,
  readNamedSmf,
  readSource,
  type SourceFile,
  warnOfDamages,
} from '../files/source-files.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatCounted, formatTime } from '../terminal/figures.js';

/** Messages to be sent, in order. SyxMessages is one. */
export interface SendSource {
  readonly count: number;
  /** Bytes of all messages. */
  readonly sysexBytes: number;
  /** @param index - 0 to `count` - 1 */
  message(index: number): { readonly bytes: Uint8Array };
}

const FORCE_HINT = '--force sends the whole messages and leaves the rest out';

/**
 * Reads a .syx, hex text or the sysex events of a Standard MIDI File.
 *
 * @param file - a path, or - for standard input
 * @param force - take what is whole of a damaged file, and warn of the rest
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE
 */
export async function readSendSource(
  file: string,
  force: boolean,
  console: ConsoleOutput,
): Promise<SendSource> {
  const source = await readSource(file);
  if (isSmfSource(source)) return collectSysex(source, force, console);

  const { name } = source;
  const messages = parseSyx(source.bytes, name);
  const error = syxError(messages, name, FORCE_HINT);
  if (error !== undefined && (!force || messages.count === 0)) throw error;
  for (const problem of messages.problems) {
    console.warn(`left out: ${problemText(problem, messages)}`);
  }
  if (messages.realtimeBytes > 0) {
    console.tell(`${messages.realtimeBytes} realtime bytes in ${name} are not sent`);
  }
  return messages;
}

/** The sysex of a Standard MIDI File, in order of time. */
async function collectSysex(
  source: SourceFile,
  force: boolean,
  console: ConsoleOutput,
): Promise<SendSource> {
  const { name } = source;
  const smf = await readNamedSmf(source);
  warnOfDamages(smf, name, console);
  const { timeMs, device, kind, payload, count } = readTimeline(smf).events;
  const messages: { bytes: Uint8Array }[] = [];
  const problems: string[] = [];
  for (let row = 0; row < count; row++) {
    const bytes = payload[row]!;
    if (kind[row] === EventKind.SYSEX) messages.push({ bytes });
    if (kind[row] !== EventKind.BROKEN_SYSEX) continue;
    const found = `${formatCounted(bytes.length, 'byte')} at ${formatTime(timeMs[row]!)}`;
    problems.push(`track ${device[row]! + 1} has a sysex that is not whole: ${found}`);
  }
  const [first] = problems;
  if (first !== undefined && (!force || messages.length === 0)) {
    throw badFile(`${name}: ${first}`, FORCE_HINT);
  }
  for (const problem of problems) console.warn(`left out: ${problem}`);
  if (messages.length === 0) {
    throw badFile(`${name} has no sysex in it`, 'only the sysex events of a .mid are sent');
  }
  return {
    count: messages.length,
    sysexBytes: messages.reduce((sum, { bytes }) => sum + bytes.length, 0),
    message: (index) => messages[index]!,
  };
}

function badFile(message: string, hint: string): MidirecError {
  return new MidirecError('BAD_FILE', message, { hint });
}
