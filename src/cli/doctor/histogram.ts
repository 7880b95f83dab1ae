/** Times as a histogram: how many lie in each of a few steps of equal width. */

export interface HistogramStep {
  readonly fromMs: number;
  readonly toMs: number;
  readonly count: number;
}

const MOST_STEPS = 8;
/** Widths are one of these, times a power of ten. */
const WIDTHS = [1, 2, 5, 10];
const SMALLEST_WIDTH_MS = 0.1;

/** The steps from the first to the last that has any; what lies above the 99th percentile is in the last. */
export function histogramOf(timesMs: readonly number[]): HistogramStep[] {
  const times = timesMs.toSorted((one, other) => one - other);
  const [first] = times;
  const last = times.at(-1);
  const most = times[Math.min(times.length - 1, Math.floor(times.length * 0.99))];
  if (first === undefined || last === undefined || most === undefined) return [];
  const width = widthFor((most - first) / (MOST_STEPS - 1));
  const start = Math.floor(first / width);
  const counts: number[] = Array(Math.floor(most / width) - start + 1).fill(0);
  for (const time of times)
    counts[Math.min(counts.length - 1, Math.floor(time / width) - start)]!++;
  return counts.map((count, index) => ({
    fromMs: (start + index) * width,
    toMs: Math.max((start + index + 1) * width, index === counts.length - 1 ? last : -Infinity),
    count,
  }));
}

function widthFor(least: number): number {
  if (least <= SMALLEST_WIDTH_MS) return SMALLEST_WIDTH_MS;
  const power = 10 ** Math.floor(Math.log10(least));
  return WIDTHS.find((width) => width * power >= least)! * power;
}

/** A line for each step, at most so many columns wide. */
export function histogramLines(
  steps: readonly HistogramStep[],
  columns: number,
  block: string,
): string[] {
  const most = Math.max(...steps.map(({ count }) => count));
  const heads = steps.map(({ fromMs, toMs }) => `${fromMs.toFixed(1)} to ${toMs.toFixed(1)} ms`);
  const headWidth = Math.max(...heads.map(({ length }) => length));
  const room = Math.max(1, columns - headWidth - String(most).length - 4);
  return steps.map(({ count }, index) => {
    const number = String(count).padStart(String(most).length);
    const length = count === 0 ? 0 : Math.max(1, Math.round((count / most) * room));
    return `${heads[index]!.padStart(headWidth)}  ${number}  ${block.repeat(length)}`.trimEnd();
  });
}
