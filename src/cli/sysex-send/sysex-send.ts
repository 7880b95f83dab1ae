/** `midirec sysex-send`: the sysex of a file to an output, at a pace the instrument can bear. */
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import type { Output } from '../../output/output.js';
import { PacedSender } from '../../output/paced-sender.js';
import type { Pace } from '../../output/pacing.js';
import { describeByTable } from '../../sysex/instruments/description.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { chooseOutput, chooseReplyInput } from '../capturing/device-choice.js';
import { meaningOf, rightChecksum } from '../capturing/message-text.js';
import { hintAtFifo, openOutput, transmit, untilHeard } from '../capturing/sending.js';
import type { CommandContext } from '../command.js';
import { ExitCode } from '../exit-codes.js';
import { knownInstruments } from '../files/known-instruments.js';
import { rewriteSysex } from '../files/rewritten-sysex.js';
import { readSource } from '../files/source-files.js';
import { messageName, type SysexSource, sourceOf, sysexOf } from '../files/sysex-source.js';
import { requireOption } from '../options/shared-options.js';
import { exitCodeFor, StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatTimes } from '../terminal/figures.js';
import { printLines } from '../terminal/standard-streams.js';
import { selectMessages, selectPatch } from './message-selection.js';
import { paceOf, type SysexSendOptions } from './sysex-send-options.js';
import { openReplies, type Replies } from './sysex-send-replies.js';
import {
  describePlan,
  describeSource,
  dryRunLines,
  formatSendTime,
  planDurationMs,
  SendProgress,
} from './sysex-send-text.js';

/** How often a message is sent that the instrument wants again. */
const MOST_TRIES = 4;
const NO_REPLY_INPUT = '--wait-reply needs --from: the input that the instrument is connected to';

export async function sysexSend(
  file: string,
  options: SysexSendOptions,
  context: CommandContext,
): Promise<number> {
  const { console } = context;
  requireOption(options, 'from', 'waitReply', 'there is nothing to receive otherwise');
  const given = await readSource(file);
  const { force, messages, patch } = options;
  const read = await sysexOf(given, force, console);
  const table = await knownInstruments(console);
  const chosen = messages === undefined ? read : selectMessages(read, messages);
  const { selected: wanted, origin } =
    patch === undefined ? { selected: chosen, origin: chosen } : selectPatch(chosen, patch, table);
  const source = rewrite(wanted, given.name, options, table, console);
  if (origin !== wanted && !options.fixChecksum) {
    checkChecksums(origin, () => `what '${patch}' is in`, given.name, force, table, console);
  }
  const called = (index: number) => messageName(source, index);
  checkChecksums(source, called, given.name, force, table, console);
  const pace = paceOf(options);
  const isNamed = (options.device ?? options.from) !== undefined;
  const showPlan = (to?: string) => printPlan(source, to, options, table, console);
  if (options.dryRun && !isNamed) return showPlan();

  const backend = await context.createBackend();
  const device = chooseOutput(backend, options.device, 'sysex-send');
  const { waitReply: replyMs } = options;
  const replyInput =
    replyMs === undefined
      ? undefined
      : chooseReplyInput(backend, options.from, device.name, NO_REPLY_INPUT);
  if (options.dryRun) return showPlan(device.name);
  const stop = new StopRequests();
  stop.listen();
  const opened =
    replyInput && (await openReplies(backend, replyInput, replyMs!, table, stop, console));
  try {
    const output = await openOutput(backend, device, { doneLimitMs: options.limit });
    await untilHeard(backend, device, stop, console);
    return await send(source, pace, output, opened?.replies, stop, console);
  } catch (error) {
    throw hintAtFifo(error, backend, device.name);
  } finally {
    await opened?.close();
    stop.close();
  }
}

/** `--device-number` and `--fix-checksum`. @throws what rewriteSysex throws */
function rewrite(
  source: SysexSource,
  name: string,
  options: SysexSendOptions,
  table: InstrumentTable,
  console: ConsoleOutput,
): SysexSource {
  if (options.deviceNumber === undefined && !options.fixChecksum) return source;
  const messages = Array.from({ length: source.count }, (_, index) => {
    const what = `${name}: ${messageName(source, index)}`;
    const message = source.message(index);
    const { bytes, isChecksumFixed } = rewriteSysex(message.bytes, what, options, table);
    if (isChecksumFixed) console.say(`${what}: checksum made right`);
    return { ...message, bytes };
  });
  return sourceOf(messages, source.problemCount);
}

/** @throws MidirecError BAD_FILE for a message with a wrong checksum, unless it is sent all the same */
function checkChecksums(
  source: SysexSource,
  called: (index: number) => string,
  name: string,
  force: boolean,
  table: InstrumentTable,
  console: ConsoleOutput,
): void {
  for (let index = 0; index < source.count; index++) {
    const description = describeByTable(source.message(index).bytes, table);
    if (description.checksum !== 'wrong') continue;
    const meaning = `${meaningOf(description)}${rightChecksum(description)}`;
    const found = `${called(index)} has a wrong checksum: ${meaning}`;
    if (force) console.warn(`${found}; sent all the same`);
    else {
      throw new MidirecError('BAD_FILE', `${name}: ${found}`, {
        hint: 'instruments reject or misread it; --fix-checksum makes it right, --force sends it as it is',
      });
    }
  }
}

async function printPlan(
  source: SysexSource,
  to: string | undefined,
  options: SysexSendOptions,
  table: InstrumentTable,
  console: ConsoleOutput,
): Promise<number> {
  const pace = paceOf(options);
  await printLines(dryRunLines(source, pace, (bytes) => describeByTable(bytes, table)));
  console.say(describePlan(source, to, pace, options.deviceNumber));
  return source.problemCount > 0 ? ExitCode.INCOMPLETE : ExitCode.DONE;
}

/**
 * Sends, closes the output, and says what was sent.
 *
 * @returns the exit code
 * @throws MidirecError that says how far it came
 */
async function send(
  source: SysexSource,
  pace: Pace,
  output: Output,
  replies: Replies | undefined,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<number> {
  const plannedMs = planDurationMs(source, pace);
  const progress = new SendProgress(source);
  let repeats = 0;
  let repeatedBytes = 0;
  const onRepeat = (byteLength: number) => {
    repeats++;
    repeatedBytes += byteLength;
  };
  const transmission = {
    run: () => sendAll(source, new PacedSender(output, systemClock, pace), replies, stop, onRepeat),
    describe(columns: number, elapsedMs: number) {
      progress.update(output.bytesSent - repeatedBytes);
      const isStopping = stop.reason !== undefined;
      return progress.describeLive({ elapsedMs, plannedMs, isStopping }, columns);
    },
  };
  const { elapsedMs, failure, isAbandoned } = await transmit(output, transmission, stop, console);
  progress.update(output.bytesSent - repeatedBytes);
  if (failure !== undefined) throw withProgress(failure, progress);
  if (!progress.isComplete) {
    console.warn(`stopped: ${progress.describe()} sent to ${output.name}`);
    return exitCodeFor(stop.reason) || ExitCode.INTERRUPTED;
  }
  const what = describeSource(source);
  if (repeats > 0) console.say(`sent again ${formatTimes(repeats)}, as the instrument wanted it`);
  console.say(`sent ${what} to ${output.name} in ${formatSendTime(elapsedMs)}`);
  if (replies !== undefined) console.say(`replies: ${replies.describe().join(', ')}`);
  const isIncomplete = source.problemCount > 0;
  return exitCodeFor(undefined, { isIncomplete, hasFailed: isAbandoned });
}

/** One message after the other, until all are sent or someone asks to stop. */
async function sendAll(
  source: SysexSource,
  sender: PacedSender,
  replies: Replies | undefined,
  stop: StopRequests,
  onRepeat: (byteLength: number) => void,
): Promise<void> {
  for (let index = 0; index < source.count; index++) {
    if (index > 0) await sender.rest(stop.signal);
    if (stop.reason !== undefined) break;
    const { bytes } = source.message(index);
    for (let tried = 1; ; tried++) {
      replies?.forget();
      await sender.send(bytes);
      if (replies === undefined) break;
      await sender.finish();
      const isLast = tried >= MOST_TRIES;
      if (!(await replies.wantsAgain(messageName(source, index), isLast))) break;
      onRepeat(bytes.length);
      await sender.rest(stop.signal);
    }
  }
  await sender.finish();
}

function withProgress(failure: unknown, progress: SendProgress): unknown {
  if (!(failure instanceof MidirecError)) return failure;
  const { code, message, hint, exitCode } = failure;
  return new MidirecError(code, `${message}; sent before: ${progress.describe()}`, {
    hint,
    exitCode,
    cause: failure,
  });
}
