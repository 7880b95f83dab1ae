/** The time of a message: the driver's millisecond as long as it can be believed, refined within it; else the time of arrival. */

/** A stamp may lie this far from the arrival when the callback itself stamps (machine code). */
export const CLOSE_TOLERANCE_MS = 150;
/** … and this far when JavaScript stamps, which may have been busy meanwhile. */
export const LOOSE_TOLERANCE_MS = 2000;

/** Two clocks of one machine part by less than this: 300 millionths. Faster is not drift. */
const MAX_DRIFT = 300e-6;
/** Stamps this little out of order are put in order without a word: some drivers stamp on two threads. */
const HARMLESS_STEP_BACK_MS = 5;

/** How fast the driver's clock and the counter part within a millisecond: as quartzes do. Faster, and it is not refined. */
const FINE_DRIFT = 10e-6;
/** What is later than the end of its millisecond by less than this came shortly before that end; later, anywhere in it. */
const LITTLE_LATE_MS = 0.5;
const END_OF_MS = 0.999;
const MIDDLE_OF_MS = 0.5;

/** dwParam2 is a 32-bit count of milliseconds: it comes round after 49.7 days. */
const DWPARAM2_RANGE_MS = 0x1_0000_0000;

/** From this many messages it is learned when zero was. */
const LEARNING_MESSAGES = 64;

export class TimeStamps {
  #zeroMs: number;
  readonly #earliestZeroMs: number;
  readonly #toleranceMs: number;
  #toLearn = LEARNING_MESSAGES;
  #lastGoodMs: number;
  #lastTimeMs: number;
  #lastStampMs: number;
  #skewMs = 0;
  /** By how much the message that was least late came after the beginning of its millisecond. */
  #leastLateMs = Number.POSITIVE_INFINITY;
  #lastFineMs = 0;
  /** Whether the last stamp was not believed. */
  wasBad = false;

  /**
   * @param zeroMs - when midiInStart returned, on the take's clock
   * @param toleranceMs - how far stamp and arrival may part
   * @param earliestZeroMs - when midiInStart was called, if the moment in between is to be learned
   *   from the messages: none can arrive before the time that its stamp says, so zero is at most
   *   arrival less stamp
   */
  constructor(zeroMs: number, toleranceMs: number, earliestZeroMs = zeroMs) {
    this.#zeroMs = zeroMs;
    this.#earliestZeroMs = earliestZeroMs;
    this.#toleranceMs = toleranceMs;
    this.#lastGoodMs = earliestZeroMs;
    this.#lastTimeMs = earliestZeroMs;
    this.#lastStampMs = zeroMs;
  }

  /**
   * @param dwParam2 - milliseconds since midiInStart, modulo 2^32
   * @param stampMs - arrival, on the take's clock
   * @param mayBeOldMs - how much older than its arrival the stamp may be with good reason: a buffer
   *   may carry the time at which its first byte came in
   * @returns the message's time on the take's clock; never earlier than the one before
   */
  timeOf(dwParam2: number, stampMs: number, mayBeOldMs = 0): number {
    if (this.#toLearn > 0) this.#learnZero(stampMs - dwParam2);
    const sinceZeroMs = stampMs - this.#zeroMs;
    const wraps = Math.max(0, Math.round((sinceZeroMs - dwParam2) / DWPARAM2_RANGE_MS));
    const timeMs = this.#zeroMs + wraps * DWPARAM2_RANGE_MS + dwParam2;
    const partedMs = timeMs - stampMs - this.#skewMs;
    // After a long silence the two clocks may have parted further than one step of the tolerance.
    const mayDriftMs = Math.max(0, stampMs - this.#lastStampMs) * MAX_DRIFT;
    this.wasBad =
      timeMs < this.#lastGoodMs - HARMLESS_STEP_BACK_MS - mayBeOldMs ||
      partedMs > this.#toleranceMs + mayDriftMs ||
      partedMs < -this.#toleranceMs - mayDriftMs - mayBeOldMs;
    if (this.wasBad) {
      this.#lastTimeMs = Math.max(stampMs, this.#lastTimeMs);
      return this.#lastTimeMs;
    }
    if (mayBeOldMs === 0) {
      this.#skewMs += Math.min(mayDriftMs, Math.max(-mayDriftMs, partedMs));
      this.#lastStampMs = Math.max(stampMs, this.#lastStampMs);
    }
    this.#lastGoodMs = Math.max(timeMs, this.#lastGoodMs);
    const partMs = mayBeOldMs === 0 ? this.#partOfMs(stampMs - timeMs, stampMs) : 0;
    this.#lastTimeMs = Math.max(timeMs + partMs, this.#lastTimeMs);
    return this.#lastTimeMs;
  }

  /**
   * The part of a millisecond that the driver has cut off, as far as the arrival tells: a driver may be
   * late, but some are not, and those show how late the others were.
   *
   * @param lateMs - arrival less stamp
   */
  #partOfMs(lateMs: number, stampMs: number): number {
    const driftMs = Math.max(0, stampMs - this.#lastFineMs) * FINE_DRIFT;
    this.#leastLateMs = Math.min(lateMs, this.#leastLateMs + driftMs);
    this.#lastFineMs = stampMs;
    const partMs = lateMs - this.#leastLateMs;
    if (partMs < END_OF_MS) return partMs;
    return partMs < 1 + LITTLE_LATE_MS ? END_OF_MS : MIDDLE_OF_MS;
  }

  #learnZero(latestMs: number): void {
    this.#toLearn--;
    const zeroMs = Math.max(this.#earliestZeroMs, latestMs);
    if (zeroMs >= this.#zeroMs) return;
    // What was timed before was timed too late by this, and is no reason to doubt what comes now.
    this.#lastGoodMs -= this.#zeroMs - zeroMs;
    this.#zeroMs = zeroMs;
  }
}
