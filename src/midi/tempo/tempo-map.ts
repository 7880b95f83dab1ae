/**
 * Ticks and milliseconds through every tempo change, both ways.
 *
 * Each answer comes from the absolute time, never from the one before it, so errors do not add up: a tick
 * is the exact one, rounded to the nearest, after 48 hours as after one second.
 */

/** A tempo from some tick on. */
export interface TempoStep {
  tick: number;
  /** Microseconds per quarter note. */
  microseconds: number;
}

export class TempoMap {
  /** Ticks per quarter note, times 1000: a tick lasts its tempo divided by this, in milliseconds. */
  readonly #divisor: number;
  /** Where each step begins, in ticks and in milliseconds, and its tempo. */
  readonly #ticks = [0];
  readonly #timesMs = [0];
  readonly #tempos: number[];

  /**
   * @param ppq - ticks per quarter note
   * @param microseconds - a quarter note's, before the first change
   */
  constructor(ppq: number, microseconds: number) {
    this.#divisor = ppq * 1000;
    this.#tempos = [microseconds];
  }

  /**
   * From `tick` on the tempo is another one. Of several at one tick the last one holds.
   *
   * @param tick - not before that of the last change
   */
  change(tick: number, microseconds: number): void {
    const timeMs = this.timeMsAt(tick);
    const at = this.#ticks.length - (this.#ticks.at(-1) === tick ? 1 : 0);
    this.#ticks[at] = tick;
    this.#timesMs[at] = timeMs;
    this.#tempos[at] = microseconds;
  }

  /** The tempo at tick 0, then each change to another. */
  get steps(): TempoStep[] {
    return this.#ticks
      .map((tick, index) => ({ tick, microseconds: this.#tempos[index]! }))
      .filter(({ microseconds }, index) => microseconds !== this.#tempos[index - 1]);
  }

  /** @param tick - below 0, too: before the beginning the tempo is the first one */
  timeMsAt(tick: number): number {
    const at = lastNotAfter(this.#ticks, tick);
    const ticks = tick - this.#ticks[at]!;
    // Divided last, so that round numbers stay round.
    return this.#timesMs[at]! + (ticks * this.#tempos[at]!) / this.#divisor;
  }

  /** The tick nearest to a time in milliseconds; 0 for times before it, and for what is not a number. */
  tickAt(timeMs: number): number {
    const at = lastNotAfter(this.#timesMs, timeMs);
    const ms = timeMs - this.#timesMs[at]!;
    const tick = this.#ticks[at]! + Math.round((ms * this.#divisor) / this.#tempos[at]!);
    return tick > 0 ? tick : 0;
  }
}

/** Index of the last of `values`, which are in order, that is not after `value`; 0 if all are. */
function lastNotAfter(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
