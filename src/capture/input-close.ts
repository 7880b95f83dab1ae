/**
 * Closing an input: stop, reset, wait for the buffers, unprepare, close.
 *
 * Memory may be used again only after midiInClose has succeeded, and only if no buffer was still
 * with the driver. Whatever goes wrong before that, the driver may still write to the buffers and
 * the ring, so they are left to it on purpose: that costs a small piece of memory, and not what
 * another device sends.
 */
import { type BoundedCalls, CallFailed } from '../winmm/calls/bounded-calls.js';
import {
  type CloseReport,
  type ClosingDevice,
  closeDevice,
  unprepare,
} from '../winmm/calls/device-close.js';
import { MMSYSERR_NOERROR } from '../winmm/constants.js';
import type { Mmresult } from '../winmm/winmm.js';
import { GONE_RESULTS } from './buffers/buffers-in-flight.js';
import type { HeaderPool } from './buffers/header-pool.js';

export interface ClosingInput extends ClosingDevice {
  pool: HeaderPool;
  /** The call of midiInStart, if it was made; it may not have returned yet. */
  starting: Promise<Mmresult> | undefined;
  /** A call of midiInAddBuffer that has not returned yet. */
  adding: Promise<Mmresult> | undefined;
}

/** Never throws: what goes wrong is in the report. */
export function closeInput(input: ClosingInput): Promise<CloseReport> {
  return closeDevice('midiIn', input, (calls, problems) => letGo(input, calls, problems));
}

/** @returns whether the device has gone, and taken buffers along */
async function letGo(
  input: ClosingInput,
  calls: BoundedCalls,
  problems: string[],
): Promise<boolean> {
  const { winmm, handle, pool, starting, adding, poll } = input;
  // One call at a time: of a driver that is still busy with the first, nothing more is asked.
  if (starting !== undefined) await calls.call('midiInStart', () => starting);
  if (adding !== undefined) await calls.call('midiInAddBuffer', () => adding);
  // A failing stop is no reason not to reset: either one ends the input.
  await calls.call('midiInStop', () => winmm.midiInStop(handle));
  poll();
  const reset = await calls.call('midiInReset', () => winmm.midiInReset(handle));
  poll();
  // A driver that refuses to reset has either returned them by now, or it will not.
  if (reset === MMSYSERR_NOERROR) await calls.pollUntil(() => pool.queued === 0);
  else problems.push(CallFailed.answered('midiInReset', reset).message);
  // Windows MIDI Services keeps the buffers of a device that was unplugged, and refuses to unprepare them.
  if (GONE_RESULTS.has(reset) && pool.queued > 0) return true;
  try {
    await unprepare('midiIn', input, [...pool.preparedHeaders()], calls);
  } catch (error) {
    // A driver that refuses one header is not asked for the others, but it is still to be closed.
    if (!(error instanceof CallFailed) || error.hung) throw error;
    problems.push(error.message);
  }
  return false;
}
