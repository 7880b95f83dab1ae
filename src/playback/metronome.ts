/** A metronome: clicks at their times from one origin, so that it never drifts from the take. */
import type { Clock } from '../midi/clock.js';
import type { Bars } from '../midi/tempo/bars.js';
import type { Output } from '../output/output.js';
import { clickOn } from './clicks.js';
import type { WaitUntil } from './precise-wait.js';

export interface MetronomeOptions {
  output: Pick<Output, 'sendShort'>;
  clock: Clock;
  waitUntil: WaitUntil;
  bars: Bars;
  /** 0 to 15. */
  channel: number;
  /** Called right before each message that is sent. */
  onSend: (packed: number) => void;
}

const CLICK_MS = 40;
/** A click that comes later than this part of a beat would only confuse. */
const LATEST_PART = 1 / 4;

export class Metronome {
  readonly #options: MetronomeOptions;
  readonly #stopping = new AbortController();

  constructor(options: MetronomeOptions) {
    this.#options = options;
  }

  /**
   * Clicks until `stop`.
   *
   * @param zeroMs - when beat 0, the first of a bar, is due, on the clock
   * @param firstBeat - the beat to begin with; below 0 for a count-in
   * @throws what the output throws
   */
  async run(zeroMs: number, firstBeat: number): Promise<void> {
    const { clock, waitUntil, bars, channel } = this.#options;
    const { signal } = this.#stopping;
    for (let number = firstBeat; !signal.aborted; number++) {
      const beat = bars.beat(number);
      const { timeMs, lengthMs } = beat;
      const dueMs = zeroMs + timeMs;
      await waitUntil(dueMs, signal);
      // After a stall the clicks that were missed stay silent.
      if (signal.aborted || clock.nowMs() - dueMs > lengthMs * LATEST_PART) continue;
      const { on, off } = clickOn(beat, channel);
      await this.#send(on);
      await waitUntil(dueMs + Math.min(CLICK_MS, lengthMs / 2), signal);
      await this.#send(off);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  async #send(packed: number): Promise<void> {
    this.#options.onSend(packed);
    await this.#options.output.sendShort(packed);
  }
}
