/** The driver's side of one scripted input: its queue of headers, and the test as the driver that fills them. */
import type { Clock } from '../../src/midi/clock.js';
import { CallbackRing, RING_LOST } from '../../src/winmm/callback-ring.js';
import {
  MHDR_DONE,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIM_DATA,
  MIM_LONGDATA,
} from '../../src/winmm/constants.js';
import type { Address } from '../../src/winmm/memory.js';
import { MIDIHDR_SIZE, MidiHdr } from '../../src/winmm/structures.js';
import type { MidiHandle } from '../../src/winmm/winmm.js';
import type { CheckedMemory } from './checked-memory.js';

/** Counts per millisecond of the counter that callbacks store. */
export const COUNTS_PER_MS = 10_000;

/** What a driver remembers of one open handle. */
export interface OpenInput {
  readonly handle: MidiHandle;
  readonly ring: CallbackRing;
  /** Addresses of the headers that it was given and has not returned, oldest first. */
  readonly queue: Address[];
  readonly prepared: Set<Address>;
  phase: 'opened' | 'started' | 'stopped' | 'reset' | 'closed';
  startMs: number;
  /** The function that has been called and has not returned. */
  pendingCall: string;
}

export interface LongOptions {
  wMsg?: number;
  /** Milliseconds since midiInStart; what the clock says if it is left out. */
  dwParam2?: number;
  /** What dwBytesRecorded says, if that is not the truth. */
  dwBytesRecorded?: number;
  /** The driver leaves dwFlags as they were: MHDR_INQUEUE set, MHDR_DONE not. */
  keepsFlags?: boolean;
  /** The header is filled and marked, but the callback has not run yet (or never does). */
  withoutCallback?: boolean;
  /** Which of the queued buffers is used, by its place, beginning again after the last; the oldest if left out. */
  place?: number;
}

/** One device. `open` is its last handle, also after that was closed: drivers may err. */
export class ScriptedInput {
  name: string;
  /** Of its interface. */
  path: string | undefined;
  /** Unplugged: calls on its handle answer an error. */
  isGone = false;
  /** How many messages it says that it dropped; undefined for a driver that does not tell. */
  dropped: number | undefined;
  /** How often it says that the kernel had no room. */
  overruns: number | undefined;
  open: OpenInput | undefined;
  readonly #clock: Clock;
  readonly #memory: CheckedMemory;

  constructor(name: string, clock: Clock, memory: CheckedMemory) {
    this.name = name;
    this.#clock = clock;
    this.#memory = memory;
  }

  /** How many buffers the driver has to write into. */
  get queued(): number {
    return this.#handle.queue.length;
  }

  /** What a well-behaved driver stamps now. */
  get timeMs(): number {
    return Math.floor(this.#clock.nowMs() - this.#handle.startMs);
  }

  /** Runs the callback, also after the handle was closed: the memory has to be there all the same. */
  callBack(wMsg: number, dwParam1: number, dwParam2 = this.timeMs): void {
    const { ring } = this.#handle;
    if (this.#memory.resolve(ring.address, CallbackRing.byteLength(ring.slotCount)) === undefined) {
      throw new Error(`${this.name} calls back into memory that is gone`);
    }
    const counter = Math.floor(this.#clock.nowMs() * COUNTS_PER_MS);
    ring.push(wMsg, dwParam1, dwParam2 >>> 0, counter);
  }

  /** A callback finds the ring full. */
  loseCallback(): void {
    const { bytes } = this.#handle.ring.block;
    new Uint32Array(bytes.buffer, bytes.byteOffset)[RING_LOST / 4]!++;
  }

  /** A short message comes in: MIM_DATA. */
  short(packed: number, dwParam2?: number): void {
    this.callBack(MIM_DATA, packed, dwParam2);
  }

  /** Writes `bytes` into a queued buffer and returns that; the bytes must fit. Returns the header's address, or 0 if there was no buffer. */
  long(bytes: ArrayLike<number>, options: LongOptions = {}): Address {
    const { queue } = this.#handle;
    const [address] = queue.splice((options.place ?? 0) % Math.max(1, queue.length), 1);
    if (address === undefined) return 0;
    const header = this.header(address);
    const data = this.#memory.resolve(header.lpData, header.dwBufferLength);
    if (data === undefined) throw new Error('lpData of a queued header points nowhere');
    data.set(bytes);
    header.dwBytesRecorded = options.dwBytesRecorded ?? bytes.length;
    if (!options.keepsFlags) header.dwFlags = (header.dwFlags & ~MHDR_INQUEUE) | MHDR_DONE;
    if (!options.withoutCallback) {
      this.callBack(options.wMsg ?? MIM_LONGDATA, address, options.dwParam2);
    }
    return address;
  }

  /** Bytes stand in the oldest queued buffer, which is not full yet. */
  partly(bytes: ArrayLike<number>): void {
    const { lpData, dwBufferLength } = this.header(this.#handle.queue[0]!);
    this.#memory.resolve(lpData, dwBufferLength)!.set(bytes);
  }

  /** A sysex comes in, over as many buffers as it needs. Returns how many of its bytes found none. */
  sysex(bytes: Uint8Array, options: LongOptions = {}): number {
    let position = 0;
    while (position < bytes.length && this.queued > 0) {
      const room = this.header(this.#handle.queue[0]!).dwBufferLength;
      const piece = bytes.subarray(position, position + room);
      this.long(piece, options);
      position += piece.length;
    }
    return bytes.length - position;
  }

  /** Marks all queued buffers done, empty, as midiInReset does. */
  returnAll(): void {
    while (this.queued > 0) this.long([]);
  }

  /** The header at `address`, which must lie in live memory. */
  header(address: Address): MidiHdr {
    const bytes = this.#memory.resolve(address, MIDIHDR_SIZE);
    if (bytes === undefined) throw new Error(`no header at 0x${address.toString(16)}`);
    return new MidiHdr(bytes);
  }

  isPrepared(address: Address): boolean {
    return (this.header(address).dwFlags & MHDR_PREPARED) !== 0;
  }

  get #handle(): OpenInput {
    if (this.open === undefined) throw new Error(`${this.name} was never opened`);
    return this.open;
  }
}
