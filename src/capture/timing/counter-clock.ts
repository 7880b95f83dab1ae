/** Turns the counter that callbacks store into milliseconds on the monotonic clock. */
import type { CounterSample } from '../../winmm/winmm.js';

/** A reading that lies this far from the line is no delay between two instructions: the machine slept, or the counter was set. */
const JUMP_MS = 1000;

/**
 * A straight line through two readings of counter and clock. The second reading is renewed at
 * every poll, right before the ring is drained, so what the ring holds lies between the two and
 * is interpolated, never extrapolated far.
 */
export class CounterClock {
  #first: CounterSample;
  #last: CounterSample;
  #msPerCount = 0;

  constructor(first: CounterSample) {
    this.#first = first;
    this.#last = first;
  }

  /** Takes a newer reading. */
  calibrate(sample: CounterSample): void {
    const jumped = Math.abs(this.timeMs(sample.counter) - sample.timeMs) > JUMP_MS;
    this.#last = sample;
    // The rate is still the same, but the line has to begin anew behind the jump.
    if (jumped && this.#msPerCount !== 0) this.#first = sample;
    const counts = sample.counter - this.#first.counter;
    if (counts > 0) this.#msPerCount = (sample.timeMs - this.#first.timeMs) / counts;
  }

  /** Milliseconds on the clock of the samples, at which the counter stood at `counter`. */
  timeMs(counter: number): number {
    return this.#last.timeMs + (counter - this.#last.counter) * this.#msPerCount;
  }
}
