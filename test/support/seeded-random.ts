/** Random numbers that come again with the same seed, for runs that have to be repeatable. */

export class SeededRandom {
  readonly seed: number;
  #state: number;

  constructor(seed: number) {
    this.seed = seed;
    this.#state = seed >>> 0;
  }

  /** At least 0, below 1. (mulberry32) */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.next() * (most - least + 1));
  }

  /** True in `share` of the cases. */
  chance(share: number): boolean {
    return this.next() < share;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.between(0, choices.length - 1)]!;
  }

  bytes(count: number, most = 255): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.between(0, most));
  }
}

/** The seed of this run: MIDIREC_SEED, or one that nobody has seen before. Whoever uses it prints it. */
export function runSeed(): number {
  const given = process.env.MIDIREC_SEED;
  return given === undefined ? Date.now() % 1_000_000_007 : Number(given);
}
