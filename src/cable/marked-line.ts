/** A line on which marks tell that what was sent before them is through. */
import type { Clock } from '../midi/clock.js';
import { sleep } from '../midi/waiting.js';
import type { Arrival, CableLine } from './cable-line.js';
import { mark } from './test-messages.js';

const MARK_CHANNEL = 15;
/** Arrivals are stamped: a long wait is looked at seldom. */
const POLL_MS = 4;
const LOOKS = 200;

export class MarkedLine {
  readonly #line: Pick<CableLine, 'sendShort' | 'take'>;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  #marks = 0;

  /** @param signal - ends each wait at once */
  constructor(line: Pick<CableLine, 'sendShort' | 'take'>, clock: Clock, signal: AbortSignal) {
    this.#line = line;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** What has arrived by the time a mark that is sent now has, at most after `limitMs`; without the mark. */
  async throughMark(limitMs: number): Promise<Arrival[]> {
    const isMark = await this.sendMark();
    const arrived = await this.until(limitMs, isMark);
    return arrived.filter((each) => !isMark(each));
  }

  /** @returns tells the mark from all else */
  async sendMark(): Promise<(arrival: Arrival) => boolean> {
    const packed = mark(MARK_CHANNEL, this.#marks++);
    await this.#line.sendShort(packed);
    return (arrival) => arrival.packed === packed;
  }

  /** How long a mark takes that is sent now, in milliseconds; undefined if it does not come within `limitMs`. */
  async latencyMs(limitMs: number): Promise<number | undefined> {
    const sentMs = this.#clock.nowMs();
    const isMark = await this.sendMark();
    const found = (await this.until(limitMs, isMark)).find(isMark);
    return found && Math.round((found.timeMs - sentMs) * 1000) / 1000;
  }

  async until(limitMs: number, isLast: (arrival: Arrival) => boolean): Promise<Arrival[]> {
    const untilMs = this.#clock.nowMs() + limitMs;
    const pollMs = Math.max(POLL_MS, limitMs / LOOKS);
    const arrived: Arrival[] = [];
    for (;;) {
      const now = this.#line.take();
      arrived.push(...now);
      if (now.some(isLast) || this.#signal.aborted || this.#clock.nowMs() >= untilMs)
        return arrived;
      await sleep(this.#clock, pollMs);
    }
  }
}
