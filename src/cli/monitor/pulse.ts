/** How steadily something comes that should come steadily: MIDI clock, active sensing. */

/** Of these, the newest are judged. */
const MOST_INTERVALS = 4096;
/** What comes closer together was held up, and comes all at once. */
const SHORTEST_MEAN_MS = 1;
/** A longer pause is one, and no interval: the clock was stopped. */
const LONGEST_MS = 1000;
const TICKS_PER_BEAT = 24;

export class Pulse {
  readonly #intervals: number[] = [];
  #lastMs: number | undefined;

  /** @param timeMs - of one that came, in order */
  add(timeMs: number): void {
    const interval = timeMs - (this.#lastMs ?? Number.NEGATIVE_INFINITY);
    this.#lastMs = timeMs;
    if (interval > LONGEST_MS) return;
    this.#intervals.push(interval);
    if (this.#intervals.length > MOST_INTERVALS) this.#intervals.shift();
  }

  /** Of clock, over the last beat; undefined before there is one. */
  get bpm(): number | undefined {
    const beat = this.#intervals.slice(-TICKS_PER_BEAT);
    const meanMs = meanOf(beat);
    if (beat.length < TICKS_PER_BEAT || meanMs < SHORTEST_MEAN_MS) return undefined;
    return 60_000 / (meanMs * TICKS_PER_BEAT);
  }

  /** Their mean distance, and within what 99 of 100 are of it; undefined if there are fewer than ten. */
  get spread(): { meanMs: number; withinMs: number } | undefined {
    if (this.#intervals.length < 10) return undefined;
    const meanMs = meanOf(this.#intervals);
    if (meanMs < SHORTEST_MEAN_MS) return undefined;
    const offMs = this.#intervals.map((each) => Math.abs(each - meanMs)).sort((a, b) => a - b);
    return { meanMs, withinMs: offMs[Math.floor((offMs.length - 1) * 0.99)]! };
  }
}

function meanOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}

/** `clock at 120.0 bpm, 99 % of it within 0.4 ms`; nothing for what came too seldom to judge. */
export function pulseText(kind: 'clock' | 'sense', { spread }: Pulse): string | undefined {
  if (spread === undefined) return undefined;
  const { meanMs, withinMs } = spread;
  const jitter = `99 % of it within ${withinMs.toFixed(1)} ms`;
  if (kind === 'sense') return `sensing every ${Math.round(meanMs)} ms, ${jitter}`;
  return `clock at ${(60_000 / (meanMs * TICKS_PER_BEAT)).toFixed(1)} bpm, ${jitter}`;
}
