/**
 * Closing an output so that neither a slow driver nor a hung one can do harm: get the buffers
 * back, unprepare, close, each with a limit and all of it with one.
 *
 * The memory of its ring and its buffers may be used again only after midiOutClose has succeeded,
 * and is never freed. Whatever goes wrong before that, the driver may still use it, so it is left to
 * it on purpose: a leak is the end of a small piece of memory, a driver that reads or writes freed
 * memory is the end of the process.
 */

import type { CloseReport } from '../capture/input-close.js';
import type { Clock } from '../midi/clock.js';
import { SYSEX_END } from '../midi/status.js';
import { BoundedCalls, CallFailed } from '../winmm/calls/bounded-calls.js';
import { MMSYSERR_NOERROR } from '../winmm/constants.js';
import { MIDIHDR_SIZE } from '../winmm/structures.js';
import type { MidiHandle, WinMm } from '../winmm/winmm.js';
import type { LongBuffer } from './long-buffer.js';
import type { OutputMemory } from './output-memory.js';

export interface ClosingOutput {
  winmm: WinMm;
  clock: Clock;
  name: string;
  handle: MidiHandle;
  memory: OutputMemory;
  /** All that are prepared, with the driver or not. */
  buffers: readonly LongBuffer[];
  /** Whether a sysex has begun on the wire and its F7 has not been given to the driver. */
  isInsideSysex: boolean;
  /** Takes back what the driver has returned. */
  poll: () => void;
}

/** Never throws: what goes wrong is in the report. */
export async function closeOutput(output: ClosingOutput): Promise<CloseReport> {
  const { winmm, clock, name, handle, memory, buffers, poll } = output;
  const report: CloseReport = { name, closed: false, hung: false, problem: '' };
  const calls = new BoundedCalls(clock);
  try {
    poll();
    const wasBrokenOff = await getBuffersBack(output, calls);
    if (wasBrokenOff || output.isInsideSysex) {
      await endSysex(output, calls);
      await getBuffersBack(output, calls);
    }
    for (const buffer of buffers) {
      buffer.restore();
      await calls.callUntilNotPlaying(
        'midiOutUnprepareHeader',
        () => winmm.midiOutUnprepareHeader(handle, buffer.address, MIDIHDR_SIZE),
        poll,
      );
    }
    await calls.callUntilNotPlaying('midiOutClose', () => winmm.midiOutClose(handle), poll);
    report.closed = true;
    memory.retire(clock.nowMs());
  } catch (error) {
    report.problem = error instanceof Error ? error.message : String(error);
    report.hung = error instanceof CallFailed && error.hung;
  }
  return report;
}

/**
 * Has midiOutReset return what the driver has not, and waits for it.
 *
 * @returns true if there was something to return: it may have been sent in part
 * @throws CallFailed if the driver keeps a buffer
 */
async function getBuffersBack(output: ClosingOutput, calls: BoundedCalls): Promise<boolean> {
  const { winmm, handle, buffers, poll } = output;
  const haveAllReturned = () => buffers.every(isReturned);
  if (haveAllReturned()) return false;
  const result = await calls.call('midiOutReset', () => winmm.midiOutReset(handle));
  await calls.pollUntil(haveAllReturned, poll);
  if (haveAllReturned()) return true;
  if (result !== MMSYSERR_NOERROR) throw CallFailed.answered('midiOutReset', result);
  throw new CallFailed('the driver did not return a buffer, not even for midiOutReset', true);
}

/** Sends F7, for an instrument that waits for the rest. What becomes of it does not matter any more. */
async function endSysex(output: ClosingOutput, calls: BoundedCalls): Promise<void> {
  const { winmm, clock, handle, buffers, poll } = output;
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
  await calls.pollUntil(() => isReturned(buffer), poll);
}

function isReturned(buffer: LongBuffer): boolean {
  buffer.takeFlags();
  return buffer.isReturned;
}
