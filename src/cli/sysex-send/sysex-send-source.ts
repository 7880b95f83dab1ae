/** What `midirec sysex-send` has to send: the sysex of a file, checked as a whole before anything is opened. */
import { SysexAssembler } from '../../capture/sysex-assembler.js';
import { readSmf, type SmfTrack } from '../../files/smf/smf-reader.js';
import {
  collectSysexBytes,
  parseSyx,
  problemText,
  readSysexBytes,
  recogniseSysexFile,
  syxError,
} from '../../files/syx/syx-reader.js';
import { MidirecError } from '../../midi/errors.js';
import { SYSEX_END, SYSEX_START } from '../../midi/status.js';
import type { ConsoleOutput } from '../terminal/console-output.js';

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
  const name = file === '-' ? 'standard input' : file;
  const bytes =
    file === '-' ? await collectSysexBytes(process.stdin, name) : await readSysexBytes(file);
  if (recogniseSysexFile(bytes) === 'smf') return readSmfSource(bytes, name, force, console);

  const messages = parseSyx(bytes, name);
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

function readSmfSource(
  bytes: Uint8Array,
  name: string,
  force: boolean,
  console: ConsoleOutput,
): SendSource {
  const smf = readSmf(bytes);
  const found: TimedSysex[] = [];
  const problems: string[] = [];
  smf.tracks.forEach((track, index) => {
    collectSysex(track, found, (length, tick) => {
      problems.push(
        `track ${index + 1} has a sysex that is not whole: ${length} bytes at tick ${tick}`,
      );
    });
  });
  for (const { offset, message } of smf.damages) {
    console.warn(`${name} is damaged at offset ${offset}: ${message}`);
  }
  const [first] = problems;
  if (first !== undefined && (!force || found.length === 0)) {
    throw badFile(`${name}: ${first}`, FORCE_HINT);
  }
  for (const problem of problems) console.warn(`left out: ${problem}`);
  if (found.length === 0) {
    throw badFile(`${name} has no sysex in it`, 'only the sysex events of a .mid are sent');
  }
  const messages = found.sort((a, b) => a.tick - b.tick);
  return {
    count: messages.length,
    sysexBytes: messages.reduce((sum, message) => sum + message.bytes.length, 0),
    message: (index) => messages[index],
  };
}

interface TimedSysex {
  readonly tick: number;
  readonly bytes: Uint8Array;
}

/** A sysex may go on in F7 events, and may stand in one as a whole. */
function collectSysex(
  track: SmfTrack,
  found: TimedSysex[],
  onBroken: (length: number, tick: number) => void,
): void {
  const assembler = new SysexAssembler({
    onSysex: (bytes, tick) => found.push({ tick, bytes }),
    onBrokenSysex: (bytes, tick) => onBroken(bytes.length, tick),
    onShort: () => {},
    onInvalid: () => {},
  });
  for (const { status, tick, data } of track.events) {
    if (status === SYSEX_START) assembler.feed(Uint8Array.of(SYSEX_START), tick);
    if (status === SYSEX_START || status === SYSEX_END) assembler.feed(data, tick);
  }
  assembler.break();
}

function badFile(message: string, hint: string): MidirecError {
  return new MidirecError('BAD_FILE', message, { hint });
}
