/**
 * Guessing the tempo of what is played, from nothing but when notes begin.
 *
 * Memory and time per note are constant: what is kept is a histogram of the times between notes.
 */

/** Notes that begin closer together than this are one chord. */
export const CHORD_MS = 30;
/** How many of the last onsets each new one is measured against. */
const LOOK_BACK = 8;
/** Longer times between notes say nothing about a beat. */
const LONGEST_MS = 4000;
/** Fewer distances than this are no rhythm. */
const FEWEST_DISTANCES = 24;

/** The smallest steps that a rhythm may be made of: from this to this long. */
const SHORTEST_STEP_MS = 70;
const LONGEST_STEP_MS = 1200;
/** Candidates for the step are this far apart, by factor. */
const STEP_FACTOR = 1.002;
/** In how many parts the last search cuts that factor. */
const FINER = 10;
/** How well the notes must fit a grid of steps: 1 is a machine; a good player reaches 0.6, chance 0.2. */
const LEAST_FIT = 0.45;
/** A step counts as found when its fit is at least this part of the best one's: the longest such is the one. */
const NEARLY = 0.9;

/** A beat is a step or a few, and how likely each is beforehand: halves are more usual than thirds. */
const STEPS_PER_BEAT = [
  [1, 1],
  [2, 1],
  [3, 0.6],
  [4, 1],
  [6, 0.6],
  [8, 0.8],
] as const;
const SLOWEST_BPM = 45;
const FASTEST_BPM = 190;
/** People feel a beat most readily near this tempo. */
const USUAL_BPM = 110;
const USUAL_OCTAVES = 0.7;
/** Beats that are less likely than this part of the likeliest are not worth a word. */
const LEAST_LIKELY = 0.55;

export interface TempoCandidate {
  bpm: number;
  /** How likely it is beside the likeliest one, which is 1. */
  likelihood: number;
}

export class TempoGuess {
  /** How often two onsets were so many milliseconds apart. */
  readonly #distances = new Float64Array(LONGEST_MS);
  #count = 0;
  /** The last onsets, the newest at `#newest`. */
  readonly #onsets = new Float64Array(LOOK_BACK).fill(Number.NEGATIVE_INFINITY);
  #newest = 0;

  /** @param timeMs - when a note began; not before the one that was added last */
  add(timeMs: number): void {
    const sinceLastMs = timeMs - this.#onsets[this.#newest]!;
    if (sinceLastMs < CHORD_MS) return;
    for (const onset of this.#onsets) {
      const distance = Math.round(timeMs - onset);
      if (distance < LONGEST_MS) {
        this.#distances[distance]!++;
        this.#count++;
      }
    }
    this.#newest = (this.#newest + 1) % LOOK_BACK;
    this.#onsets[this.#newest] = timeMs;
  }

  /** Beats a minute, to a tenth; undefined if nothing that is played has a beat that can be told. */
  guess(): number | undefined {
    return this.candidates()[0]?.bpm;
  }

  /**
   * What the beat may well be, the likeliest first: they share the steps that the notes are made of, and
   * differ in how many of them make a beat.
   */
  candidates(): TempoCandidate[] {
    if (this.#count < FEWEST_DISTANCES) return [];
    const stepMs = this.#findStep();
    if (stepMs === undefined) return [];
    const candidates: TempoCandidate[] = [];
    for (const [steps, likely] of STEPS_PER_BEAT) {
      const bpm = 60_000 / (steps * stepMs);
      if (bpm < SLOWEST_BPM || bpm > FASTEST_BPM) continue;
      const octaves = Math.log2(bpm / USUAL_BPM) / USUAL_OCTAVES;
      const usual = Math.exp(-(octaves ** 2) / 2);
      const likelihood = likely * usual * (0.15 + this.#share(steps * stepMs));
      candidates.push({ bpm: Math.round(bpm * 10) / 10, likelihood });
    }
    const most = Math.max(...candidates.map(({ likelihood }) => likelihood));
    return candidates
      .map(({ bpm, likelihood }) => ({ bpm, likelihood: likelihood / most }))
      .filter(({ likelihood }) => likelihood >= LEAST_LIKELY)
      .sort((one, other) => other.likelihood - one.likelihood);
  }

  /** The longest step in whose multiples the notes are apart. */
  #findStep(): number | undefined {
    const steps: { stepMs: number; fit: number }[] = [];
    for (let stepMs = SHORTEST_STEP_MS; stepMs <= LONGEST_STEP_MS; stepMs *= STEP_FACTOR) {
      steps.push({ stepMs, fit: this.#fit(stepMs) });
    }
    const bestFit = Math.max(...steps.map(({ fit }) => fit));
    if (bestFit < LEAST_FIT) return undefined;
    let at = steps.length - 1;
    while (steps[at]!.fit < bestFit * NEARLY) at--;
    // From the flank of the peak to its top.
    while (at > 0 && steps[at - 1]!.fit > steps[at]!.fit) at--;
    return this.#refine(steps[at]!.stepMs);
  }

  /** The best step between the neighbours of `stepMs`. */
  #refine(stepMs: number): number {
    let best = { stepMs, fit: this.#fit(stepMs) };
    for (let part = -FINER; part <= FINER; part++) {
      const candidate = stepMs * STEP_FACTOR ** (part / FINER);
      const fit = this.#fit(candidate);
      if (fit > best.fit) best = { stepMs: candidate, fit };
    }
    return best.stepMs;
  }

  /**
   * How well the distances are multiples of `stepMs`: 1 if all are, about 0 if none is more than by
   * chance. Nothing is no multiple: a distance of less than half a step fits as badly as can be.
   */
  #fit(stepMs: number): number {
    const turn = (2 * Math.PI) / stepMs;
    let sum = 0;
    for (let distance = 0; distance < LONGEST_MS; distance++) {
      const times = this.#distances[distance]!;
      if (times > 0) sum += times * (distance < stepMs / 2 ? -1 : Math.cos(turn * distance));
    }
    return sum / this.#count;
  }

  /** Which part of the distances is about `ms`. */
  #share(ms: number): number {
    const from = Math.max(0, Math.floor(ms * 0.94));
    const to = Math.min(LONGEST_MS - 1, Math.ceil(ms * 1.06));
    let sum = 0;
    for (let distance = from; distance <= to; distance++) sum += this.#distances[distance]!;
    return sum / this.#count;
  }
}
