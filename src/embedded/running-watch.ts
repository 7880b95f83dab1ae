/**
 * Whether this process has run all the time. One that was stopped, or did not get its turn, reads what came
 * meanwhile at once, and what is stamped when it is read has the time of the end of the gap then.
 *
 * Signs of life are the client's looks, what is read, and, for as long as something is played, a timer.
 */
import { BEAT_MS, type CancelTimer, type Clock } from '../midi/clock.js';

/** How often there is a sign of life while something is played … */
const PLAYING_BEAT_MS = 250;
/** … and how long after it. */
const STILL_PLAYING_MS = 5000;
/** A client looks at beats that are up to this far apart. */
const LONGEST_BEAT_MS = 1.5 * BEAT_MS;
/** A machine that has too much to do lets a process wait for a tenth of a second, seldom for three: half a second is a gap. */
const GAP_MS = 500;
/** What is read so soon after a gap, counted from the first turn of the event loop, has waited for its end. */
const READ_AFTER_MS = 50;
/** The clock stands still while the machine is suspended, and how long the system is up is known to hundredths of a second. */
const SUSPENDED_MS = 1000;
const LOOK_AT_UPTIME_MS = 1000;

export class RunningWatch {
  readonly #clock: Clock;
  #aliveMs: number;
  #readMs = Number.NEGATIVE_INFINITY;
  /** Set from a gap on, for as long as what is read has waited for its end. */
  #cancelLate: CancelTimer | undefined;
  #wasSuspended = false;
  /** By how much the system has been up for longer than the clock says, and when that was looked at. */
  #aheadMs: number;
  #lookedMs: number;
  #cancelBeat: CancelTimer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#aliveMs = clock.nowMs();
    this.#lookedMs = this.#aliveMs;
    this.#aheadMs = this.#ahead(this.#aliveMs);
  }

  /** From now on something may come. */
  begin(): void {
    this.#aliveMs = this.#clock.nowMs();
  }

  /** The process runs. */
  note(): void {
    const nowMs = this.#clock.nowMs();
    const mostMs = this.#cancelBeat === undefined ? LONGEST_BEAT_MS : PLAYING_BEAT_MS;
    if (nowMs - this.#aliveMs > mostMs + GAP_MS) this.#beginLate();
    this.#aliveMs = nowMs;
    if (nowMs - this.#lookedMs < LOOK_AT_UPTIME_MS) return;
    this.#lookedMs = nowMs;
    const aheadMs = this.#ahead(nowMs);
    if (aheadMs - this.#aheadMs > SUSPENDED_MS) this.#wasSuspended = true;
    this.#aheadMs = aheadMs;
  }

  /** Something is read. @returns whether its time is that of the end of a gap, or the first one after a suspension */
  isLate(): boolean {
    this.note();
    this.#readMs = this.#aliveMs;
    this.#cancelBeat ??= this.#clock.setTimer(PLAYING_BEAT_MS, () => this.#beat());
    const isLate = this.#wasSuspended || this.#cancelLate !== undefined;
    this.#wasSuspended = false;
    return isLate;
  }

  end(): void {
    this.#cancelBeat?.();
    this.#cancelBeat = undefined;
    this.#cancelLate?.();
    this.#cancelLate = undefined;
  }

  #beginLate(): void {
    this.#cancelLate?.();
    // On a busy machine one turn may take longer than the whole time.
    this.#cancelLate = this.#clock.setTimer(0, () => {
      this.#cancelLate = this.#clock.setTimer(READ_AFTER_MS, () => {
        this.#cancelLate = undefined;
      });
    });
  }

  #ahead(nowMs: number): number {
    return (this.#clock.uptimeMs?.() ?? nowMs) - nowMs;
  }

  #beat(): void {
    this.note();
    const isPlaying = this.#aliveMs - this.#readMs < STILL_PLAYING_MS;
    this.#cancelBeat = isPlaying
      ? this.#clock.setTimer(PLAYING_BEAT_MS, () => this.#beat())
      : undefined;
  }
}
