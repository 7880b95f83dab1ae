/**
 * The ring between a driver's callback and JavaScript: any number of producers, one consumer, no locks.
 *
 * The producer on Windows is machine code (callback-code.ts) that runs on the driver's thread;
 * JavaScript polls. Where JavaScript itself is the producer (the embedded WinMm, the koffi
 * callback) it calls `push`, which writes the same slots.
 *
 * Layout, little-endian, everything that different threads write on a cache line of its own:
 *
 * | offset | what |
 * |---|---|
 * | 0   | head, u32: slots ever reserved, modulo 2^32 |
 * | 64  | tail, u32: slots ever consumed, modulo 2^32 |
 * | 128 | mask, u32: number of slots - 1; the number is a power of two |
 * | 192 | lost, u32: messages refused because the ring was full |
 * | 256 | the slots, 24 bytes each |
 *
 * A slot: state, u32 (0 while empty; wMsg with the top bit set once published, always written
 * last); dwParam2, u32; dwParam1, u64; counter, u64. The consumer clears the state before it
 * moves the tail, so a slot that a producer can reserve is always empty. JavaScript's Atomics.load
 * acquires and its Atomics.store releases, on AArch64 too, so the words of a slot are read and
 * cleared plainly between the two.
 */
import type { Address, MemoryBlock } from './memory.js';

export const RING_HEAD = 0;
export const RING_TAIL = 64;
export const RING_MASK = 128;
export const RING_LOST = 192;
export const RING_SLOTS = 256;
export const RING_SLOT_SIZE = 24;

const PUBLISHED = 0x8000_0000;
const TWO_32 = 0x1_0000_0000;

/** How many slots are consumed before the producers are shown that they are free. */
const RELEASE_EVERY = 1024;

/** Receives what `drain` takes out of the ring, in the order in which it was put in. */
export interface RingVisitor {
  /**
   * @param wMsg - MIM_… or MOM_…
   * @param dwParam1 - the packed message, or the address of a MIDIHDR
   * @param dwParam2 - milliseconds since midiInStart, modulo 2^32
   * @param counter - the producer's counter (see WinMm.readCounter)
   */
  onRingMessage(wMsg: number, dwParam1: number, dwParam2: number, counter: number): void;
}

export class CallbackRing {
  /** The memory it lives in; its address is what a callback gets as dwInstance. */
  readonly block: MemoryBlock;
  readonly slotCount: number;
  readonly #words: Uint32Array;
  /** The same words with a sign: a published state as an unsigned number would be an object of its own. */
  readonly #states: Int32Array;
  readonly #mask: number;
  #tail: number;

  /** Bytes of memory for a ring of `slotCount` slots. */
  static byteLength(slotCount: number): number {
    return RING_SLOTS + slotCount * RING_SLOT_SIZE;
  }

  /**
   * @param block - memory of `byteLength(slotCount)` bytes, zeroed or left by a ring of that size,
   *   which this one then continues; `slotCount` is a power of two
   */
  constructor(block: MemoryBlock, slotCount: number) {
    if (slotCount < 1 || (slotCount & (slotCount - 1)) !== 0) {
      throw new RangeError(`a ring has a power of two of slots, not ${slotCount}`);
    }
    const { bytes } = block;
    this.block = block;
    this.slotCount = slotCount;
    this.#mask = slotCount - 1;
    this.#words = new Uint32Array(
      bytes.buffer,
      bytes.byteOffset,
      CallbackRing.byteLength(slotCount) / 4,
    );
    this.#states = new Int32Array(bytes.buffer, bytes.byteOffset, this.#words.length);
    this.#words[RING_MASK / 4] = this.#mask;
    this.#tail = this.#words[RING_TAIL / 4]!;
  }

  get address(): Address {
    return this.block.address;
  }

  /** Messages that found the ring full since it was made, modulo 2^32. */
  get lost(): number {
    return Atomics.load(this.#words, RING_LOST / 4);
  }

  /** True if a message is waiting, or being written at this moment. */
  get hasMessages(): boolean {
    return Atomics.load(this.#words, RING_HEAD / 4) !== this.#tail;
  }

  /**
   * Hands every published message to `visitor` and frees its slot. The visitor may push, but not
   * drain. What it throws is thrown on; the message counts as taken and the ring stays usable.
   *
   * @param limit - return after this many, so that a flood cannot keep the caller for ever
   * @returns how many there were
   */
  drain(visitor: RingVisitor, limit = 0xffff_ffff): number {
    const words = this.#words;
    const states = this.#states;
    let tail = this.#tail;
    let taken = 0;
    try {
      while (taken < limit) {
        const slot = (RING_SLOTS + (tail & this.#mask) * RING_SLOT_SIZE) >>> 2;
        const state = Atomics.load(states, slot);
        if (state === 0) break;
        const dwParam2 = words[slot + 1]!;
        const dwParam1 = words[slot + 2]! + words[slot + 3]! * TWO_32;
        const counter = words[slot + 4]! + words[slot + 5]! * TWO_32;
        words[slot] = 0;
        tail = (tail + 1) >>> 0;
        taken++;
        if ((taken & (RELEASE_EVERY - 1)) === 0) Atomics.store(words, RING_TAIL / 4, tail);
        visitor.onRingMessage(state & ~PUBLISHED, dwParam1, dwParam2, counter);
      }
    } finally {
      this.#tail = tail;
      Atomics.store(words, RING_TAIL / 4, tail);
    }
    return taken;
  }

  /**
   * Puts a message in, from JavaScript. Never together with producers of another thread.
   *
   * @returns false if the ring was full and the message was counted as lost
   */
  push(wMsg: number, dwParam1: number, dwParam2: number, counter: number): boolean {
    const words = this.#words;
    const head = words[RING_HEAD / 4]!;
    if ((head - words[RING_TAIL / 4]!) >>> 0 > this.#mask) {
      words[RING_LOST / 4]!++;
      return false;
    }
    words[RING_HEAD / 4] = head + 1;
    const slot = (RING_SLOTS + (head & this.#mask) * RING_SLOT_SIZE) >>> 2;
    words[slot + 1] = dwParam2;
    words[slot + 2] = dwParam1 >>> 0;
    words[slot + 3] = Math.floor(dwParam1 / TWO_32);
    words[slot + 4] = counter >>> 0;
    words[slot + 5] = Math.floor(counter / TWO_32);
    words[slot] = (wMsg | PUBLISHED) >>> 0;
    return true;
  }
}
