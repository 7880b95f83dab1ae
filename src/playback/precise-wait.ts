/** Waiting for a moment more exactly than timers do. */
import type { Clock } from '../midi/clock.js';
import { sleep } from '../midi/waiting.js';

/**
 * Waits until `clock.nowMs()` has reached `dueMs`, or `signal` is aborted, whichever is first.
 * For a moment that has passed it is over at once.
 */
export type WaitUntil = (dueMs: number, signal: AbortSignal) => Promise<void>;

/**
 * The end of a wait is spent looking at the clock: a timer wakes up to a millisecond late, and a
 * little more on a busy machine.
 */
const LOOKING_MS = 2;
/** Who is always late would never let signals and answers of drivers in. */
const LONGEST_RUN_MS = 4;

/** Between the looks at the clock everything else gets its turn: signals, input, other timers. */
export function createPreciseWait(clock: Clock): WaitUntil {
  let ranSinceMs = clock.nowMs();
  return async (dueMs, signal) => {
    for (;;) {
      const leftMs = dueMs - clock.nowMs() - LOOKING_MS;
      if (signal.aborted || leftMs <= 0) break;
      await sleep(clock, leftMs, signal);
      ranSinceMs = clock.nowMs();
    }
    while (!signal.aborted && clock.nowMs() < dueMs) {
      await nextTurn();
      ranSinceMs = clock.nowMs();
    }
    if (clock.nowMs() - ranSinceMs < LONGEST_RUN_MS) return;
    await nextTurn();
    ranSinceMs = clock.nowMs();
  };
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
