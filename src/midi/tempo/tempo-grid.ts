/**
 * A grid of beats laid over time, and the tempo track that it makes.
 *
 * What was played keeps its times: a grid only says where the beats were. Each step from one point
 * to the next gets a tempo of its own, in whole microseconds as an SMF has it, chosen so that
 * roundings do not add up.
 */
import { MAX_TEMPO_MICROSECONDS } from '../ticks.js';

/** A moment whose musical position is known. */
export interface GridPoint {
  /** Milliseconds on the take's clock. */
  timeMs: number;
  /** Quarter notes since the beginning of a bar before all points. */
  quarter: number;
}

/** A tempo from some tick on. */
export interface TempoStep {
  tick: number;
  /** Microseconds per quarter note. */
  microseconds: number;
}

interface Segment extends TempoStep {
  /** Where the tick falls when a program plays the file: milliseconds. */
  timeMs: number;
}

/** No tempo but a jump, 1000 beats a minute and more: what comes after the last point does not go on so. */
const FASTEST_MICROSECONDS = 60_000;
/** Shorter than this before the first point is no time of its own. */
const NO_LEAD_MS = 1;

export class TempoLayout {
  readonly #ppq: number;
  readonly #segments: Segment[] = [];

  /**
   * @param points - in order, at least one, none before time 0; points that do not go forward in
   *   both time and music are passed over
   * @param ppq - ticks per quarter note
   * @param barQuarters - quarter notes in a bar
   * @param microseconds - tempo where the grid says none
   */
  constructor(
    points: readonly GridPoint[],
    ppq: number,
    barQuarters: number,
    microseconds: number,
  ) {
    this.#ppq = ppq;
    const [first, ...rest] = points;
    if (first === undefined) throw new RangeError('a grid has at least one point');
    const next = rest.find((point) => isAfter(point, first));
    const firstTempo =
      next === undefined
        ? microseconds
        : ((next.timeMs - first.timeMs) * 1000) / (next.quarter - first.quarter);
    const leadQuarters = this.#addLead(first, barQuarters, firstTempo);
    let last = first;
    for (const point of rest) {
      if (!isAfter(point, last)) continue;
      this.#addSegment(
        leadQuarters + last.quarter - first.quarter,
        leadQuarters + point.quarter - first.quarter,
        point.timeMs,
      );
      last = point;
    }
    const isOfNoLength = this.#segments.length === 0 || rest.length === 0;
    if (isOfNoLength) this.#push(leadQuarters, firstTempo);
    else if (this.#segments.at(-1)!.microseconds < FASTEST_MICROSECONDS) {
      this.#push(leadQuarters + last.quarter - first.quarter, microseconds);
    }
  }

  /** The tempo at tick 0, then each change to another. */
  get steps(): TempoStep[] {
    const steps: TempoStep[] = [];
    for (const { tick, microseconds } of this.#segments) {
      if (steps.at(-1)?.microseconds !== microseconds) steps.push({ tick, microseconds });
    }
    return steps;
  }

  /** The tick nearest to a time; times in order are quick to look up. */
  ticksAt(timeMs: number): number {
    const { tick, timeMs: fromMs, microseconds } = this.#segmentAt(timeMs);
    return Math.max(0, tick + Math.round(((timeMs - fromMs) * this.#ppq * 1000) / microseconds));
  }

  /**
   * Fills the time from 0 to the first point so that it falls on its place in a bar.
   *
   * @returns the quarters of that time
   */
  #addLead({ timeMs, quarter }: GridPoint, barQuarters: number, tempo: number): number {
    if (timeMs < NO_LEAD_MS) return 0;
    const withinBar = ((quarter % barQuarters) + barQuarters) % barQuarters;
    const barMs = (barQuarters * tempo) / 1000;
    const bars = Math.round(timeMs / barMs - withinBar / barQuarters);
    const quarters = Math.max(withinBar === 0 ? 1 : 0, bars) * barQuarters + withinBar;
    this.#addSegment(0, quarters, timeMs);
    return quarters;
  }

  /** A steady tempo between two positions, so that the second one falls on `untilMs`. */
  #addSegment(fromQuarter: number, toQuarter: number, untilMs: number): void {
    const fromMs = this.#endMs(fromQuarter);
    this.#push(fromQuarter, ((untilMs - fromMs) * 1000) / (toQuarter - fromQuarter));
  }

  #push(quarter: number, microseconds: number): void {
    const tick = Math.round(quarter * this.#ppq);
    const timeMs = this.#endMs(quarter);
    // Points that are less than a tick apart: the tempo between them would last for no time.
    if (this.#segments.at(-1)?.tick === tick) this.#segments.pop();
    this.#segments.push({
      timeMs,
      tick,
      microseconds: Math.min(MAX_TEMPO_MICROSECONDS, Math.max(1, Math.round(microseconds))),
    });
  }

  /** Where a position falls with the tempos so far: a little beside where it should, by roundings. */
  #endMs(quarter: number): number {
    const last = this.#segments.at(-1);
    if (last === undefined) return 0;
    const ticks = Math.round(quarter * this.#ppq) - last.tick;
    return last.timeMs + (ticks * last.microseconds) / (this.#ppq * 1000);
  }

  #segmentAt(timeMs: number): Segment {
    let low = 0;
    let high = this.#segments.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#segments[middle]!.timeMs <= timeMs) low = middle;
      else high = middle - 1;
    }
    return this.#segments[low]!;
  }
}

function isAfter(point: GridPoint, last: GridPoint): boolean {
  return point.timeMs > last.timeMs && point.quarter > last.quarter;
}
