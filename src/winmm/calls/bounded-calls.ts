/** Calls of a driver while a device is closed: each with a limit, and all of them with one. */

import { type Clock, RunningClock } from '../../midi/clock.js';
import { sleep, waitAtMost } from '../../midi/waiting.js';
import { MIDIERR_STILLPLAYING, MMSYSERR_NOERROR } from '../constants.js';
import { mmresultName } from '../mmresult.js';
import type { Mmresult } from '../winmm.js';

/** How long one call of a driver may take while closing. */
export const CALL_LIMIT_MS = 2000;
/** How long closing may take in all. */
export const CLOSE_LIMIT_MS = 5000;
/** How long to wait before asking again a driver that says its buffers are still queued. */
const RETRY_MS = 10;

/** A driver call that did not return, or answered with an error. */
export class CallFailed extends Error {
  /** True if it did not return: its thread may still be inside the driver. */
  readonly hung: boolean;

  constructor(message: string, hung: boolean) {
    super(message);
    this.hung = hung;
  }

  static answered(what: string, result: Mmresult): CallFailed {
    return new CallFailed(`${what} failed: ${mmresultName(result)} (${result})`, false);
  }
}

export class BoundedCalls {
  readonly #clock: Clock;
  readonly #poll: () => void;
  readonly #deadlineMs: number;

  /** @param poll - takes what has arrived, while something is waited for */
  constructor(clock: Clock, poll: () => void) {
    this.#clock = new RunningClock(clock);
    this.#poll = poll;
    this.#deadlineMs = this.#clock.nowMs() + CLOSE_LIMIT_MS;
  }

  /** How long the next call may take, in milliseconds; not above 0 if no time is left. */
  get #limitMs(): number {
    return Math.min(CALL_LIMIT_MS, this.#deadlineMs - this.#clock.nowMs());
  }

  /** @throws CallFailed if the call does not return in time */
  async call<T>(what: string, make: () => Promise<T>): Promise<T> {
    const limitMs = this.#limitMs;
    if (limitMs <= 0) throw new CallFailed(`${what} was not tried: no time was left`, false);
    const waited = await waitAtMost(this.#clock, make(), limitMs);
    if (!waited.done) throw new CallFailed(`${what} did not return`, true);
    return waited.value;
  }

  /** @throws CallFailed if the call is refused, or does not return in time */
  async callOnce(what: string, make: () => Promise<Mmresult>): Promise<void> {
    const result = await this.call(what, make);
    if (result !== MMSYSERR_NOERROR) throw CallFailed.answered(what, result);
  }

  /**
   * For a call that the driver may refuse as long as it has buffers.
   *
   * @throws CallFailed if it is refused to the end, or fails otherwise
   */
  async callUntilNotPlaying(what: string, make: () => Promise<Mmresult>): Promise<void> {
    const untilMs = this.#clock.nowMs() + this.#limitMs;
    for (;;) {
      const result = await this.call(what, make);
      if (result === MMSYSERR_NOERROR) return;
      if (result !== MIDIERR_STILLPLAYING || this.#clock.nowMs() + RETRY_MS >= untilMs) {
        throw CallFailed.answered(what, result);
      }
      await sleep(this.#clock, RETRY_MS);
      this.#poll();
    }
  }

  /** Polls until `isEnough`, or as long as one call may take. */
  async pollUntil(isEnough: () => boolean): Promise<void> {
    const untilMs = this.#clock.nowMs() + this.#limitMs;
    this.#poll();
    while (!isEnough() && this.#clock.nowMs() < untilMs) {
      await sleep(this.#clock, 1);
      this.#poll();
    }
  }
}
