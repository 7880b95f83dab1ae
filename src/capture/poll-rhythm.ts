/** How often to look into the rings: often while something is played, seldom while nothing is. */

/** While messages come: small against what a person or a synthesizer notices. */
export const BUSY_POLL_MS = 4;
/** After a while without: an idle recorder costs next to nothing, and the ring holds far more than comes in this time. */
export const IDLE_POLL_MS = 50;
/** How long after the last message the polling stays quick. */
const STAY_BUSY_MS = 500;

export class PollRhythm {
  #lastMessageMs = Number.NEGATIVE_INFINITY;

  /**
   * @param nowMs - on any monotonic clock
   * @param messages - how many the poll just made has found
   * @returns milliseconds until the next poll
   */
  next(nowMs: number, messages: number): number {
    if (messages > 0) this.#lastMessageMs = nowMs;
    return nowMs - this.#lastMessageMs < STAY_BUSY_MS ? BUSY_POLL_MS : IDLE_POLL_MS;
  }
}
