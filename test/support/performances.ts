/** Performances with a known tempo, as people play them: late here, early there, never the same twice. */
import { SeededRandom } from './seeded-random.js';

export interface Performance {
  name: string;
  bpm: number;
  /** When notes begin, in milliseconds. */
  onsets: number[];
}

/** A bar as onsets in quarter notes; each is played with the given probability. */
interface Style {
  name: string;
  bar: readonly number[];
  quarters: number;
  likely: number;
  /** Standard deviation of each onset, in milliseconds. */
  looseMs: number;
}

const STYLES: readonly Style[] = [
  { name: 'hymn, quarters', bar: [0, 1, 2, 3], quarters: 4, likely: 1, looseMs: 12 },
  {
    name: 'ballad, broken chords in eighths',
    bar: [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5],
    quarters: 4,
    likely: 0.95,
    looseMs: 14,
  },
  { name: 'waltz', bar: [0, 1, 2], quarters: 3, likely: 1, looseMs: 12 },
  { name: 'waltz with melody', bar: [0, 0.5, 1, 2, 2.5], quarters: 3, likely: 0.9, looseMs: 14 },
  { name: 'march, dotted', bar: [0, 0.75, 1, 2, 2.75, 3], quarters: 4, likely: 1, looseMs: 10 },
  {
    name: 'sixteenths, toccata',
    bar: Array.from({ length: 16 }, (_, i) => i / 4),
    quarters: 4,
    likely: 0.97,
    looseMs: 7,
  },
  {
    name: 'funk, syncopated sixteenths',
    bar: [0, 0.75, 1.5, 2, 2.25, 3, 3.75],
    quarters: 4,
    likely: 0.95,
    looseMs: 8,
  },
  {
    name: 'swing, triplet eighths',
    bar: [0, 0.667, 1, 1.667, 2, 2.667, 3, 3.667],
    quarters: 4,
    likely: 0.85,
    looseMs: 12,
  },
  { name: 'bossa nova', bar: [0, 1.5, 2, 3.5, 0.5, 3], quarters: 4, likely: 0.95, looseMs: 10 },
  {
    name: 'rock, eighths with gaps',
    bar: [0, 0.5, 1, 1.5, 2.5, 3, 3.5],
    quarters: 4,
    likely: 0.9,
    looseMs: 9,
  },
  { name: 'slow air, long notes', bar: [0, 2, 3], quarters: 4, likely: 0.9, looseMs: 20 },
  {
    name: 'jig, six eighths',
    bar: [0, 0.5, 1, 1.5, 2, 2.5],
    quarters: 3,
    likely: 0.95,
    looseMs: 9,
  },
];

const TEMPOS = [66, 76, 92, 104, 118, 132];

/** Forty-eight bars of each style at two tempos: 24 performances. */
export function makePerformances(seed = 11): Performance[] {
  const random = new SeededRandom(seed);
  return STYLES.flatMap((style, index) =>
    [0, 3].map((step) => {
      const bpm = TEMPOS[(index + step) % TEMPOS.length]!;
      return { name: `${style.name}, ${bpm}`, bpm, onsets: play(style, bpm, random) };
    }),
  );
}

function play(
  { bar, quarters, likely, looseMs }: Style,
  bpm: number,
  random: SeededRandom,
): number[] {
  const onsets: number[] = [];
  for (let barNumber = 0; barNumber < 48; barNumber++) {
    for (const position of bar) {
      if (random.next() > likely) continue;
      // The whole breathes by one part in a hundred, phrase by phrase.
      const breath = Math.sin(barNumber / 3) * 0.01 * (60_000 / bpm);
      const exactMs = ((barNumber * quarters + position) * 60_000) / bpm;
      onsets.push(Math.max(0, exactMs + breath + gaussian(random) * looseMs));
    }
  }
  return onsets.sort((one, other) => one - other);
}

function gaussian(random: SeededRandom): number {
  let sum = 0;
  for (let i = 0; i < 12; i++) sum += random.next();
  return sum - 6;
}
