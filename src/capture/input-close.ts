/**
 * Closing an input so that neither a slow driver nor a hung one can do harm: stop, reset, wait for
 * the buffers, unprepare, close, each with a limit and all of it with one.
 *
 * Memory is given back only after midiInClose has succeeded. Whatever goes wrong before that, the
 * driver may still write to the buffers and the ring, so they are left to it on purpose: a leak is
 * the end of a small piece of memory, a driver that writes to freed memory is the end of the process.
 */
import { type Clock, sleep } from '../midi/clock.js';
import type { CallbackRing } from '../winmm/callback-ring.js';
import { MIDIERR_STILLPLAYING, MMSYSERR_NOERROR } from '../winmm/constants.js';
import { mmresultName } from '../winmm/mmresult.js';
import { MIDIHDR_SIZE } from '../winmm/structures.js';
import type { MidiHandle, Mmresult, WinMm } from '../winmm/winmm.js';
import { waitAtMost } from './bounded-wait.js';
import type { HeaderPool } from './header-pool.js';

/** How long one call of a driver may take while closing. */
export const CALL_LIMIT_MS = 2000;
/** How long closing may take in all. */
export const CLOSE_LIMIT_MS = 5000;
/** How long to wait before asking again a driver that says its buffers are still queued. */
const RETRY_MS = 10;

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
  ring: CallbackRing;
  /** Takes what has arrived, returned buffers included. */
  poll: () => void;
}

class CallFailed extends Error {
  readonly hung: boolean;
  constructor(message: string, hung: boolean) {
    super(message);
    this.hung = hung;
  }
}

/** Never throws: what goes wrong is in the report. */
export async function closeInput(input: ClosingInput): Promise<CloseReport> {
  const { winmm, clock, name, handle, pool, ring, poll } = input;
  const deadlineMs = clock.nowMs() + CLOSE_LIMIT_MS;
  const report: CloseReport = { name, closed: false, hung: false, problem: '' };

  const call = async (what: string, make: () => Promise<Mmresult>): Promise<Mmresult> => {
    const limitMs = Math.min(CALL_LIMIT_MS, deadlineMs - clock.nowMs());
    if (limitMs <= 0) throw new CallFailed(`${what} was not tried: no time was left`, true);
    const waited = await waitAtMost(clock, make(), limitMs);
    if (!waited.done) throw new CallFailed(`${what} did not return`, true);
    return waited.value;
  };

  /** For a call that the driver may refuse as long as it has buffers. */
  const callUntilNotPlaying = async (what: string, make: () => Promise<Mmresult>) => {
    const untilMs = Math.min(clock.nowMs() + CALL_LIMIT_MS, deadlineMs);
    for (;;) {
      const result = await call(what, make);
      if (result === MMSYSERR_NOERROR) return;
      if (result !== MIDIERR_STILLPLAYING || clock.nowMs() >= untilMs) throw failure(what, result);
      await sleep(clock, RETRY_MS);
      poll();
    }
  };

  try {
    // A failing stop is no reason not to reset: either one ends the input.
    await call('midiInStop', () => winmm.midiInStop(handle));
    poll();
    const reset = await call('midiInReset', () => winmm.midiInReset(handle));
    if (reset !== MMSYSERR_NOERROR) report.problem = failure('midiInReset', reset).message;
    await waitForBuffers(clock, pool, poll, Math.min(CALL_LIMIT_MS, deadlineMs - clock.nowMs()));
    for (let index = 0; index < pool.count; index++) {
      if (!pool.isPrepared(index)) continue;
      await callUntilNotPlaying('midiInUnprepareHeader', () =>
        winmm.midiInUnprepareHeader(handle, pool.addressOf(index), MIDIHDR_SIZE),
      );
    }
    await callUntilNotPlaying('midiInClose', () => winmm.midiInClose(handle));
    poll();
    report.closed = true;
    pool.free();
    winmm.memory.free(ring.block);
  } catch (error) {
    report.problem = error instanceof Error ? error.message : String(error);
    report.hung = error instanceof CallFailed && error.hung;
  }
  return report;
}

async function waitForBuffers(
  clock: Clock,
  pool: HeaderPool,
  poll: () => void,
  limitMs: number,
): Promise<void> {
  const untilMs = clock.nowMs() + limitMs;
  poll();
  while (pool.queued > 0 && clock.nowMs() < untilMs) {
    await sleep(clock, 1);
    poll();
  }
}

function failure(what: string, result: Mmresult): CallFailed {
  return new CallFailed(`${what} failed: ${mmresultName(result)} (${result})`, false);
}
