/**
 * Closing an input so that neither a slow driver nor a hung one can do harm: stop, reset, wait for
 * the buffers, unprepare, close, each with a limit and all of it with one.
 *
 * Memory may be used again only after midiInClose has succeeded, and only if no buffer was still
 * with the driver. Whatever goes wrong before that, the driver may still write to the buffers and
 * the ring, so they are left to it on purpose: the end of a small piece of memory, and not of what
 * another device sends.
 */
import type { Clock } from '../midi/clock.js';
import { BoundedCalls, CallFailed } from '../winmm/calls/bounded-calls.js';
import { MMSYSERR_NOERROR } from '../winmm/constants.js';
import { MIDIHDR_SIZE } from '../winmm/structures.js';
import type { MidiHandle, Mmresult, WinMm } from '../winmm/winmm.js';
import type { HeaderPool } from './buffers/header-pool.js';

export interface CloseReport {
  name: string;
  /** False if the handle was abandoned: a driver call hung or failed, and memory was left to the driver. */
  closed: boolean;
  /** True if a call did not return in time; its thread may still be inside the driver. */
  hung: boolean;
  /** What went wrong, for a person; empty if nothing did. */
  problem: string;
}

export interface ClosingInput {
  winmm: WinMm;
  clock: Clock;
  name: string;
  handle: MidiHandle;
  pool: HeaderPool;
  /** The call of midiInStart, if it was made; it may not have returned yet. */
  starting: Promise<Mmresult> | undefined;
  /** Takes what has arrived, returned buffers included. */
  poll: () => void;
  /**
   * The device is closed. Called at most once.
   *
   * @param hasAll - whether all buffers are back: no driver should write to the memory any more
   */
  release: (hasAll: boolean) => void;
}

/** Never throws: what goes wrong is in the report. */
export async function closeInput(input: ClosingInput): Promise<CloseReport> {
  const { winmm, clock, name, handle, pool, starting, poll } = input;
  const calls = new BoundedCalls(clock);
  const problems: string[] = [];
  const report = { name, closed: false, hung: false };
  try {
    // One call at a time: of a driver that is still busy with the first, nothing more is asked.
    if (starting !== undefined) await calls.call('midiInStart', () => starting);
    // A failing stop is no reason not to reset: either one ends the input.
    await calls.call('midiInStop', () => winmm.midiInStop(handle));
    poll();
    const reset = await calls.call('midiInReset', () => winmm.midiInReset(handle));
    poll();
    // A driver that refuses to reset has either returned them by now, or it will not.
    if (reset === MMSYSERR_NOERROR) await calls.pollUntil(() => pool.queued === 0, poll);
    else problems.push(CallFailed.answered('midiInReset', reset).message);
    const unprepareProblem = await unprepareAll(input, calls);
    if (unprepareProblem !== '') problems.push(unprepareProblem);
    await calls.callUntilNotPlaying('midiInClose', () => winmm.midiInClose(handle), poll);
    poll();
    report.closed = true;
    input.release(pool.queued === 0);
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
    report.hung = error instanceof CallFailed && error.hung;
    // A driver that does not let itself be closed may have gone on sending.
    poll();
  }
  return { ...report, problem: problems.join('; ') };
}

/**
 * @returns what went wrong; empty if nothing did. A driver that refuses one header is not asked
 *   for the others, but it is still to be closed.
 * @throws CallFailed if a call hangs
 */
async function unprepareAll(input: ClosingInput, calls: BoundedCalls): Promise<string> {
  const { winmm, handle, pool, poll } = input;
  try {
    for (let index = 0; index < pool.count; index++) {
      if (!pool.isPrepared(index)) continue;
      const address = pool.addressOf(index);
      await calls.callUntilNotPlaying(
        'midiInUnprepareHeader',
        () => winmm.midiInUnprepareHeader(handle, address, MIDIHDR_SIZE),
        poll,
      );
    }
    return '';
  } catch (error) {
    if (!(error instanceof CallFailed) || error.hung) throw error;
    return error.message;
  }
}
