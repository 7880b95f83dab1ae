/** The clock and timers that everything in midirec is handed, so that tests never sleep. */

/** Cancels a pending timer. Calling it twice, or after the timer ran, does nothing. */
export type CancelTimer = () => void;

/**
 * A monotonic clock with timers.
 *
 * Times are milliseconds, fractions included, counted from an origin that is fixed for
 * the life of the clock and otherwise meaningless: only differences count.
 */
export interface Clock {
  nowMs(): number;
  /** How long the system has been up, the time in which it was suspended included, in milliseconds; left out where nobody asks. */
  uptimeMs?(): number;
  /** Runs `action` once, `delayMs` from now or as soon after that as the machine allows. */
  setTimer(delayMs: number, action: () => void): CancelTimer;
}

/** A longer one of setTimeout, 24.8 days, is over at once. */
const LONGEST_TIMER_MS = 0x7fff_ffff;

/** The machine's monotonic clock; the origin is the start of the process. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  setTimer(delayMs, action) {
    if (delayMs <= 0) {
      const turn = setImmediate(action);
      return () => clearImmediate(turn);
    }
    let left = delayMs;
    const wait = () => {
      const step = Math.min(left, LONGEST_TIMER_MS);
      left -= step;
      return setTimeout(() => {
        if (left > 0) timer = wait();
        else action();
      }, step);
    };
    let timer = wait();
    return () => clearTimeout(timer);
  },
};

const RUNNING_STEP_MS = 250;
/** A timer that is a step late and more counts as if it was one. */
const MOST_STEP_MS = 2 * RUNNING_STEP_MS;

/**
 * The time in which this process has run: one that was stopped, suspended or starved meanwhile has not waited, and what
 * it waits for may be there. Limits of drivers and disks are counted on it.
 */
export class RunningClock implements Clock {
  readonly #clock: Clock;
  #lastMs: number;
  #runMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#lastMs = clock.nowMs();
  }

  /** To be asked every half second, or while one of its timers runs. */
  nowMs(): number {
    const nowMs = this.#clock.nowMs();
    this.#runMs += Math.min(nowMs - this.#lastMs, MOST_STEP_MS);
    this.#lastMs = nowMs;
    return this.#runMs;
  }

  setTimer(delayMs: number, action: () => void): CancelTimer {
    const dueMs = this.nowMs() + delayMs;
    const step = () => {
      const leftMs = dueMs - this.nowMs();
      if (leftMs <= 0) action();
      else cancel = this.#clock.setTimer(Math.min(leftMs, RUNNING_STEP_MS), step);
    };
    let cancel = this.#clock.setTimer(Math.min(delayMs, RUNNING_STEP_MS), step);
    return () => cancel();
  }
}

/**
 * How often to look, while nothing happens, at what nobody tells of: so a device that has gone is missed
 * early enough to be noticed within two seconds, with a second look at the list.
 */
export const BEAT_MS = 900;

/**
 * Milliseconds until a moment about `periodMs` from now that all timers of this period have in
 * common, so that a process in which nothing happens wakes up once for all of them.
 */
export function untilBeat(nowMs: number, periodMs: number): number {
  const leftMs = periodMs - (nowMs % periodMs);
  return leftMs < periodMs / 2 ? leftMs + periodMs : leftMs;
}

/** Does something on each beat. @returns what ends that */
export function onBeats(clock: Clock, action: () => void): () => void {
  let cancel = () => {};
  const waitForNext = () => {
    cancel = clock.setTimer(untilBeat(clock.nowMs(), BEAT_MS), () => {
      action();
      waitForNext();
    });
  };
  waitForNext();
  return () => cancel();
}
