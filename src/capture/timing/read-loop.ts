/** When inputs are read: when something has come, and not before; by the dozen while there is a flood. */
import type { CancelTimer, Clock } from '../../midi/clock.js';
import { PollRhythm } from './poll-rhythm.js';

/** So many at once are a flood, in which nobody is woken for each: batches cost less. */
const FLOOD_MESSAGES = 64;

export interface LoopedReader {
  /** Takes what has come. @returns how many messages */
  read(): number;
  /**
   * Asks for a call of `wake` at the next message; it only sets a timer.
   *
   * @returns false if nobody may call, and it is to be read again without that
   */
  arm(wake: () => void): boolean;
  /** When to read again though nobody has called, in milliseconds from now. */
  nextReadMs(): number;
}

export class ReadLoop {
  readonly #clock: Clock;
  readonly #reader: LoopedReader;
  readonly #rhythm = new PollRhythm();
  #cancelRead: CancelTimer = () => {};
  /** It is not to be woken: it reads anyhow before long. */
  #isAwake = false;
  /** It was, and what follows counts as played: something has just come, or is being written. */
  #wasAsleep = false;
  #isOver = false;

  constructor(clock: Clock, reader: LoopedReader) {
    this.#clock = clock;
    this.#reader = reader;
  }

  /** Reads as soon as what runs now has returned, and from then on whenever something comes. */
  start(): void {
    this.#wake();
  }

  stop(): void {
    this.#isOver = true;
    this.#cancelRead();
  }

  readonly #wake = (): void => {
    if (this.#isAwake || this.#isOver) return;
    this.#isAwake = true;
    this.#readIn(0);
  };

  #readIn(delayMs: number): void {
    this.#cancelRead();
    this.#cancelRead = this.#clock.setTimer(delayMs, () => {
      const nextMs = this.#read();
      if (!this.#isOver) this.#readIn(nextMs);
    });
  }

  /** @returns in how many milliseconds to read again, if nobody wakes before */
  #read(): number {
    let messages = this.#wasAsleep ? 1 : 0;
    this.#wasAsleep = false;
    for (let taken = 1; taken > 0 && messages < FLOOD_MESSAGES && !this.#isOver; ) {
      taken = this.#reader.read();
      messages += taken;
      if (messages >= FLOOD_MESSAGES || !this.#reader.arm(this.#wake)) continue;
      this.#isAwake = false;
      this.#wasAsleep = true;
      return this.#reader.nextReadMs();
    }
    this.#isAwake = true;
    return this.#rhythm.next(this.#clock.nowMs(), messages);
  }
}
