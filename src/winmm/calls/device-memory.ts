/**
 * The native memory of one device: its callback ring, and the blocks of its buffers.
 *
 * Once a driver has been told of it, it is never given back: a bad driver calls back even after
 * midiInClose or midiOutClose has succeeded, and a write to memory that is gone ends the process. It
 * is kept instead, and used again for another device, so that devices which come and go do not
 * take more and more of it.
 */
import { CallbackRing, type RingVisitor } from '../callback-ring.js';
import type { MemoryBlock, NativeMemory } from '../memory.js';

/** How long nothing may have come from the driver that had it before it is used again. */
export const QUIET_MS = 10_000;

/** What was used and may be used again, oldest first. */
const retired = new WeakMap<NativeMemory, DeviceMemory[]>();

const nobody: RingVisitor = { onRingMessage() {} };

export class DeviceMemory {
  readonly ring: CallbackRing;
  readonly #memory: NativeMemory;
  readonly #blocks: MemoryBlock[] = [];
  /** Those of the blocks that no buffer is in. */
  #idle: MemoryBlock[] = [];
  /** Those in which something may stand: what is new is zeros, and is not touched before it is used. */
  readonly #used = new Set<MemoryBlock>();
  #quietSinceMs = 0;

  /**
   * Memory that no driver knows, or that one has left alone for long.
   *
   * @param nowMs - on the clock that `retire` is told the time of
   * @param ringSlots - a power of two
   * @param blockLength - what `takeBlock` will be asked for first, in bytes; 0 if that is not known yet
   * @throws RangeError when there is no room; nothing is allocated then
   */
  static take(
    memory: NativeMemory,
    nowMs: number,
    ringSlots: number,
    blockLength = 0,
  ): DeviceMemory {
    const waiting = retired.get(memory) ?? [];
    const isFit = (old: DeviceMemory) => old.ring.slotCount === ringSlots && old.#isQuiet(nowMs);
    const hasRoom = (old: DeviceMemory) => blockLength === 0 || old.#findIdle(blockLength) >= 0;
    let index = waiting.findIndex((old) => hasRoom(old) && isFit(old));
    // A ring whose buffers were left to a driver needs new ones.
    if (index < 0) index = waiting.findIndex((old) => old.#blocks.length === 0 && isFit(old));
    const old = waiting[index];
    if (old === undefined) return new DeviceMemory(memory, ringSlots, blockLength);
    if (!hasRoom(old)) old.#idle.push(old.takeBlock(blockLength));
    waiting.splice(index, 1);
    return old;
  }

  private constructor(memory: NativeMemory, ringSlots: number, blockLength: number) {
    this.#memory = memory;
    const ringBlock = memory.allocate(CallbackRing.byteLength(ringSlots));
    this.ring = new CallbackRing(ringBlock, ringSlots);
    try {
      if (blockLength > 0) this.#idle.push(this.takeBlock(blockLength));
    } catch (error) {
      memory.free(ringBlock);
      throw error;
    }
  }

  /**
   * A block for buffers, all zeros.
   *
   * @throws RangeError when there is no memory
   */
  takeBlock(byteLength: number): MemoryBlock {
    const index = this.#findIdle(byteLength);
    const [idle] = index < 0 ? [] : this.#idle.splice(index, 1);
    if (idle !== undefined) {
      if (this.#used.delete(idle)) idle.bytes.fill(0);
      return idle;
    }
    const block = this.#memory.allocate(byteLength);
    this.#blocks.push(block);
    return block;
  }

  /** For a block that no driver has been told of after all. */
  putBack(block: MemoryBlock): void {
    this.#idle.push(block);
    this.#used.add(block);
  }

  /**
   * It may be used again, some time later. Only for memory of a device that was not opened after
   * all, or that is closed or has gone: in between the driver may use it.
   *
   * @param isStranded - the driver has not returned all buffers. Their blocks are never used again, for
   *   it may still write to them; the ring is, where what comes too late does no harm
   */
  retire(nowMs: number, isStranded = false): void {
    this.ring.disarm();
    this.ring.drain(nobody, this.ring.slotCount);
    this.#quietSinceMs = nowMs;
    if (isStranded) this.#blocks.length = 0;
    this.#idle = [...this.#blocks];
    for (const block of this.#blocks) this.#used.add(block);
    const waiting = retired.get(this.#memory);
    if (waiting === undefined) retired.set(this.#memory, [this]);
    else waiting.push(this);
  }

  #findIdle(byteLength: number): number {
    return this.#idle.findIndex(({ bytes }) => bytes.length >= byteLength);
  }

  #isQuiet(nowMs: number): boolean {
    const { ring } = this;
    if (ring.drain(nobody, ring.slotCount) > 0) this.#quietSinceMs = nowMs;
    // One that has begun to write and never ended would stand in the way of all that follows.
    return !ring.hasMessages && nowMs - this.#quietSinceMs >= QUIET_MS;
  }
}
