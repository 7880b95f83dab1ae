/**
 * One buffer for midiOutLongMsg: its MIDIHDR and its data in native memory, prepared once and
 * used for many messages.
 */
import { MHDR_DONE, MHDR_INQUEUE } from '../winmm/constants.js';
import type { Address, MemoryBlock } from '../winmm/memory.js';
import { MIDIHDR_SIZE, MidiHdr } from '../winmm/structures.js';

/** The data begins here, behind the header and off its cache lines. */
const DATA_OFFSET = 128;

/** What a block has to have for a message of this length. */
export function blockLengthFor(messageLength: number): number {
  return DATA_OFFSET + messageLength;
}

export class LongBuffer {
  readonly capacity: number;
  length = 0;
  /** When it was given to the driver, in milliseconds on the output's clock. */
  givenMs = 0;
  /** True while midiOutLongMsg has not returned: the driver is in there, whatever its flags say. */
  isInCall = false;
  /** True once the driver has said, by MOM_DONE or by MHDR_DONE, that the message is sent. */
  isDone = true;
  readonly #block: MemoryBlock;
  readonly #header: MidiHdr;
  /** Messages that MHDR_DONE has ended and whose MOM_DONE is still to come. */
  #callbacksOwed = 0;

  /** @param block - with anything in it; preparing the header is the caller's */
  constructor(block: MemoryBlock) {
    this.capacity = block.bytes.length - DATA_OFFSET;
    this.#block = block;
    block.bytes.fill(0, 0, MIDIHDR_SIZE);
    this.#header = new MidiHdr(this.#block.bytes);
    this.#header.lpData = this.#block.address + DATA_OFFSET;
    this.#header.dwBufferLength = this.capacity;
  }

  /** The MIDIHDR's. */
  get address(): Address {
    return this.#block.address;
  }

  get isReturned(): boolean {
    return this.isDone && !this.isInCall;
  }

  /** Copies a message in. Only while it is returned, and if it fits. */
  fill(bytes: Uint8Array): void {
    this.#block.bytes.set(bytes, DATA_OFFSET);
    this.length = bytes.length;
    this.#header.dwBufferLength = bytes.length;
  }

  /** Call it right before midiOutLongMsg. */
  markGiven(nowMs: number): void {
    // The driver should do this itself; one that forgets would seem to be done at once.
    this.#header.dwFlags &= ~MHDR_DONE;
    this.givenMs = nowMs;
    this.isInCall = true;
    this.isDone = false;
  }

  /** Takes a MOM_DONE for it. One that comes behind its flag belongs to an earlier message. */
  takeCallback(): void {
    if (this.#callbacksOwed > 0) this.#callbacksOwed--;
    else this.isDone = true;
  }

  /** Takes the driver's word by its flags, for when MOM_DONE comes late or not at all. */
  takeFlags(): void {
    if (this.isDone || (this.#header.dwFlags & (MHDR_DONE | MHDR_INQUEUE)) !== MHDR_DONE) return;
    this.isDone = true;
    this.#callbacksOwed++;
  }

  /** Puts the header back as it was prepared. Call it right before midiOutUnprepareHeader. */
  restore(): void {
    this.#header.dwBufferLength = this.capacity;
  }
}
