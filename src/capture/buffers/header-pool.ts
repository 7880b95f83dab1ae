/**
 * The sysex buffers of one input and their MIDIHDRs: one piece of native memory, in use from before
 * midiInPrepareHeader until after midiInClose.
 *
 * Headers stand first, 128 bytes apart so that no two share a cache line, then the buffers.
 */
import { MHDR_DONE, MHDR_INQUEUE, MHDR_PREPARED } from '../../winmm/constants.js';
import type { Address, MemoryBlock } from '../../winmm/memory.js';
import { MIDIHDR_OFFSETS, MidiHdr } from '../../winmm/structures.js';

const HEADER_STRIDE = 128;
/** Where fields of a header stand in the words of the block. */
const WORDS_PER_HEADER = HEADER_STRIDE / 4;
const FLAGS_WORD = MIDIHDR_OFFSETS.dwFlags / 4;
const RECORDED_WORD = MIDIHDR_OFFSETS.dwBytesRecorded / 4;

/** In one look: a large buffer is not gone through at every poll. */
const MOST_SEEN_BYTES = 4096;

export class HeaderPool {
  readonly count: number;
  readonly bufferSize: number;
  /** How often the driver has taken a buffer. */
  given = 0;
  readonly #block: MemoryBlock;
  readonly #headers: MidiHdr[] = [];
  /** The headers as words, for looks at all of them. */
  readonly #words: Int32Array;
  readonly #buffers: Uint8Array[] = [];
  /** For each header 0 while it is midirec's, else when it was queued: 1, 2, 3 … Drivers fill in this order. */
  readonly #queuedAs: Float64Array;
  /** For each header 1 if midiInAddBuffer has answered that the driver has it; it may be so before. */
  readonly #isGiven: Uint8Array;
  /**
   * Those that are queued, oldest first, as a ring that goes through `count`: for each the one that was
   * queued after it, and before it. So none of the looks for an order goes through all.
   */
  readonly #after: Int32Array;
  readonly #before: Int32Array;
  #queuedLast = -1;
  /** How much of a message has been seen in the oldest, and as what that is queued. */
  #seen = 0;
  #seenIn = 0;
  /** Where a buffer that the driver could write into was found last. */
  #unfilled = 0;
  #queueCounter = 0;
  #queued = 0;

  /** Bytes of memory for `count` headers and their buffers. */
  static byteLength(count: number, bufferSize: number): number {
    return count * (HEADER_STRIDE + bufferSize);
  }

  /** @param block - of `byteLength` bytes, zeros where the buffers are; no driver uses it */
  constructor(block: MemoryBlock, count: number, bufferSize: number) {
    const headersLength = count * HEADER_STRIDE;
    this.count = count;
    this.bufferSize = bufferSize;
    this.#queuedAs = new Float64Array(count);
    this.#isGiven = new Uint8Array(count);
    this.#after = new Int32Array(count + 1).fill(count);
    this.#before = new Int32Array(count + 1).fill(count);
    this.#block = block;
    const { bytes, address } = block;
    bytes.fill(0, 0, headersLength);
    this.#words = new Int32Array(bytes.buffer, bytes.byteOffset, headersLength / 4);
    for (let index = 0; index < count; index++) {
      const bufferOffset = headersLength + index * bufferSize;
      const header = new MidiHdr(bytes, index * HEADER_STRIDE);
      header.lpData = address + bufferOffset;
      header.dwBufferLength = bufferSize;
      this.#headers.push(header);
      this.#buffers.push(bytes.subarray(bufferOffset, bufferOffset + bufferSize));
    }
  }

  /** Buffers that are with the driver, or on their way there. */
  get queued(): number {
    return this.#queued;
  }

  addressOf(index: number): Address {
    return this.#block.address + index * HEADER_STRIDE;
  }

  header(index: number): MidiHdr {
    return this.#headers[index]!;
  }

  /** The index of the header at `address`, or -1 if no header of this pool stands there. */
  indexAt(address: Address): number {
    const offset = address - this.#block.address;
    const index = offset / HEADER_STRIDE;
    return Number.isInteger(index) && index >= 0 && index < this.count ? index : -1;
  }

  isQueued(index: number): boolean {
    return this.#queuedAs[index] !== 0;
  }

  isDone(index: number): boolean {
    return (this.#headers[index]!.dwFlags & MHDR_DONE) !== 0;
  }

  /**
   * True if the buffer waits to be filled, by the driver's flags and by what it has recorded: a callback
   * for it is old news. Some drivers return what they have filled and leave the flags alone.
   */
  isStillFilling(index: number): boolean {
    const { dwFlags, dwBytesRecorded } = this.#headers[index]!;
    const isThere = (dwFlags & MHDR_INQUEUE) !== 0 || this.#isGiven[index] === 0;
    return isThere && (dwFlags & MHDR_DONE) === 0 && dwBytesRecorded === 0;
  }

  /** Addresses of the headers that are prepared when their turn comes. */
  *preparedHeaders(): Generator<Address> {
    for (const [index, { dwFlags }] of this.#headers.entries()) {
      if ((dwFlags & MHDR_PREPARED) !== 0) yield this.addressOf(index);
    }
  }

  /** Prepares the fields for the next round; call it right before midiInAddBuffer. */
  renew(index: number): void {
    const header = this.#headers[index]!;
    header.dwBytesRecorded = 0;
    header.dwFlags &= ~MHDR_DONE;
  }

  /** The buffer is on its way to the driver. @returns as what it is queued */
  markQueued(index: number): number {
    this.#queuedAs[index] = ++this.#queueCounter;
    this.#isGiven[index] = 0;
    this.#queuedLast = index;
    this.#link(this.#before[this.count]!, index);
    this.#link(index, this.count);
    this.#queued++;
    return this.#queueCounter;
  }

  /** The driver has taken the buffer that was queued as `queuedAs`; by now it may be back, and queued once more. */
  markGiven(index: number, queuedAs: number): void {
    this.given++;
    if (this.isStill(index, queuedAs)) this.#isGiven[index] = 1;
  }

  /** @returns whether the buffer is still what was queued as `queuedAs`: it may be back, and queued once more */
  isStill(index: number, queuedAs: number): boolean {
    return this.#queuedAs[index] === queuedAs;
  }

  /** The driver has not taken the buffer. */
  markRefused(index: number): void {
    this.#queuedAs[index] = 0;
    this.#link(this.#before[index]!, this.#after[index]!);
    this.#queued--;
  }

  /** The driver has given the buffer back, and it has been read: zeros stand in it until a driver writes again. */
  markReturned(index: number): void {
    this.recorded(index).fill(0);
    // Or it would be refused for ever, if the driver has not done so.
    this.#headers[index]!.dwFlags &= ~MHDR_INQUEUE;
    this.markRefused(index);
  }

  #link(one: number, next: number): void {
    this.#after[one] = next;
    this.#before[next] = one;
  }

  /**
   * Bytes of a message that stand already in the buffer whose turn it is: most drivers write in place,
   * and say so only when the buffer is full or the message ends. 0 if nothing is seen there; zeros at
   * the end are not, and a message that grows fast is seen bit by bit.
   */
  lookIntoOldest(): number {
    const oldest = this.#after[this.count]!;
    const bytes = this.#buffers[oldest];
    if (bytes === undefined || bytes[0] === 0) return 0;
    if (this.#seenIn !== this.#queuedAs[oldest]) this.#seen = 0;
    this.#seenIn = this.#queuedAs[oldest]!;
    let length = Math.min(bytes.length, this.#seen + MOST_SEEN_BYTES);
    while (length > this.#seen && bytes[length - 1] === 0) length--;
    this.#seen = length;
    return length;
  }

  /** True if the driver has nothing to write into, and not because it has returned buffers unused. */
  get isStarved(): boolean {
    const last = this.#queuedLast;
    // Nearly always the answer: drivers fill in the order in which they are given.
    if (last >= 0 && this.#isUnfilled(last)) return false;
    // For those that begin with the one that they were given last.
    if (this.#isUnfilled(this.#unfilled)) return false;
    for (let index = 0; index < this.count; index++) {
      if (!this.#isUnfilled(index)) continue;
      this.#unfilled = index;
      return false;
    }
    return true;
  }

  /** Whether it is with the driver, and empty. */
  #isUnfilled(index: number): boolean {
    if (this.#queuedAs[index] === 0) return false;
    const words = this.#words;
    const at = index * WORDS_PER_HEADER;
    const flags = words[at + FLAGS_WORD]!;
    if (this.#isGiven[index] === 0 && (flags & MHDR_INQUEUE) === 0) return false;
    return (flags & MHDR_DONE) === 0 || words[at + RECORDED_WORD] === 0;
  }

  /**
   * Queued headers that the driver has marked done, oldest first: for when their callback got lost.
   *
   * @param before - only those that were queued before this one; by default all
   */
  sweepDone(before = this.count): number[] {
    const done: number[] = [];
    let index = this.#after[this.count]!;
    while (index !== before && index !== this.count) {
      if (this.isDone(index)) done.push(index);
      index = this.#after[index]!;
    }
    return done;
  }

  /**
   * What stands in buffers that the driver has not returned, oldest first: views, to be read when nothing is
   * waited for any more. Without a length of the driver's, all but the zeros at the end.
   */
  *unreturned(): Generator<Uint8Array> {
    for (let index = this.#after[this.count]!; index !== this.count; index = this.#after[index]!) {
      const bytes = this.#buffers[index]!;
      let { length } = this.recorded(index);
      if (length === 0 && bytes[0] !== 0) {
        length = bytes.length;
        while (bytes[length - 1] === 0) length--;
      }
      if (length > 0) yield bytes.subarray(0, length);
    }
  }

  /** What the driver recorded: a view, to be read before the buffer is given back. A length beyond the buffer is cut. */
  recorded(index: number): Uint8Array {
    const length = Math.min(this.#headers[index]!.dwBytesRecorded, this.bufferSize);
    return this.#buffers[index]!.subarray(0, length);
  }
}
