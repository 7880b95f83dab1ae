/** The sysex buffers of one input on their way round: given to the driver, filled, returned, read, given again. */
import type { Clock } from '../../midi/clock.js';
import { OPEN_LIMIT_MS } from '../../winmm/calls/device-open.js';
import { answerOf } from '../../winmm/calls/hung-driver.js';
import {
  MIDIERR_NODEVICE,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_ERROR,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
} from '../../winmm/constants.js';
import type { Address } from '../../winmm/memory.js';
import { check } from '../../winmm/mmresult.js';
import { MIDIHDR_SIZE } from '../../winmm/structures.js';
import type { MidiHandle, Mmresult, WinMm } from '../../winmm/winmm.js';
import type { HeaderPool } from './header-pool.js';

/** What midiInAddBuffer answers when the device has been unplugged. */
export const GONE_RESULTS: ReadonlySet<Mmresult> = new Set([
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_NODRIVER,
  MIDIERR_NODEVICE,
]);

export class BuffersInFlight {
  /** How often midiInAddBuffer has answered after its call: if this stands still while `adding`, the driver hangs. */
  answered = 0;
  readonly #winmm: WinMm;
  readonly #handle: MidiHandle;
  readonly #pool: HeaderPool;
  readonly #onRefused: (result: Mmresult, isAgain: boolean) => void;
  /** Buffers that the driver would not take, or gave back empty: to be given again when the ring has been read. */
  readonly #held: number[] = [];
  #asked = 0;
  #lastAnswer: Promise<Mmresult> | undefined;
  #isRefusing = false;
  #isEnding = false;

  /** @param onRefused - told what midiInAddBuffer answered for a buffer that was to be given back, and whether it was refused before */
  constructor(
    winmm: WinMm,
    handle: MidiHandle,
    pool: HeaderPool,
    onRefused: (result: Mmresult, isAgain: boolean) => void,
  ) {
    this.#winmm = winmm;
    this.#handle = handle;
    this.#pool = pool;
    this.#onRefused = onRefused;
  }

  /** The last call of midiInAddBuffer, if one has not returned yet: with it, all of them have. */
  get adding(): Promise<Mmresult> | undefined {
    return this.#asked > this.answered ? this.#lastAnswer : undefined;
  }

  /**
   * Prepares all buffers and gives them to the driver.
   *
   * @throws MmresultError; MidirecError TIMEOUT if it does not answer
   */
  async prepareAll(name: string, clock: Clock): Promise<void> {
    const prepare = (index: number) =>
      this.#winmm.midiInPrepareHeader(this.#handle, this.#pool.addressOf(index), MIDIHDR_SIZE);
    await this.#askForAll('midiInPrepareHeader', prepare, name, clock);
    await this.#askForAll('midiInAddBuffer', (index) => this.#ask(index), name, clock);
  }

  /** At once, and nothing that answers at once is waited for. */
  async #askForAll(
    what: string,
    ask: (index: number) => Mmresult | Promise<Mmresult>,
    name: string,
    clock: Clock,
  ): Promise<void> {
    const answers: Promise<Mmresult>[] = [];
    for (let index = 0; index < this.#pool.count; index++) {
      const answer = ask(index);
      if (typeof answer === 'number') check(what, answer, name);
      else answers.push(answer);
    }
    if (answers.length === 0) return;
    const results = await answerOf(what, name, Promise.all(answers), clock, OPEN_LIMIT_MS);
    for (const result of results) check(what, result, name);
  }

  /** No buffer is given to the driver any more. */
  end(): void {
    this.#isEnding = true;
  }

  /**
   * The buffer that a callback speaks of, or -1 if there is nothing new in it: the address is no
   * header, midirec has it already, or the driver is still filling it and the callback is old news.
   */
  indexReturned(address: Address): number {
    const index = this.#pool.indexAt(address);
    return index >= 0 && this.#pool.isQueued(index) && !this.#pool.isStillFilling(index)
      ? index
      : -1;
  }

  /** Gives a buffer that has been read back to the driver. */
  giveBack(index: number): void {
    this.#pool.markReturned(index);
    if (!this.#isEnding) this.#give(index, false);
  }

  /**
   * Takes an empty buffer back, to be given again when the ring has been read and not at once: a
   * driver that returns empty what it is given would otherwise keep the reading busy for ever.
   */
  hold(index: number): void {
    this.#pool.markReturned(index);
    this.#held.push(index);
  }

  get areAnyHeld(): boolean {
    return this.#held.length > 0;
  }

  /** Gives the held buffers to the driver; while it refuses, only one of them. */
  giveBackHeld(): void {
    for (let left = this.#held.length; left > 0 && !this.#isEnding; left--) {
      this.#give(this.#held.shift()!, true);
      if (this.#isRefusing) return;
    }
  }

  #give(index: number, isAgain: boolean): void {
    const settle = (result: Mmresult) => {
      this.#isRefusing = result !== MMSYSERR_NOERROR;
      if (!this.#isRefusing) return;
      this.#held.push(index);
      this.#onRefused(result, isAgain);
    };
    const answer = this.#ask(index);
    if (typeof answer === 'number') settle(answer);
    else answer.then(settle, () => settle(MMSYSERR_ERROR));
  }

  #ask(index: number): Mmresult | Promise<Mmresult> {
    this.#pool.renew(index);
    const address = this.#pool.addressOf(index);
    // It may come back before the call has returned.
    const queuedAs = this.#pool.markQueued(index);
    const answer = this.#winmm.midiInAddBuffer(this.#handle, address, MIDIHDR_SIZE);
    const note = (result: Mmresult) => {
      // A driver that has given it back by then has had it, whatever it answers.
      const isTaken = result === MMSYSERR_NOERROR || !this.#pool.isStill(index, queuedAs);
      if (isTaken) this.#pool.markGiven(index, queuedAs);
      else this.#pool.markRefused(index);
      return isTaken ? MMSYSERR_NOERROR : result;
    };
    if (typeof answer === 'number') return note(answer);
    this.#asked++;
    this.#lastAnswer = answer.then((result) => {
      this.answered++;
      return note(result);
    });
    return this.#lastAnswer;
  }
}
