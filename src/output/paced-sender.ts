/** Sends messages through an output at a pace. */
import type { Clock } from '../midi/clock.js';
import { sleep } from '../midi/waiting.js';
import type { Output } from './output.js';
import { type Pace, PaceSchedule, pieceLength } from './pacing.js';

/** What messages are given to. */
export type PacedOutput = Pick<Output, 'submit' | 'drain'>;

export class PacedSender {
  readonly #output: PacedOutput;
  readonly #clock: Clock;
  readonly #pace: Pace;
  readonly #schedule: PaceSchedule;

  constructor(output: PacedOutput, clock: Clock, pace: Pace) {
    this.#output = output;
    this.#clock = clock;
    this.#pace = pace;
    this.#schedule = new PaceSchedule(pace, clock.nowMs());
  }

  /**
   * Gives one message to the driver, in pieces if the pace has it so.
   *
   * @throws what Output.submit and Output.drain throw
   */
  async send(message: Uint8Array): Promise<void> {
    const length = pieceLength(this.#pace);
    for (let from = 0; from < message.length; from += length) {
      if (from > 0) await this.#pause(this.#pace.chunkDelayMs);
      await this.#waitUntil(this.#schedule.dueMs);
      const piece = message.subarray(from, from + length);
      await this.#output.submit(piece);
      this.#schedule.addPiece(piece.length, this.#clock.nowMs());
    }
  }

  /**
   * Waits until everything is sent, and the line has had its time for it.
   *
   * @throws what Output.drain throws
   */
  async finish(): Promise<void> {
    await this.#output.drain();
    await this.#waitUntil(this.#schedule.lineFreeMs);
    // However long it is until the next message: that time is not made up for.
    this.#schedule.addPause(0, this.#clock.nowMs());
  }

  /**
   * The pause between two messages.
   *
   * @param signal - ends it early
   * @throws what Output.drain throws
   */
  async rest(signal: AbortSignal): Promise<void> {
    if (this.#pace.messageDelayMs === 0) return;
    await this.#pause(this.#pace.messageDelayMs);
    await this.#waitUntil(this.#schedule.dueMs, signal);
  }

  /** A pause begins when the driver has sent what precedes it: it is silence on the wire that counts. */
  async #pause(delayMs: number): Promise<void> {
    if (delayMs === 0) return;
    await this.#output.drain();
    this.#schedule.addPause(delayMs, this.#clock.nowMs());
  }

  #waitUntil(timeMs: number, signal?: AbortSignal): Promise<void> {
    return sleep(this.#clock, timeMs - this.#clock.nowMs(), signal);
  }
}
