/**
 * The tempo map of a Standard MIDI File: from ticks to milliseconds and back, through every tempo change.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Header Chunks" (division) and "Set Tempo".
 */

import type { SmfContent, SmfEvent, SmfTrack } from './smf-content.js';
import { MetaType } from './smf-encoding.js';

export interface TempoChange {
  /** Milliseconds from the beginning. */
  readonly timeMs: number;
  /** Quarter notes a minute. */
  readonly bpm: number;
}

/** Microseconds a quarter note of a file that says no tempo: 120 beats a minute. */
export const DEFAULT_MICROSECONDS = 500_000;
/** A division of 29 means 30 drop-frame, whose frames are a thousandth longer than a thirtieth of a second. */
const DROP_FRAME = 29;

export class TempoMap {
  /** Whether ticks are parts of a quarter note, and not of a second. */
  readonly #hasTempo: boolean;
  /** Where each stretch of one tempo begins, in ticks and in milliseconds. */
  readonly #ticks = [0];
  readonly #timesMs = [0];
  /** In it a tick lasts one of these divided by `#divisor`, in milliseconds: so round numbers stay round. */
  readonly #dividends: number[];
  readonly #divisor: number;

  /**
   * The map that `tracks` make together: a tempo event of any of them holds for all.
   *
   * A tempo event that is cut off, or says no time at all, is passed over.
   */
  static of({ smpte, ppq }: Pick<SmfContent, 'ppq' | 'smpte'>, tracks: readonly SmfTrack[]) {
    if (smpte !== undefined) {
      const isDropFrame = smpte.framesPerSecond === DROP_FRAME;
      const frames = isDropFrame ? 30 : smpte.framesPerSecond;
      const ticksPerSecond = frames * Math.max(1, smpte.ticksPerFrame);
      return new TempoMap(undefined, isDropFrame ? 1001 : 1000, ticksPerSecond);
    }
    const tempos = tracks
      .flatMap(({ events }) => events.filter((event) => microsecondsOf(event) !== undefined))
      .sort((one, other) => one.tick - other.tick);
    return new TempoMap(tempos, DEFAULT_MICROSECONDS, Math.max(1, ppq) * 1000);
  }

  private constructor(tempos: readonly SmfEvent[] | undefined, dividend: number, divisor: number) {
    this.#hasTempo = tempos !== undefined;
    this.#dividends = [dividend];
    this.#divisor = divisor;
    for (const event of tempos ?? []) {
      const timeMs = this.timeMsAt(event.tick);
      // Of several at one tick the last one holds.
      const at = this.#ticks.length - (this.#ticks.at(-1) === event.tick ? 1 : 0);
      this.#ticks[at] = event.tick;
      this.#timesMs[at] = timeMs;
      this.#dividends[at] = microsecondsOf(event)!;
    }
  }

  /** The tempo at 0, then each change to another; empty where ticks are parts of a second. */
  get changes(): TempoChange[] {
    if (!this.#hasTempo) return [];
    return this.#timesMs
      .map((timeMs, index) => ({ timeMs, bpm: 60_000_000 / this.#dividends[index]! }))
      .filter(({ bpm }, index, all) => bpm !== all[index - 1]?.bpm);
  }

  /** Microseconds a quarter note after the last change, if ticks are parts of one. */
  get lastMicroseconds(): number {
    return this.#dividends.at(-1)!;
  }

  /** @param tick - 0 or more, from the beginning of the file */
  timeMsAt(tick: number): number {
    const at = lastNotAfter(this.#ticks, tick);
    const ticks = tick - this.#ticks[at]!;
    return this.#timesMs[at]! + (ticks * this.#dividends[at]!) / this.#divisor;
  }

  /** The tick nearest to a time in milliseconds from the beginning of the file; 0 for times before it. */
  tickAt(timeMs: number): number {
    const at = lastNotAfter(this.#timesMs, timeMs);
    const ms = timeMs - this.#timesMs[at]!;
    return Math.max(0, this.#ticks[at]! + Math.round((ms * this.#divisor) / this.#dividends[at]!));
  }
}

/** Index of the last of `values`, which are in order, that is not after `value`; 0 if all are. */
function lastNotAfter(values: readonly number[], value: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (values[middle]! <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Microseconds a quarter note that a set-tempo event says; undefined for any other event. */
export function microsecondsOf({ metaType, data }: SmfEvent): number | undefined {
  if (metaType !== MetaType.TEMPO || data.length < 3) return undefined;
  const microseconds = (data[0]! << 16) | (data[1]! << 8) | data[2]!;
  return microseconds === 0 ? undefined : microseconds;
}
