/** Sending through an output: opening it, sending until it is done or broken off, and what is said of its failures. */
import { systemClock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { SYSEX_START } from '../../midi/status.js';
import { sleep } from '../../midi/waiting.js';
import { Output, type OutputOptions } from '../../output/output.js';
import { MIDIERR_NODEVICE } from '../../winmm/constants.js';
import { isSame, listOutputs, type OutputDevice, wentAway } from '../../winmm/devices.js';
import { MmresultError } from '../../winmm/mmresult.js';
import type { Backend } from '../backend.js';
import type { StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { startLiveLine } from '../terminal/live-line.js';
import { reportClosing } from './capture-setup.js';

type ChosenOutput = Pick<OutputDevice, 'id' | 'name' | 'path'>;

/**
 * Opens an output that was chosen from the list a while ago: ids have shifted if another device has come or
 * gone since. What is sent to the wrong instrument may overwrite its memory.
 *
 * @throws MidirecError NO_DEVICE if another one has its id; what Output.open throws, with a hint that suits the device
 */
export async function openOutput(
  backend: Backend,
  device: ChosenOutput,
  options: Pick<OutputOptions, 'doneLimitMs'> = {},
): Promise<Output> {
  const { winmm, clock } = backend;
  const { id, name } = device;
  requireListed(backend, device);
  try {
    const output = await Output.open({ ...options, winmm, clock, deviceId: id, name });
    try {
      requireListed(backend, device);
    } catch (error) {
      await output.close();
      throw error;
    }
    return output;
  } catch (error) {
    throw hintAtFifo(error, backend, name);
  }
}

function requireListed({ winmm }: Backend, chosen: ChosenOutput): void {
  const now = listOutputs(winmm).find(({ id }) => id === chosen.id);
  if (now === undefined || !isSame(now, chosen)) throw wentAway(chosen.name);
}

/** How often it is looked whether somebody has connected. */
const CONNECTED_MS = 100;

/** Waits until a program has connected with an output that is a port of midirec's own, or the run is to end. */
export async function untilHeard(
  backend: Backend,
  { name }: ChosenOutput,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<void> {
  const isUnheard = () => stop.reason === undefined && backend.isUnheard?.(name) === true;
  if (!isUnheard()) return;
  console.say(`waiting until a program connects with ${name} (Ctrl-C ends)`);
  while (isUnheard()) await sleep(backend.clock, CONNECTED_MS, stop.signal);
}

/** What is said of an output when it refuses a message, and the next may go out again. */
export function stallText(error: MmresultError): string {
  return `${error.message}; going on, in case it is only a moment`;
}

/** Sends all messages, sysex and program changes, in order, and closes the output again. */
export async function sendRequest(
  backend: Backend,
  device: OutputDevice,
  messages: readonly Uint8Array[],
): Promise<void> {
  const output = await openOutput(backend, device);
  try {
    for (const message of messages) {
      if (message[0] === SYSEX_START) await output.sendLong(message);
      else await output.sendShort(packed(message));
    }
  } catch (error) {
    throw hintAtFifo(error, backend, device.name);
  } finally {
    await output.close();
  }
}

/** A short message as drivers take it. */
export function packed([status = 0, first = 0, second = 0]: Uint8Array): number {
  return status | (first << 8) | (second << 16);
}

export interface Transmission {
  run(): Promise<void>;
  /** The live line meanwhile, for a number of columns, without a line break. */
  describe(columns: number, elapsedMs: number): string;
}

export interface TransmissionEnd {
  elapsedMs: number;
  failure: unknown;
  isAbandoned: boolean;
}

/** Runs a transmission to its end, or until a second Ctrl-C breaks it off, and closes the output. Never throws. */
export async function transmit(
  output: Output,
  transmission: Transmission,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<TransmissionEnd> {
  let beganMs = systemClock.nowMs();
  const elapsed = () => systemClock.nowMs() - beganMs;
  const live = await startLiveLine(console, (columns) => transmission.describe(columns, elapsed()));
  // What shows the line takes a while to load.
  beganMs = systemClock.nowMs();
  let failure: unknown;
  try {
    // A sysex that an old instrument takes its time for is broken off by the second Ctrl-C.
    await Promise.race([transmission.run(), stop.secondInterrupt()]);
  } catch (error) {
    failure = error;
  }
  const elapsedMs = elapsed();
  live?.stop();
  return { elapsedMs, failure, isAbandoned: reportClosing([await output.close()], console) };
}

/**
 * What fails about a FIFO is its other end, not a cable.
 *
 * @param name - of the output that `error` is about
 * @returns the error, with another hint if it is a FIFO's
 */
export function hintAtFifo(error: unknown, backend: Backend, name: string): unknown {
  if (!(error instanceof MidirecError) || !backend.isFifo(name)) return error;
  const isUnread = [error, error.cause].some(
    (one) => one instanceof MmresultError && one.result === MIDIERR_NODEVICE,
  );
  if (!isUnread && error.code !== 'TIMEOUT') return error;
  const { code, message, exitCode } = error;
  const hint = isUnread
    ? `nothing reads ${name}: start the program that does first`
    : `the program that reads ${name} takes no more: look at what keeps it`;
  return error.hint === hint
    ? error
    : new MidirecError(code, message, { hint, exitCode, cause: error.cause ?? error });
}
