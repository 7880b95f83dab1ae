/** Tick arithmetic: from milliseconds to the ticks of a Standard MIDI File, without drift. */

/** Largest ppq that fits the 15 bits of an SMF header. */
export const MAX_PPQ = 0x7fff;

/** Largest number that fits the 24 bits of a set-tempo event. */
export const MAX_TEMPO_MICROSECONDS = 0xff_ffff;

/**
 * The tempo that a file with `bpm` has: whole microseconds per quarter note, which is all that
 * an SMF can say. Ticks have to be computed from this number and not from `bpm`, or a file at
 * 113 bpm would end late.
 *
 * @param bpm - quarter notes per minute
 * @throws RangeError if no set-tempo event can hold it; 3.58 to 60,000,000 is possible
 */
export function microsecondsPerQuarter(bpm: number): number {
  const microseconds = Math.round(60_000_000 / bpm);
  if (!(microseconds >= 1 && microseconds <= MAX_TEMPO_MICROSECONDS)) {
    throw new RangeError(`a tempo of ${bpm} bpm does not fit a Standard MIDI File`);
  }
  return microseconds;
}

/**
 * Ticks by time, at one constant tempo.
 *
 * Each answer comes from the absolute time, never from the tick before it, so errors do not add
 * up: the tick is the exact one, rounded to the nearest, after 48 hours as after one second.
 */
export class TickScale {
  readonly ppq: number;
  readonly tempoMicroseconds: number;
  readonly #ticksPerTempo: number;

  /**
   * @param ppq - ticks per quarter note, 1 to MAX_PPQ
   * @param tempoMicroseconds - microseconds per quarter note, as in the set-tempo event
   * @throws RangeError if either is no integer or out of range
   */
  constructor(ppq: number, tempoMicroseconds: number) {
    if (!(Number.isInteger(ppq) && ppq >= 1 && ppq <= MAX_PPQ)) {
      throw new RangeError(`${ppq} ticks per quarter note do not fit a Standard MIDI File`);
    }
    if (
      !(
        Number.isInteger(tempoMicroseconds) &&
        tempoMicroseconds >= 1 &&
        tempoMicroseconds <= MAX_TEMPO_MICROSECONDS
      )
    ) {
      throw new RangeError(`${tempoMicroseconds} µs per quarter note do not fit a tempo event`);
    }
    this.ppq = ppq;
    this.tempoMicroseconds = tempoMicroseconds;
    this.#ticksPerTempo = ppq * 1000;
  }

  /** The tick nearest to `timeMs` (milliseconds from the start of the take); 0 for times before it. */
  ticksAt(timeMs: number): number {
    const ticks = Math.round((timeMs * this.#ticksPerTempo) / this.tempoMicroseconds);
    return ticks > 0 ? ticks : 0;
  }

  /** The time in milliseconds at which `ticks` begins. */
  timeMsAt(ticks: number): number {
    return (ticks * this.tempoMicroseconds) / this.#ticksPerTempo;
  }
}
