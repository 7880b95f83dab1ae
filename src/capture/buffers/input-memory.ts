/**
 * The native memory of one input: its callback ring and its buffers.
 *
 * Once a driver has been told of it, it is never given back: a bad driver calls back even after
 * midiInClose has succeeded, and a write to memory that is gone is the end of the process. It is
 * kept instead, and used again for another input, so that a device which comes and goes does not
 * take more and more of it.
 */
import { CallbackRing, type RingVisitor } from '../../winmm/callback-ring.js';
import type { MemoryBlock, NativeMemory } from '../../winmm/memory.js';
import type { WinMm } from '../../winmm/winmm.js';
import { HeaderPool } from './header-pool.js';

/** How long nothing may have come from the driver that had it before it is used again. */
export const QUIET_MS = 10_000;

export interface InputMemoryOptions {
  winmm: WinMm;
  buffers: number;
  bufferSize: number;
  /** Slots of the callback ring, a power of two. */
  ringSlots: number;
}

/** What was used and may be used again, oldest first. */
const retired = new WeakMap<NativeMemory, InputMemory[]>();

const nobody: RingVisitor = { onRingMessage() {} };

export class InputMemory {
  readonly ring: CallbackRing;
  readonly pool: HeaderPool;
  readonly #memory: NativeMemory;
  readonly #poolBlock: MemoryBlock;
  #quietSinceMs = 0;

  /**
   * Memory that no driver knows, or that one has left alone for long.
   *
   * @param nowMs - on the clock that `retire` is told the time of
   * @throws RangeError when there is no room; nothing is allocated then
   */
  static take(options: InputMemoryOptions, nowMs: number): InputMemory {
    const { memory } = options.winmm;
    const waiting = retired.get(memory) ?? [];
    const index = waiting.findIndex((old) => old.#isLike(options) && old.#isQuiet(nowMs));
    const [old] = index < 0 ? [] : waiting.splice(index, 1);
    return old === undefined
      ? InputMemory.#allocate(options)
      : new InputMemory(memory, old.ring.block, old.#poolBlock, options);
  }

  /** How many are kept for later. */
  static retiredCount(memory: NativeMemory): number {
    return retired.get(memory)?.length ?? 0;
  }

  static #allocate(options: InputMemoryOptions): InputMemory {
    const { buffers, bufferSize, ringSlots, winmm } = options;
    const { memory } = winmm;
    const ringBlock = memory.allocate(CallbackRing.byteLength(ringSlots));
    // Touched now, so that memory does not seem to grow while the ring goes round for the first time.
    ringBlock.bytes.fill(0, CallbackRing.byteLength(0));
    try {
      const poolBlock = memory.allocate(HeaderPool.byteLength(buffers, bufferSize));
      return new InputMemory(memory, ringBlock, poolBlock, options);
    } catch (error) {
      memory.free(ringBlock);
      throw error;
    }
  }

  private constructor(
    memory: NativeMemory,
    ringBlock: MemoryBlock,
    poolBlock: MemoryBlock,
    { buffers, bufferSize, ringSlots }: InputMemoryOptions,
  ) {
    this.#memory = memory;
    this.#poolBlock = poolBlock;
    this.ring = new CallbackRing(ringBlock, ringSlots);
    this.pool = new HeaderPool(poolBlock, buffers, bufferSize);
  }

  /**
   * It may be used again, some time later. Only for memory of an input that was not opened after
   * all, or after midiInClose has succeeded: in between the driver may write here.
   */
  retire(nowMs: number): void {
    this.#quietSinceMs = nowMs;
    const waiting = retired.get(this.#memory);
    if (waiting === undefined) retired.set(this.#memory, [this]);
    else waiting.push(this);
  }

  #isLike({ buffers, bufferSize, ringSlots }: InputMemoryOptions): boolean {
    const { ring, pool } = this;
    return ring.slotCount === ringSlots && pool.count === buffers && pool.bufferSize === bufferSize;
  }

  #isQuiet(nowMs: number): boolean {
    const { ring } = this;
    if (ring.drain(nobody, ring.slotCount) > 0) this.#quietSinceMs = nowMs;
    // One that has begun to write and never ended would stand in the way of all that follows.
    return !ring.hasMessages && nowMs - this.#quietSinceMs >= QUIET_MS;
  }
}
