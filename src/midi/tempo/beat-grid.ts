/** Laying even beats over when notes begin: how long exactly, and where the first one is. */

export interface BeatGrid {
  beatMs: number;
  /** A beat, on the clock of the notes. */
  phaseMs: number;
  /** How well the notes are on beats or on an even part of one: 0 is chance, 1 a machine. */
  fit: number;
}

/** A beat may be in up to so many parts: sixteenths. */
const MOST_PARTS = 4;
/** More parts fit better anyway: the fewest that fit this much of the best are the ones. */
const NEARLY = 0.8;
/** If the notes are on beats no more than this, any part may be the beat. */
const NO_BEAT = 0.1;
/** A guess may be wrong by this part: its resolution, and roundings. */
const WITHIN = 0.004;
/** Grids that are tried differ by this part of a beat at the last note. */
const STEP_BEATS = 0.02;
/** Notes times grids: a fraction of a second's work. */
const MOST_WORK = 4_000_000;

/**
 * The grid on which the notes are best, among those whose beats are about as long as `beatMs`: what is
 * wrong in a guess by one in a thousand is half a beat after five minutes.
 *
 * @param onsetsMs - in order, at least one
 */
export function findGrid(onsetsMs: readonly number[], beatMs: number): BeatGrid {
  let best = gridOf(onsetsMs, beatMs);
  const beats = (onsetsMs.at(-1)! - onsetsMs[0]!) / beatMs;
  if (beats < 1) return best;
  const step = STEP_BEATS / beats;
  const steps = Math.min(WITHIN / step, MOST_WORK / onsetsMs.length / 2);
  for (let away = 1; away <= steps; away++) {
    for (const factor of [1 - away * step, 1 + away * step]) {
      const grid = gridOf(onsetsMs, beatMs * factor);
      if (grid.fit > best.fit) best = grid;
    }
  }
  return best;
}

export function beatNear({ beatMs, phaseMs }: BeatGrid, timeMs: number): number {
  return phaseMs + Math.round((timeMs - phaseMs) / beatMs) * beatMs;
}

/**
 * The grid of beats of just this length on which the notes are best; without notes, it begins at 0.
 *
 * The notes are directions on circles, one round of which is a beat, half a beat, a third or a quarter:
 * their mean is as long as they agree.
 */
export function gridOf(onsetsMs: readonly number[], beatMs: number): BeatGrid {
  const [firstMs] = onsetsMs;
  if (firstMs === undefined) return { beatMs, phaseMs: 0, fit: 0 };
  const turn = (2 * Math.PI) / beatMs;
  const x = new Float64Array(MOST_PARTS);
  const y = new Float64Array(MOST_PARTS);
  for (const timeMs of onsetsMs) {
    const angle = turn * (timeMs - firstMs);
    const cos = Math.cos(angle);
    const sin = Math.sin(angle);
    let real = 1;
    let imaginary = 0;
    for (let index = 0; index < MOST_PARTS; index++) {
      const before = real;
      real = real * cos - imaginary * sin;
      imaginary = before * sin + imaginary * cos;
      x[index]! += real;
      y[index]! += imaginary;
    }
  }
  const fits = Array.from(x, (value, index) => Math.hypot(value, y[index]!) / onsetsMs.length);
  const fit = Math.max(...fits);
  const parts = 1 + fits.findIndex((each) => each >= fit * NEARLY);
  const partAngle = Math.atan2(y[parts - 1]!, x[parts - 1]!) / parts;
  // The part that most notes are on; where they are on all alike, the first note's.
  const towards = fits[0]! > NO_BEAT ? Math.atan2(y[0]!, x[0]!) : 0;
  const partRound = (2 * Math.PI) / parts;
  const angle = partAngle + Math.round((towards - partAngle) / partRound) * partRound;
  return { beatMs, phaseMs: firstMs + angle / turn, fit };
}
