/** From the options of a capturing command to an open session, and what is said of it until it is closed. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DeviceChange } from '../../capture/presence/reconnect.js';
import { CaptureSession, type DeviceChoice, type SessionOptions } from '../../capture/session.js';
import { reasonOf } from '../../midi/errors.js';
import type { EventBatch } from '../../midi/event-batch.js';
import type { CloseReport } from '../../winmm/calls/device-close.js';
import type { Backend } from '../backend.js';
import { ExitCode } from '../exit-codes.js';
import { exitCodeFor, type StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput, Speaker } from '../terminal/console-output.js';
import { formatTime } from '../terminal/figures.js';

export interface CaptureOptions {
  /** Inputs as the user named them; none: of several inputs every one that can be opened. */
  device?: string[];
  buffers: number;
  bufferSize: number;
}

type DeviceChangeOptions = Pick<
  SessionOptions,
  'reconnect' | 'endingOf' | 'onDeviceGone' | 'onDeviceBack' | 'onAllGone' | 'onListHung'
>;

/**
 * Tells a person of inputs that go and come, and ends a session when its last input has gone for good.
 *
 * @param reconnect - whether to wait for a device that is unplugged
 * @param onGone - told of every input that goes, by its index in the take
 */
export function followDevices(
  backend: Backend,
  reconnect: boolean,
  console: ConsoleOutput,
  stop: StopRequests,
  onGone: (device: number) => void = () => {},
): DeviceChangeOptions {
  let isAnyLost = false;
  return {
    reconnect,
    endingOf: backend.endingOf,
    onDeviceGone({ device, name, timeMs, reason, isEnd, isAwaited }: DeviceChange) {
      onGone(device);
      const when = formatTime(timeMs);
      if (isEnd) {
        console.say(`${name} ended at ${when}`);
        return;
      }
      isAnyLost = true;
      const what = isAwaited ? '; waiting for it to come back' : '';
      console.warn(`${name} went away at ${when}${what}`);
      console.tell(`${name}: ${reason}`);
    },
    onDeviceBack({ name, timeMs }: DeviceChange) {
      console.say(`${name} is back at ${formatTime(timeMs)}`);
    },
    onListHung() {
      console.warn(
        'midiInGetDevCaps did not return within 10 s: devices that come or go are no longer noticed',
      );
    },
    onAllGone() {
      stop.request(isAnyLost ? 'inputs-gone' : 'end-of-input');
    },
  };
}

/**
 * Opens the chosen inputs. If the user named none, an input that cannot be opened is only warned
 * of, as long as another one can.
 *
 * @param more - what becomes of inputs that go away meanwhile (without it they are waited for in
 *   silence), and who gets events as they come
 * @throws what CaptureSession.open throws
 */
export async function openSession(
  { winmm, clock }: Backend,
  { device: named = [], buffers, bufferSize }: CaptureOptions,
  choices: DeviceChoice[],
  console: ConsoleOutput,
  more: DeviceChangeOptions & Pick<SessionOptions, 'onArrival' | 'isBehind'> = {},
): Promise<CaptureSession> {
  let lastFailure: unknown;
  const session = await CaptureSession.open({
    ...more,
    winmm,
    clock,
    devices: choices,
    buffers,
    bufferSize,
    onOpenFailure(device, error) {
      lastFailure = error;
      if (named.length > 0 || choices.length === 1) return false;
      console.warn(`not recorded: ${device.name}: ${reasonOf(error)}`);
      return true;
    },
  });
  if (session.inputs.length === 0) throw lastFailure;
  const callback = winmm.callbackReason === '' ? '' : ` (${winmm.callbackReason})`;
  console.tell(`${winmm.backend}, callback: ${winmm.callbackKind}${callback}`);
  for (const { name } of session.inputs) {
    console.tell(`opened ${name}: ${buffers} buffers of ${bufferSize} bytes`);
  }
  return session;
}

/**
 * Starts the session; if that fails, everything that was opened is closed again.
 *
 * @throws what CaptureSession.start throws
 */
export async function startSession(
  session: CaptureSession,
  onBatch: (batch: EventBatch) => void,
): Promise<void> {
  try {
    await session.start(onBatch);
  } catch (error) {
    await session.close();
    throw error;
  }
}

/**
 * For a session that was asked to stop before it was started.
 *
 * @returns the exit code
 */
export async function closeUnstarted(
  session: CaptureSession,
  stop: StopRequests,
  console: ConsoleOutput,
): Promise<number> {
  reportClosing(await session.close(), console);
  return exitCodeFor(stop.reason) || ExitCode.INTERRUPTED;
}

/** Says what went wrong while closing. Returns true if a handle had to be abandoned. */
export function reportClosing(reports: CloseReport[], console: Speaker): boolean {
  for (const report of reports) {
    if (!report.closed) console.warn(`${report.name} was abandoned: ${report.problem}`);
    else if (report.problem !== '') console.tell(`${report.name}: ${report.problem}`);
  }
  return reports.some((report) => !report.closed);
}

/** Reads, before the end, what has come while this process was stopped: a stream is read in a turn of the event loop. */
export async function readWhatCame(session: CaptureSession): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await nextTurn();
  session.poll();
}
