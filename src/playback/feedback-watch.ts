/** Notices that what is passed on comes back and would go round for ever. */

/** What comes back within this time, byte for byte, has gone round. */
const ROUND_MS = 10;
/** So many in a second are no music: MIDI clock at 300 beats a minute is 120. */
const MOST_IN_A_SECOND = 250;

export class FeedbackWatch {
  /** When each message was passed on last, in this second. */
  readonly #passedMs = new Map<number, number>();
  #secondMs = Number.NEGATIVE_INFINITY;
  #returned = 0;

  /**
   * A message is about to be passed on.
   *
   * @param message - any number that stands for it
   * @returns true if it goes round
   */
  notice(message: number, nowMs: number): boolean {
    if (nowMs - this.#secondMs >= 1000) {
      this.#secondMs = nowMs;
      this.#returned = 0;
      this.#passedMs.clear();
    }
    const before = this.#passedMs.get(message);
    this.#passedMs.set(message, nowMs);
    if (before !== undefined && nowMs - before <= ROUND_MS) this.#returned++;
    return this.#returned > MOST_IN_A_SECOND;
  }
}
