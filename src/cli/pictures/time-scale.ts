/** The marks of a time axis. */
import { formatTime } from '../terminal/figures.js';

export interface TimeMark {
  timeMs: number;
  label: string;
}

/** Distances between marks that people count by. */
const STEPS_MS = [
  10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 15_000, 30_000, 60_000, 120_000, 300_000,
  600_000, 900_000, 1_800_000, 3_600_000, 7_200_000, 14_400_000, 21_600_000, 43_200_000, 86_400_000,
];
/** Room for the longest label and some air. */
const COLUMNS_PER_MARK = 10;

/** Marks from 0 up to `lengthMs`, as many as `columns` have room for. */
export function timeScale(lengthMs: number, columns: number): TimeMark[] {
  const mostMarks = Math.max(1, Math.floor(columns / COLUMNS_PER_MARK));
  let stepMs = STEPS_MS.find((step) => lengthMs / step <= mostMarks) ?? STEPS_MS.at(-1)!;
  while (lengthMs / stepMs > mostMarks) stepMs *= 2;
  const marks: TimeMark[] = [];
  for (let timeMs = 0; timeMs <= lengthMs; timeMs += stepMs) {
    marks.push({ timeMs, label: labelOf(timeMs, stepMs) });
  }
  return marks;
}

/** As fine as the steps are: `5 s`, `0.25 s`. */
function labelOf(timeMs: number, stepMs: number): string {
  if (stepMs >= 1000) return formatTime(timeMs, 0);
  return formatTime(timeMs, stepMs >= 100 ? 1 : 2);
}
