/** The native memory of one input: its callback ring and its buffers, allocated and freed together. */
import { CallbackRing } from '../winmm/callback-ring.js';
import type { NativeMemory } from '../winmm/memory.js';
import type { WinMm } from '../winmm/winmm.js';
import { HeaderPool } from './header-pool.js';

export interface InputMemoryOptions {
  winmm: WinMm;
  buffers: number;
  bufferSize: number;
  /** Slots of the callback ring, a power of two. */
  ringSlots: number;
}

export class InputMemory {
  readonly ring: CallbackRing;
  readonly pool: HeaderPool;
  readonly #memory: NativeMemory;

  /** @throws RangeError when there is no room; nothing is allocated then */
  static allocate({ winmm, buffers, bufferSize, ringSlots }: InputMemoryOptions): InputMemory {
    const { memory } = winmm;
    const block = memory.allocate(CallbackRing.byteLength(ringSlots));
    // Touched now, so that memory does not seem to grow while the ring goes round for the first time.
    block.bytes.fill(0, CallbackRing.byteLength(0));
    try {
      const pool = new HeaderPool(memory, buffers, bufferSize);
      return new InputMemory(memory, new CallbackRing(block, ringSlots), pool);
    } catch (error) {
      memory.free(block);
      throw error;
    }
  }

  private constructor(memory: NativeMemory, ring: CallbackRing, pool: HeaderPool) {
    this.#memory = memory;
    this.ring = ring;
    this.pool = pool;
  }

  /** Only before midiInOpen, or after midiInClose has succeeded: in between the driver may write here. */
  free(): void {
    this.pool.free();
    this.#memory.free(this.ring.block);
  }
}
