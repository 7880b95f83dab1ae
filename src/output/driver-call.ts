/** The call of an output's driver that is under way: one at a time, each with a limit, and none behind one that hangs. */
import type { Clock } from '../midi/clock.js';
import { answerOf } from '../winmm/calls/hung-driver.js';
import type { Mmresult } from '../winmm/winmm.js';

export type OutputCall = 'midiOutShortMsg' | 'midiOutLongMsg' | 'midiOutPrepareHeader';

export class DriverCall {
  /** The one that has not returned; undefined if there is none. */
  underWay: { what: OutputCall; answer: Promise<Mmresult> } | undefined;
  readonly #name: string;
  readonly #clock: Clock;
  /** What is said of one that has not returned in time. */
  #hung: unknown;

  /** @param name - the device's, for messages */
  constructor(name: string, clock: Clock) {
    this.#name = name;
    this.#clock = clock;
  }

  /** @throws MidirecError TIMEOUT while a call hangs */
  requireReturned(): void {
    if (this.#hung !== undefined) throw this.#hung;
  }

  /**
   * What the driver answers. While a call hangs no other one is made, for each would keep a thread that other
   * outputs need, and wait as long again: they fail at once, until it returns after all.
   *
   * @throws MidirecError TIMEOUT
   */
  async make(
    what: OutputCall,
    call: () => Mmresult | Promise<Mmresult>,
    limitMs: number,
  ): Promise<Mmresult> {
    this.requireReturned();
    const answer = call();
    if (typeof answer === 'number') return answer;
    const underWay = { what, answer };
    this.underWay = underWay;
    const end = () => {
      this.underWay = undefined;
      this.#hung = undefined;
    };
    answer.then(end, end);
    try {
      return await answerOf(what, this.#name, answer, this.#clock, limitMs);
    } catch (error) {
      if (this.underWay === underWay) this.#hung = error;
      throw error;
    }
  }
}
