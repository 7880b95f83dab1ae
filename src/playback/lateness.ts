/** How late messages went out: counts in steps of a fiftieth of a millisecond, in memory that does not grow. */

const STEPS_PER_MS = 50;
const STEPS = 100 * STEPS_PER_MS;

export class Lateness {
  count = 0;
  /** Milliseconds. */
  worstMs = 0;
  readonly #steps = new Uint32Array(STEPS + 1);

  add(lateMs: number): void {
    this.count++;
    if (lateMs > this.worstMs) this.worstMs = lateMs;
    const step = Math.max(0, Math.min(STEPS, Math.floor(lateMs * STEPS_PER_MS)));
    this.#steps[step]!++;
  }

  /** The lateness in milliseconds, to a fiftieth of one, that `percent` of the messages do not exceed. */
  percentile(percent: number): number {
    const wanted = (this.count * percent) / 100;
    let counted = 0;
    for (let step = 0; step < STEPS; step++) {
      counted += this.#steps[step]!;
      if (counted >= wanted) return Math.min((step + 1) / STEPS_PER_MS, this.worstMs);
    }
    return this.worstMs;
  }
}
