/**
 * The tempo map of a Standard MIDI File: from ticks to milliseconds, through every tempo change.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Header Chunks" (division) and "Set Tempo".
 */
import { MetaType } from './smf-encoding.js';
import type { SmfEvent, SmfFile, SmfTrack } from './smf-reader.js';

export interface TempoChange {
  /** Milliseconds from the beginning. */
  readonly timeMs: number;
  /** Quarter notes a minute. */
  readonly bpm: number;
}

/** What a file without a tempo has: 120 beats a minute. */
const DEFAULT_MICROSECONDS = 500_000;
/** A division of 29 means 30 drop-frame, whose frames are a thousandth longer than a thirtieth of a second. */
const DROP_FRAME = 29;

export class TempoMap {
  /** The tempo at 0, then each change to another; empty where ticks are parts of a second. */
  readonly changes: readonly TempoChange[];
  readonly #ticks: number[];
  readonly #timesMs: number[];
  /** A tick lasts one of these divided by `#divisor`, in milliseconds: so round numbers stay round. */
  readonly #dividends: number[];
  readonly #divisor: number;

  /**
   * The map that `tracks` make together: a tempo event of any of them holds for all.
   *
   * A tempo event that is cut off, or says no time at all, is passed over.
   */
  static of(smf: Pick<SmfFile, 'ppq' | 'smpte'>, tracks: readonly SmfTrack[]): TempoMap {
    if (smf.smpte !== undefined) {
      const { framesPerSecond, ticksPerFrame } = smf.smpte;
      const isDropFrame = framesPerSecond === DROP_FRAME;
      const frames = isDropFrame ? 30 : framesPerSecond;
      return new TempoMap([], isDropFrame ? 1001 : 1000, frames * Math.max(1, ticksPerFrame));
    }
    const ppq = Math.max(1, smf.ppq);
    const events = tracks
      .flatMap((track) => track.events.filter((event) => microsecondsOf(event) !== undefined))
      .sort((one, other) => one.tick - other.tick);
    const tempos = events.map((event) => ({
      tick: event.tick,
      microseconds: microsecondsOf(event)!,
    }));
    if (tempos[0]?.tick !== 0) tempos.unshift({ tick: 0, microseconds: DEFAULT_MICROSECONDS });
    return new TempoMap(tempos, 0, ppq * 1000);
  }

  private constructor(
    tempos: readonly { tick: number; microseconds: number }[],
    dividend: number,
    divisor: number,
  ) {
    this.#ticks = [0];
    this.#timesMs = [0];
    this.#dividends = [dividend];
    this.#divisor = divisor;
    const changes: TempoChange[] = [];
    for (const { tick, microseconds } of tempos) {
      const timeMs = this.timeMsAt(tick);
      // Of several at one tick the last one holds.
      const at = this.#ticks.at(-1) === tick ? this.#ticks.length - 1 : this.#ticks.length;
      this.#ticks[at] = tick;
      this.#timesMs[at] = timeMs;
      this.#dividends[at] = microseconds;
      if (changes.at(-1)?.timeMs === timeMs) changes.pop();
      const bpm = 60_000_000 / microseconds;
      if (changes.at(-1)?.bpm !== bpm) changes.push({ timeMs, bpm });
    }
    this.changes = changes;
  }

  /** @param tick - 0 or more, from the beginning of the file */
  timeMsAt(tick: number): number {
    let low = 0;
    let high = this.#ticks.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.#ticks[middle]! <= tick) low = middle;
      else high = middle - 1;
    }
    const ticks = tick - this.#ticks[low]!;
    return this.#timesMs[low]! + (ticks * this.#dividends[low]!) / this.#divisor;
  }
}

/** Whether there is a tempo event in the track. */
export function hasTempo(track: SmfTrack): boolean {
  return track.events.some((event) => microsecondsOf(event) !== undefined);
}

/** Microseconds a quarter note that a set-tempo event says; undefined for any other event. */
function microsecondsOf({ metaType, data }: SmfEvent): number | undefined {
  if (metaType !== MetaType.TEMPO || data.length < 3) return undefined;
  const microseconds = (data[0]! << 16) | (data[1]! << 8) | data[2]!;
  return microseconds === 0 ? undefined : microseconds;
}
