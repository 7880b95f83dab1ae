/** What the time of a sequencer queue is on midirec's clock. */
import type { Clock } from '../../../midi/clock.js';

/** A look at both clocks that took longer than this was interrupted, and tells little. */
const PRECISE_MS = 0.3;
/** How much of a difference is followed at each look: drift is, the jitter of the looks is not. */
const SHARE = 0.02;
/** A difference that is no jitter: the process or the machine was suspended. */
const JUMP_MS = 50;
const FIRST_LOOKS = 5;

export class QueueClock {
  readonly #clock: Clock;
  readonly #queueMs: () => number;
  /** The clock's time minus the queue's. */
  #offsetMs: number;

  /** @param queueMs - the queue's time now, in milliseconds */
  constructor(clock: Clock, queueMs: () => number) {
    this.#clock = clock;
    this.#queueMs = queueMs;
    const looks = Array.from({ length: FIRST_LOOKS }, () => this.#look());
    looks.sort((one, other) => one.tookMs - other.tookMs);
    this.#offsetMs = looks[0]?.offsetMs ?? 0;
  }

  /** Compares the clocks once more. */
  follow(): void {
    const { tookMs, offsetMs } = this.#look();
    if (tookMs > PRECISE_MS) return;
    const differenceMs = offsetMs - this.#offsetMs;
    this.#offsetMs += differenceMs * (Math.abs(differenceMs) > JUMP_MS ? 1 : SHARE);
  }

  /** The clock's time of a moment of the queue; no later than now. */
  timeOf(queueMs: number): number {
    return Math.min(queueMs + this.#offsetMs, this.#clock.nowMs());
  }

  #look(): { tookMs: number; offsetMs: number } {
    const beforeMs = this.#clock.nowMs();
    const queueMs = this.#queueMs();
    const tookMs = this.#clock.nowMs() - beforeMs;
    return { tookMs, offsetMs: beforeMs + tookMs / 2 - queueMs };
  }
}
