/** A clock that stands still until a test moves it, so that tests of time need no time. */
import type { CancelTimer, Clock } from '../../src/midi/clock.js';

interface PendingTimer {
  readonly dueMs: number;
  /** Timers due at the same moment run in the order in which they were set. */
  readonly order: number;
  readonly action: () => void;
}

export class FakeClock implements Clock {
  #nowMs: number;
  #timersSet = 0;
  readonly #pending = new Set<PendingTimer>();

  /** @param startMs - the first answer of `nowMs`; not 0, so that forgetting to subtract an origin shows */
  constructor(startMs = 1_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  setTimer(delayMs: number, action: () => void): CancelTimer {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#timersSet++, action };
    this.#pending.add(timer);
    return () => {
      this.#pending.delete(timer);
    };
  }

  /** How many timers are waiting: 0 means that whatever was tested left nothing behind. */
  get pendingTimers(): number {
    return this.#pending.size;
  }

  /**
   * Moves time on by `ms` and runs every timer that comes due, each at its own moment, timers
   * that such timers set included. Promises are not settled in between: see `advanceAsync`.
   */
  advance(ms: number): void {
    const endMs = this.#nowMs + ms;
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#run(timer);
    }
    this.#nowMs = endMs;
  }

  /** Like `advance`, and lets everything that waits for promises go on before the first timer and after each. */
  async advanceAsync(ms: number): Promise<void> {
    const endMs = this.#nowMs + ms;
    await settlePromises();
    for (let timer = this.#next(endMs); timer !== undefined; timer = this.#next(endMs)) {
      this.#run(timer);
      await settlePromises();
    }
    this.#nowMs = endMs;
  }

  /**
   * Lets time pass, a millisecond for each turn of the event loop, until `condition` is true: for
   * what waits for the clock, for promises, or for bytes that the system has already.
   */
  async advanceUntil(what: string, condition: () => boolean, limitMs = 60_000): Promise<void> {
    const endMs = this.#nowMs + limitMs;
    while (!condition()) {
      if (this.#nowMs >= endMs) throw new Error(`did not happen within ${limitMs} ms: ${what}`);
      await this.advanceAsync(1);
    }
  }

  /** Moves time on by `ms` without running anything: what a stalled process sees. The timers run at the next `advance`, late. */
  stall(ms: number): void {
    this.#nowMs += ms;
  }

  #next(endMs: number): PendingTimer | undefined {
    let first: PendingTimer | undefined;
    for (const timer of this.#pending) {
      if (timer.dueMs > endMs) continue;
      if (
        first === undefined ||
        timer.dueMs < first.dueMs ||
        (timer.dueMs === first.dueMs && timer.order < first.order)
      ) {
        first = timer;
      }
    }
    return first;
  }

  #run(timer: PendingTimer): void {
    this.#pending.delete(timer);
    this.#nowMs = Math.max(this.#nowMs, timer.dueMs);
    timer.action();
  }
}

/** Resolves when every promise that can be settled without a timer or input has been. */
export function settlePromises(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
