/** How often to look into the rings where nobody wakes, or would too often: often while something is played, seldom while nothing is. */
import { untilBeat } from '../../midi/clock.js';

/** While messages come: small against what a person or a synthesizer notices. */
export const BUSY_POLL_MS = 4;
/** After a long silence: every look costs half a millisecond of processor time, most of it for waking up. */
export const IDLE_POLL_MS = 500;
/** How long after the last message the polling stays quick. */
const STAY_BUSY_MS = 500;
/** After that, no message waits longer than this part of the silence before it. */
const PART_OF_SILENCE = 1 / 20;

export class PollRhythm {
  #lastMessageMs = Number.NEGATIVE_INFINITY;

  /**
   * @param nowMs - on any monotonic clock
   * @param messages - how many the poll just made has found
   * @returns milliseconds until the next poll
   */
  next(nowMs: number, messages: number): number {
    if (messages > 0) this.#lastMessageMs = nowMs;
    const silenceMs = nowMs - this.#lastMessageMs;
    if (silenceMs < STAY_BUSY_MS) return BUSY_POLL_MS;
    const delayMs = silenceMs * PART_OF_SILENCE;
    return delayMs < IDLE_POLL_MS ? delayMs : untilBeat(nowMs, IDLE_POLL_MS);
  }
}
