/** Notices that what is passed on comes back and would go round for ever. */

import { isNoteOff, isNoteOn } from '../midi/status.js';

/** What comes back within this time, byte for byte, has gone round. */
const ROUND_MS = 10;
/** So many in a second are no music: MIDI clock at 300 beats a minute is 120. */
const MOST_IN_A_SECOND = 250;
/** And no key is struck, or let go, as fast so often in a row. */
const MOST_STROKES = 8;

export class FeedbackWatch {
  /** When each message came in last, in this second, and how often it had come back by then without a pause. */
  readonly #came = new Map<number, { ms: number; returns: number }>();
  #secondMs = Number.NEGATIVE_INFINITY;
  #returned = 0;

  /**
   * A message is about to be passed on.
   *
   * @param message - a short one packed; for others, any number below 0 that stands for it
   * @param stampMs - when it came in, not when its turn came: after a standstill many have their turn at once
   * @returns true if it goes round
   */
  notice(message: number, stampMs: number): boolean {
    if (stampMs - this.#secondMs >= 1000) {
      this.#secondMs = stampMs;
      this.#returned = 0;
      this.#came.clear();
    }
    const before = this.#came.get(message);
    const hasReturned = before !== undefined && stampMs - before.ms <= ROUND_MS;
    const returns = hasReturned ? before.returns + 1 : 0;
    this.#came.set(message, { ms: stampMs, returns });
    if (hasReturned) this.#returned++;
    const isKey = message >= 0 && (isNoteOn(message) || isNoteOff(message));
    return this.#returned > MOST_IN_A_SECOND || (isKey && returns > MOST_STROKES);
  }
}
