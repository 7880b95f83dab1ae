/** The sysex buffers of one input on their way round: given to the driver, filled, returned, read, given again. */
import {
  MIDIERR_NODEVICE,
  MMSYSERR_BADDEVICEID,
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
  readonly #winmm: WinMm;
  readonly #handle: MidiHandle;
  readonly #pool: HeaderPool;
  /** Buffers that the driver would not take, or gave back empty: to be given again when the ring has been read. */
  readonly #held: number[] = [];
  #isEnding = false;

  constructor(winmm: WinMm, handle: MidiHandle, pool: HeaderPool) {
    this.#winmm = winmm;
    this.#handle = handle;
    this.#pool = pool;
  }

  /**
   * Prepares all buffers and gives them to the driver.
   *
   * @throws MmresultError
   */
  prepareAll(name: string): void {
    for (let index = 0; index < this.#pool.count; index++) {
      const address = this.#pool.addressOf(index);
      const prepared = this.#winmm.midiInPrepareHeader(this.#handle, address, MIDIHDR_SIZE);
      check('midiInPrepareHeader', prepared, name);
      check('midiInAddBuffer', this.#add(index), name);
    }
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

  /** Gives a buffer that has been read back to the driver; answers what midiInAddBuffer did. */
  giveBack(index: number): Mmresult {
    this.#pool.markReturned(index);
    if (this.#isEnding) return MMSYSERR_NOERROR;
    const result = this.#add(index);
    if (result !== MMSYSERR_NOERROR) this.#held.push(index);
    return result;
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

  /** Gives the held buffers to the driver, until it refuses one; answers what it said then. */
  giveBackHeld(): Mmresult {
    while (this.#held.length > 0 && !this.#isEnding) {
      const result = this.#add(this.#held[0]!);
      if (result !== MMSYSERR_NOERROR) return result;
      this.#held.shift();
    }
    return MMSYSERR_NOERROR;
  }

  #add(index: number): Mmresult {
    this.#pool.renew(index);
    const address = this.#pool.addressOf(index);
    const result = this.#winmm.midiInAddBuffer(this.#handle, address, MIDIHDR_SIZE);
    if (result === MMSYSERR_NOERROR) this.#pool.markQueued(index);
    return result;
  }
}
