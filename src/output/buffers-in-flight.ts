/** The buffers of one output on their way round: filled, given to the driver, returned, filled again. */
import type { RingVisitor } from '../winmm/callback-ring.js';
import type { DeviceMemory } from '../winmm/calls/device-memory.js';
import { OPEN_LIMIT_MS } from '../winmm/calls/device-open.js';
import { MMSYSERR_NOERROR, MOM_DONE } from '../winmm/constants.js';
import type { Address } from '../winmm/memory.js';
import { check } from '../winmm/mmresult.js';
import { MIDIHDR_SIZE } from '../winmm/structures.js';
import type { MidiHandle, Mmresult, WinMm } from '../winmm/winmm.js';
import type { DriverCall } from './driver-call.js';
import { blockLengthFor, LongBuffer } from './long-buffer.js';

/** Small messages travel together, so that the driver need not wait for us between them … */
const MOST_IN_FLIGHT = 16;
/** … but no more than a third of a second on a cable, so that stopping is soon. */
const MOST_BYTES_IN_FLIGHT = 1024;
const SMALLEST_CAPACITY = 1024;

export class BuffersInFlight implements RingVisitor {
  /** Bytes that are with the driver. */
  byteLength = 0;
  /** Whether the driver calls back when it returns one; some only set its flag. */
  callsBack = false;
  /** All that are prepared, with the driver or not. */
  readonly all: LongBuffer[] = [];
  readonly #winmm: WinMm;
  readonly #call: DriverCall;
  readonly #handle: MidiHandle;
  readonly #memory: DeviceMemory;
  readonly #byAddress = new Map<Address, LongBuffer>();
  readonly #free: LongBuffer[] = [];
  /** In the order in which they were given to the driver. */
  readonly #inFlight: LongBuffer[] = [];

  constructor(winmm: WinMm, call: DriverCall, handle: MidiHandle, memory: DeviceMemory) {
    this.#winmm = winmm;
    this.#call = call;
    this.#handle = handle;
    this.#memory = memory;
  }

  /** The one that has been with the driver for longest; undefined if it has none. */
  get oldest(): LongBuffer | undefined {
    return this.#inFlight[0];
  }

  hasRoomFor(length: number): boolean {
    const count = this.#inFlight.length;
    if (count === 0) return true;
    return count < MOST_IN_FLIGHT && this.byteLength + length <= MOST_BYTES_IN_FLIGHT;
  }

  /**
   * A prepared buffer with a message in it. Buffers are kept until the output is closed: their sizes
   * are powers of two, and of the large ones only one is in flight, so there are never many.
   *
   * @param name - the device's, for messages
   * @throws MmresultError if the driver refuses the header, MidirecError TIMEOUT if it does not answer,
   *   RangeError if there is no memory
   */
  async fill(bytes: Uint8Array, name: string): Promise<LongBuffer> {
    const index = this.#free.findIndex(({ capacity }) => capacity >= bytes.length);
    const buffer =
      this.#free.splice(index, index < 0 ? 0 : 1)[0] ?? (await this.#prepare(bytes.length, name));
    buffer.fill(bytes);
    return buffer;
  }

  /** Gives a buffer to the driver. One that it refuses is free again: it does not come back with MOM_DONE. */
  async give(buffer: LongBuffer, nowMs: number): Promise<Mmresult> {
    buffer.markGiven(nowMs);
    this.#inFlight.push(buffer);
    this.byteLength += buffer.length;
    const result = await this.#winmm.midiOutLongMsg(this.#handle, buffer.address, MIDIHDR_SIZE);
    buffer.isInCall = false;
    if (result !== MMSYSERR_NOERROR) {
      buffer.isDone = true;
      this.#takeBack(this.#inFlight.indexOf(buffer));
    }
    return result;
  }

  /** Lets go of a buffer that the driver has refused for good. */
  release(buffer: LongBuffer): void {
    this.#free.push(buffer);
  }

  /** Takes back what the driver has returned, which are so many bytes. */
  poll(): number {
    this.#memory.ring.drain(this);
    let byteLength = 0;
    for (let index = 0; index < this.#inFlight.length; ) {
      const buffer = this.#inFlight[index];
      buffer.takeFlags();
      if (!buffer.isReturned) {
        index++;
        continue;
      }
      this.#takeBack(index);
      this.#free.push(buffer);
      byteLength += buffer.length;
    }
    return byteLength;
  }

  onRingMessage(wMsg: number, dwParam1: number): void {
    if (wMsg !== MOM_DONE) return;
    this.callsBack = true;
    this.#byAddress.get(dwParam1)?.takeCallback();
  }

  #takeBack(index: number): void {
    const [buffer] = this.#inFlight.splice(index, 1);
    this.byteLength -= buffer.length;
  }

  async #prepare(length: number, name: string): Promise<LongBuffer> {
    const block = this.#memory.takeBlock(blockLengthFor(capacityFor(length)));
    const buffer = new LongBuffer(block);
    const { address } = buffer;
    const prepare = () => this.#winmm.midiOutPrepareHeader(this.#handle, address, MIDIHDR_SIZE);
    const result = await this.#call.make('midiOutPrepareHeader', prepare, OPEN_LIMIT_MS);
    if (result !== MMSYSERR_NOERROR) this.#memory.putBack(block);
    check('midiOutPrepareHeader', result, name);
    this.#byAddress.set(address, buffer);
    this.all.push(buffer);
    return buffer;
  }
}

/** A power of two, so that a buffer is seldom replaced by one that is a little larger. */
function capacityFor(length: number): number {
  let capacity = SMALLEST_CAPACITY;
  while (capacity < length) capacity *= 2;
  return capacity;
}
