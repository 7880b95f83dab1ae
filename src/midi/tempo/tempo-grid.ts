/**
 * A grid of beats laid over time, and the tempo track that it makes.
 *
 * What was played keeps its times: a grid only says where the beats were. Each step from one point
 * to the next gets a tempo of its own, in whole microseconds as an SMF has it, chosen so that
 * roundings do not add up.
 */
import { MAX_TEMPO_MICROSECONDS } from '../ticks.js';
import { TempoMap } from './tempo-map.js';

/** A moment whose musical position is known. */
export interface GridPoint {
  /** Milliseconds on the take's clock. */
  timeMs: number;
  /** Quarter notes since the beginning of a bar before all points. */
  quarter: number;
}

/** Lets go of what was before a time, so that following for weeks takes no memory. @param points - in order */
export function forgetBefore(points: GridPoint[], timeMs: number): void {
  const kept = points.findIndex((point) => point.timeMs >= timeMs);
  points.splice(0, kept < 0 ? points.length : kept);
}

/** No tempo but a jump, 1000 beats a minute and more: what comes after the last point does not go on so. */
const FASTEST_MICROSECONDS = 60_000;
/** The tempo before the first point is that behind it, within this factor. */
const LEAD_WITHIN = 1.5;
/** The shortest notes that a time signature counts in. */
const SHORTEST_NOTE = 128;

/** What lies before the first point. */
export interface Lead {
  /** Quarter notes up to the first point. */
  quarters: number;
  /** A first bar that is shorter than the others, if there is one. */
  pickup?: { numerator: number; denominator: number; quarters: number };
}

/**
 * The tempo map of a grid.
 *
 * @param points - in order, at least one, none before time 0; points that do not go forward in
 *   both time and music are passed over
 * @param ppq - ticks per quarter note
 * @param barQuarters - quarter notes in a bar
 * @param microseconds - tempo where the grid says none
 * @throws RangeError if there is no point
 */
export function layTempo(
  points: readonly GridPoint[],
  ppq: number,
  barQuarters: number,
  microseconds: number,
): TempoMap {
  const [first, ...rest] = points;
  if (first === undefined) throw new RangeError('a grid has at least one point');
  const map = new TempoMap(ppq, microseconds);
  /** Makes the tempo steady from one position on, so that another falls on `untilMs`. */
  const lay = (fromQuarter: number, toQuarter: number, untilMs: number) => {
    const fromTick = Math.round(fromQuarter * ppq);
    // By roundings it is a little beside where it should be.
    const fromMs = map.timeMsAt(fromTick);
    map.change(fromTick, wholeTempo(((untilMs - fromMs) * 1000) / (toQuarter - fromQuarter)));
  };

  const leadQuarters = leadOf(points, barQuarters, microseconds).quarters;
  const placeOf = ({ quarter }: GridPoint) => leadQuarters + quarter - first.quarter;
  if (leadQuarters > 0) lay(0, leadQuarters, first.timeMs);
  let last = first;
  for (const point of rest) {
    if (!isAfter(point, last)) continue;
    lay(placeOf(last), placeOf(point), point.timeMs);
    last = point;
  }
  const endTick = Math.round(placeOf(last) * ppq);
  if (last === first) map.change(endTick, microseconds);
  else if (map.steps.at(-1)!.microseconds < FASTEST_MICROSECONDS) map.change(endTick, microseconds);
  return map;
}

/**
 * Whole bars before the first point, so that it falls on its place in a bar. If these would have quite another
 * tempo than what follows, there is a short bar first, counted in notes as short as that needs.
 *
 * Parameters as those of layTempo.
 */
export function leadOf(
  [first, ...rest]: readonly GridPoint[],
  barQuarters: number,
  microseconds: number,
): Lead {
  if (first === undefined) return { quarters: 0 };
  const { timeMs, quarter } = first;
  const next = rest.find((point) => isAfter(point, first));
  const beatMs =
    next === undefined ? microseconds / 1000 : (next.timeMs - timeMs) / (next.quarter - quarter);
  const exact = timeMs / beatMs;
  const withinBar = ((quarter % barQuarters) + barQuarters) % barQuarters;
  const isNear = (quarters: number) =>
    quarters <= exact * LEAD_WITHIN && quarters >= exact / LEAD_WITHIN;
  const bars = Math.max(withinBar === 0 ? 1 : 0, Math.round((exact - withinBar) / barQuarters));
  const whole = bars * barQuarters + withinBar;
  if (isNear(whole)) return { quarters: whole };
  for (let denominator = 4; denominator <= SHORTEST_NOTE; denominator *= 2) {
    const quarters = (Math.round((exact * denominator) / 4) * 4) / denominator;
    if (quarters === 0 || !isNear(quarters)) continue;
    const inBar = quarters + (withinBar === 0 ? 0 : barQuarters - withinBar);
    const numerator = (inBar * denominator) / 4;
    const hasBar = Number.isInteger(numerator) && numerator <= 255;
    return hasBar
      ? { quarters, pickup: { numerator, denominator, quarters: inBar } }
      : { quarters };
  }
  return { quarters: 0 };
}

/** As a set-tempo event has it. */
function wholeTempo(microseconds: number): number {
  return Math.min(MAX_TEMPO_MICROSECONDS, Math.max(1, Math.round(microseconds)));
}

function isAfter(point: GridPoint, last: GridPoint): boolean {
  return point.timeMs > last.timeMs && point.quarter > last.quarter;
}
