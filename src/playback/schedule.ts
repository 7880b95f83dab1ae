/**
 * When the messages of a score go out: at their time from one origin, so that nothing adds up, and
 * never bunched after a delay.
 *
 * A message that could not go out in time goes at once, and those that follow it keep at least
 * half their distance until the time is caught up. A delay too long to be caught up unheard (the
 * machine slept, the driver took its time) moves the whole schedule instead: the music goes on where it
 * paused.
 */
import { CABLE_BYTES_PER_MS } from '../midi/status.js';

/** A delay up to this long is caught up … */
export const CATCH_UP_MS = 30;
/** … and where others keep time with the score, one up to this long. */
export const CATCH_UP_TOGETHER_MS = 2000;

export class Schedule {
  /** How often the schedule was moved since the machine paused, and by how much in all. */
  stalls = 0;
  stalledMs = 0;
  readonly #speed: number;
  readonly #catchUpMs: number;
  /** When position 0 is, or was, due. */
  #originMs: number;
  /** When the last message was due, and when it went. */
  #lastDueMs = Number.NEGATIVE_INFINITY;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  /** The next message must not go before this. */
  #freeMs = Number.NEGATIVE_INFINITY;
  #targetMs = Number.NEGATIVE_INFINITY;

  /**
   * @param originMs - when position 0 is due, in milliseconds on the clock
   * @param speed - milliseconds of the score in a millisecond
   * @param catchUpMs - the longest delay that is caught up
   */
  constructor(originMs: number, speed: number, catchUpMs = CATCH_UP_MS) {
    this.#originMs = originMs;
    this.#speed = speed;
    this.#catchUpMs = catchUpMs;
  }

  /** The position in the score at a moment, in milliseconds. */
  positionMs(nowMs: number): number {
    return (nowMs - this.#originMs) * this.#speed;
  }

  /** Where position 0 is that comes `lengthMs` of the score after this one's. */
  advance(lengthMs: number): void {
    this.#originMs += lengthMs / this.#speed;
  }

  /** When the message at this position should go, as far as can be said now. Ask for each in turn. */
  targetMs(positionMs: number): number {
    const dueMs = this.#dueMs(positionMs);
    const catchUpMs = this.#lastSentMs + (dueMs - this.#lastDueMs) / 2;
    this.#targetMs = Math.max(dueMs, this.#freeMs);
    if (this.#lastSentMs > this.#lastDueMs) this.#targetMs = Math.max(this.#targetMs, catchUpMs);
    return this.#targetMs;
  }

  /**
   * The message at this position goes now.
   *
   * @returns by how much it is late; 0 if it paused so long that the schedule was moved
   */
  send(positionMs: number, nowMs: number): number {
    const lateMs = nowMs - this.#targetMs;
    const behindMs = nowMs - this.#dueMs(positionMs);
    const isStall = lateMs > this.#catchUpMs;
    if (isStall) {
      this.stalls++;
      this.stalledMs += lateMs;
    }
    if (behindMs > this.#catchUpMs) this.#originMs += behindMs;
    this.#lastDueMs = this.#dueMs(positionMs);
    this.#lastSentMs = nowMs;
    this.#freeMs = Number.NEGATIVE_INFINITY;
    return isStall ? 0 : Math.max(0, nowMs - this.#lastDueMs);
  }

  /**
   * The sysex at `positionMs`, or a packet of one, has left the driver. The pause behind it is an
   * instrument's time to work: it stays as long as it is in the score, counted from the end of the
   * bytes, however slow the driver was, and between two of them at any speed.
   *
   * @param byteLength - bytes that were sent
   * @param nextMs - the position of what follows
   * @param isNextSysex - whether that is a sysex too
   */
  pauseAfterSysex(
    positionMs: number,
    byteLength: number,
    nextMs: number,
    isNextSysex: boolean,
    nowMs: number,
  ): void {
    const gapMs = (nextMs - positionMs) / (isNextSysex ? 1 : this.#speed);
    const pauseMs = Math.max(0, gapMs - byteLength / CABLE_BYTES_PER_MS);
    this.#freeMs = nowMs + pauseMs;
    if (isNextSysex) this.#freeMs = Math.max(this.#freeMs, this.#lastSentMs + gapMs);
  }

  #dueMs(positionMs: number): number {
    return this.#originMs + positionMs / this.#speed;
  }
}
