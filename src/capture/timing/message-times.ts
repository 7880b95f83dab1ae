/** When the messages of one input came: the driver's stamps and the callback's counter, on the take's clock. */

import type { Clock } from '../../midi/clock.js';
import { CABLE_BYTES_PER_MS } from '../../midi/status.js';
import type { WinMm } from '../../winmm/winmm.js';
import { CounterClock } from './counter-clock.js';
import { CLOSE_TOLERANCE_MS, LOOSE_TOLERANCE_MS, TimeStamps } from './time-stamps.js';

export class MessageTimes {
  /** When the callback ran for the message that was timed last, in milliseconds on the take's clock. */
  stampMs = 0;
  readonly #winmm: WinMm;
  readonly #clock: Clock;
  readonly #onZeroLearned: (zeroMs: number) => void;
  readonly #counterClock: CounterClock;
  #stamps: TimeStamps | undefined;
  /** Before midiInStart was called; zero is not earlier. */
  #startedAfterMs = 0;
  #zeroMs = 0;
  #hasLearnedZero = false;
  #takeZeroMs = 0;
  #lastExactMs = 0;

  /** @param onZeroLearned - called at the first message, before it is timed: it tells best when zero was, on the clock */
  constructor(winmm: WinMm, clock: Clock, onZeroLearned: (zeroMs: number) => void) {
    this.#winmm = winmm;
    this.#clock = clock;
    this.#onZeroLearned = onZeroLearned;
    this.#counterClock = new CounterClock(winmm.readCounter());
  }

  /** To be called right before midiInStart. */
  markStarting(): void {
    this.#startedAfterMs = this.#clock.nowMs();
  }

  /** To be called right after midiInStart; answers when zero was, as far as that is known: milliseconds on the clock. */
  markStarted(): number {
    // On a busy machine the answer comes late. The first messages of a callback that stamps by itself
    // tell the moment better than the middle would: see TimeStamps.
    const nowMs = this.#clock.nowMs();
    return this.#stampsItself ? nowMs : (this.#startedAfterMs + nowMs) / 2;
  }

  /**
   * Places the input on the take's clock.
   *
   * @param zeroMs - when its driver's zero was, on the clock
   * @param takeZeroMs - the take's zero, on the same clock
   */
  place(zeroMs: number, takeZeroMs: number): void {
    const toleranceMs = this.#stampsItself ? CLOSE_TOLERANCE_MS : LOOSE_TOLERANCE_MS;
    const earliestZeroMs = this.#stampsItself ? this.#startedAfterMs : zeroMs;
    this.#zeroMs = zeroMs;
    this.#takeZeroMs = takeZeroMs;
    this.#lastExactMs = zeroMs - takeZeroMs;
    this.#stamps = new TimeStamps(zeroMs - takeZeroMs, toleranceMs, earliestZeroMs - takeZeroMs);
  }

  get isPlaced(): boolean {
    return this.#stamps !== undefined;
  }

  /** On the take's clock. */
  get nowMs(): number {
    return this.#clock.nowMs() - this.#takeZeroMs;
  }

  /** To be called right before messages are taken out of the ring. */
  calibrate(): void {
    this.#counterClock.calibrate(this.#winmm.readCounter());
  }

  /**
   * Times a message; `stampMs` and `wasBad` then speak of it.
   *
   * @param bufferedBytes - how many bytes may have come in since it was stamped
   * @returns milliseconds on the take's clock; 0 before the input is placed
   */
  timeOf(dwParam2: number, counter: number, bufferedBytes: number): number {
    const arrivalMs = this.#counterClock.timeMs(counter);
    if (!this.#hasLearnedZero) this.#learnZero(arrivalMs - dwParam2);
    this.stampMs = arrivalMs - this.#takeZeroMs;
    if (this.#isExact && this.isPlaced) {
      this.#lastExactMs = Math.max(this.#lastExactMs, this.stampMs);
      return this.#lastExactMs;
    }
    return this.#stamps?.timeOf(dwParam2, this.stampMs, bufferedBytes / CABLE_BYTES_PER_MS) ?? 0;
  }

  /**
   * When a message arrived, whatever its driver says of that.
   *
   * @returns milliseconds on the take's clock, as `stampMs`
   */
  arrivalOf(counter: number): number {
    this.stampMs = this.#counterClock.timeMs(counter) - this.#takeZeroMs;
    return this.stampMs;
  }

  /** Whether the driver's stamp could not be believed. */
  get wasBad(): boolean {
    return this.#stamps?.wasBad ?? false;
  }

  /**
   * midirec's own drivers: the counter is that of the moment at which they say that a message came in, however late it is
   * handed over, and is finer than their milliseconds.
   */
  get #isExact(): boolean {
    return this.#winmm.callbackKind === 'direct';
  }

  get #stampsItself(): boolean {
    return this.#winmm.callbackKind === 'machine-code';
  }

  /** @param latestMs - when zero was at the latest, by the first message */
  #learnZero(latestMs: number): void {
    this.#hasLearnedZero = true;
    if (!this.#stampsItself || latestMs >= this.#zeroMs) return;
    this.#onZeroLearned(Math.max(this.#startedAfterMs, latestMs));
  }
}
