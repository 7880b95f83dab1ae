/** How fast a counter grows. */

/** The rate is taken over about this long, so that it can be read. */
const WINDOW_MS = 1000;

export class RateMeter {
  readonly #count: () => number;
  readonly #nowMs: () => number;
  readonly #samples: { ms: number; count: number }[] = [];

  constructor(count: () => number, nowMs: () => number) {
    this.#count = count;
    this.#nowMs = nowMs;
  }

  /** Counts per second over the last second; call it regularly. */
  perSecond(): number {
    const ms = this.#nowMs();
    const count = this.#count();
    this.#samples.push({ ms, count });
    while (this.#samples.length > 2 && this.#samples[1]!.ms <= ms - WINDOW_MS)
      this.#samples.shift();
    const first = this.#samples[0]!;
    return ms > first.ms ? ((count - first.count) * 1000) / (ms - first.ms) : 0;
  }
}
