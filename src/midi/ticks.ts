/** What a Standard MIDI File can say of ticks and tempo. */

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

/** @throws RangeError for ticks per quarter note that no SMF can have: it is 1 to MAX_PPQ, and whole */
export function checkPpq(ppq: number): void {
  if (Number.isInteger(ppq) && ppq >= 1 && ppq <= MAX_PPQ) return;
  throw new RangeError(`${ppq} ticks per quarter note do not fit a Standard MIDI File`);
}
