/**
 * The ring between a driver's callback and JavaScript: any number of producers, one consumer, no locks.
 *
 * The producer on Windows is machine code (callback-code.ts) that runs on the driver's thread; JavaScript
 * asks to be woken (`arm`), or polls. Where JavaScript itself is the producer (the embedded WinMm, the koffi
 * callback) it calls `push`, which writes the same slots.
 *
 * Layout, little-endian, everything that different threads write on a cache line of its own:
 *
 * | offset | what |
 * |---|---|
 * | 0   | head, u32: slots ever reserved, modulo 2^32 |
 * | 64  | tail, u32: slots ever consumed, modulo 2^32 |
 * | 128 | mask, u32: number of slots - 1; the number is a power of two |
 * | 132 | waiting, u32: 1 if JavaScript is to be woken by the next message; who takes it, wakes |
 * | 136 | who wakes, u64: the address of a function of native code, and from 144 on its argument |
 * | 192 | lost, u32: messages refused because the ring was full |
 * | 256 | the slots, 24 bytes each |
 *
 * A slot: state, u32 (0 while empty; wMsg with the top bit set once published, always written
 * last); dwParam2, u32; dwParam1, u64; counter, u64. The consumer clears the state before it
 * moves the tail, so a slot that a producer can reserve is always empty. JavaScript's Atomics.load
 * acquires and its Atomics.store releases, on AArch64 too, so the words of a slot are read and
 * cleared plainly between the two.
 *
 * Nobody sleeps through a message: the consumer says that it waits and then looks at the head once more; a
 * producer moves the head and then looks whether someone waits. One of the two sees the other, whatever
 * the processor does with the order of either's accesses in between, and the producer wakes only when
 * the slot is published.
 */
import type { Address, MemoryBlock } from './memory.js';

export const RING_HEAD = 0;
export const RING_TAIL = 64;
export const RING_MASK = 128;
export const RING_WAITING = 132;
export const RING_WAKER = 136;
export const RING_WAKER_ARGUMENT = 144;
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

/** A function of native code that wakes JavaScript from any thread, and what it is to be called with. */
export interface Waker {
  readonly address: Address;
  readonly argument: Address;
}

const nobody = (): void => {};

export class CallbackRing {
  /**
   * Called on JavaScript's thread when a message has come after `arm`, or without a reason. It may be a
   * driver's callback that calls it: only what is done later may read the ring, or call WinMM.
   */
  onWake: () => void = nobody;
  /** The memory it lives in; its address is what a callback gets as dwInstance. */
  readonly block: MemoryBlock;
  readonly slotCount: number;
  readonly #words: Uint32Array;
  /** The same words with a sign: a published state as an unsigned number would be an object of its own. */
  readonly #states: Int32Array;
  readonly #mask: number;
  #tail: number;
  #canWake = true;

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
   * Says who wakes for producers of native code. `push` needs nobody.
   *
   * @param waker - lives as long as a driver may call back; undefined if there is nobody: then `arm` says so
   */
  setWaker(waker: Waker | undefined): void {
    this.#canWake = waker !== undefined;
    const { address = 0, argument = 0 } = waker ?? {};
    const words = this.#words;
    words[RING_WAKER / 4] = address >>> 0;
    words[RING_WAKER / 4 + 1] = Math.floor(address / TWO_32);
    words[RING_WAKER_ARGUMENT / 4] = argument >>> 0;
    words[RING_WAKER_ARGUMENT / 4 + 1] = Math.floor(argument / TWO_32);
  }

  /**
   * Asks for one call of `onWake`, at the next message.
   *
   * @returns false if nobody will call: there is a message already, or none of its producers can
   */
  arm(): boolean {
    if (!this.#canWake) return false;
    // Exchanged, not stored: emulators of ARM let a load pass a store-release before it.
    Atomics.exchange(this.#words, RING_WAITING / 4, 1);
    return !this.hasMessages;
  }

  /** Nobody waits any more. */
  disarm(): void {
    Atomics.store(this.#words, RING_WAITING / 4, 0);
    this.onWake = nobody;
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
    if (words[RING_WAITING / 4] !== 0) {
      words[RING_WAITING / 4] = 0;
      this.onWake();
    }
    return true;
  }
}
