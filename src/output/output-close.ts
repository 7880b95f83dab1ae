/**
 * Closing an output: get the buffers back, unprepare, close.
 *
 * Memory may be used again only after midiOutClose has succeeded. Whatever goes wrong before that,
 * the driver may still use it, so it is left to it on purpose.
 */
import { SYSEX_END } from '../midi/status.js';
import { type BoundedCalls, CallFailed } from '../winmm/calls/bounded-calls.js';
import {
  type CloseReport,
  type ClosingDevice,
  closeDevice,
  unprepare,
} from '../winmm/calls/device-close.js';
import { MMSYSERR_NOERROR } from '../winmm/constants.js';
import { MIDIHDR_SIZE } from '../winmm/structures.js';
import type { DriverCall, OutputCall } from './driver-call.js';
import type { LongBuffer } from './long-buffer.js';

export interface ClosingOutput extends ClosingDevice {
  /** All that are prepared, with the driver or not. */
  buffers: readonly LongBuffer[];
  /** What may not have returned; the buffer of midiOutPrepareHeader comes to the others then. */
  call: DriverCall;
  /** Whether a sysex has begun on the wire and its F7 has not been given to the driver. */
  isInsideSysex: boolean;
}

/** Never throws: what goes wrong is in the report. */
export function closeOutput(output: ClosingOutput): Promise<CloseReport> {
  return closeDevice('midiOut', output, async (calls) => {
    const { buffers, call } = output;
    await waitFor(call, 'midiOutPrepareHeader', calls);
    const wasBrokenOff = await getBuffersBack(output, calls);
    if (wasBrokenOff || output.isInsideSysex) {
      await endSysex(output, calls);
      await getBuffersBack(output, calls);
    }
    await waitFor(call, 'midiOutShortMsg', calls);
    for (const buffer of buffers) buffer.restore();
    const headers = buffers.map(({ address }) => address);
    await unprepare('midiOut', output, headers, calls);
    return false;
  });
}

/** @throws CallFailed if it is under way and does not return: a driver is not asked to close with a thread inside */
async function waitFor(call: DriverCall, what: OutputCall, calls: BoundedCalls): Promise<void> {
  const { underWay } = call;
  if (underWay?.what === what) await calls.call(what, () => underWay.answer);
}

/**
 * Has midiOutReset return what the driver has not, and waits for it.
 *
 * @returns true if there was something to return: it may have been sent in part
 * @throws CallFailed if the driver keeps a buffer
 */
async function getBuffersBack(output: ClosingOutput, calls: BoundedCalls): Promise<boolean> {
  const { winmm, handle, buffers } = output;
  const haveAllReturned = () => buffers.every(isReturned);
  if (haveAllReturned()) return false;
  const result = await calls.call('midiOutReset', () => winmm.midiOutReset(handle));
  await calls.pollUntil(haveAllReturned);
  if (haveAllReturned()) return true;
  if (result !== MMSYSERR_NOERROR) throw CallFailed.answered('midiOutReset', result);
  const { underWay } = output.call;
  if (underWay !== undefined) throw new CallFailed(`${underWay.what} did not return`, true);
  throw new CallFailed('the driver did not return a buffer, not even for midiOutReset', true);
}

/** Sends F7, for an instrument that waits for the rest. What becomes of it does not matter any more. */
async function endSysex(output: ClosingOutput, calls: BoundedCalls): Promise<void> {
  const { winmm, clock, handle, buffers } = output;
  const buffer = buffers[0];
  if (buffer === undefined) return;
  buffer.fill(Uint8Array.of(SYSEX_END));
  buffer.markGiven(clock.nowMs());
  winmm.midiOutLongMsg(handle, buffer.address, MIDIHDR_SIZE).then(
    (result) => {
      buffer.isInCall = false;
      if (result !== MMSYSERR_NOERROR) buffer.isDone = true;
    },
    () => {},
  );
  await calls.pollUntil(() => isReturned(buffer));
}

function isReturned(buffer: LongBuffer): boolean {
  buffer.takeFlags();
  return buffer.isReturned;
}
