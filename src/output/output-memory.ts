/**
 * The native memory of one output: its callback ring and its buffers.
 *
 * As that of an input (input-memory.ts) it is never given back once a driver has been told of it.
 * A request for a dump closes its output while the dump is received: a driver that says MOM_DONE
 * once more after that would write to memory that is gone, and end the process and the dump.
 */
import { QUIET_MS } from '../capture/buffers/input-memory.js';
import { CallbackRing, type RingVisitor } from '../winmm/callback-ring.js';
import type { MemoryBlock, NativeMemory } from '../winmm/memory.js';

/** MOM_DONE is as many messages as there are buffers in flight; the rest is for drivers that say it twice. */
const RING_SLOTS = 1024;

/** What was used and may be used again, oldest first. */
const retired = new WeakMap<NativeMemory, OutputMemory[]>();

const nobody: RingVisitor = { onRingMessage() {} };

export class OutputMemory {
  readonly ring: CallbackRing;
  readonly #memory: NativeMemory;
  readonly #blocks: MemoryBlock[];
  /** Those of the blocks that no buffer is in. */
  readonly #idle: MemoryBlock[];
  #quietSinceMs = 0;

  /**
   * Memory that no driver knows, or that one has left alone for long.
   *
   * @param nowMs - on the clock that `retire` is told the time of
   * @throws RangeError when there is no room
   */
  static take(memory: NativeMemory, nowMs: number): OutputMemory {
    const waiting = retired.get(memory) ?? [];
    const index = waiting.findIndex((old) => old.#isQuiet(nowMs));
    const [old] = index < 0 ? [] : waiting.splice(index, 1);
    return old === undefined
      ? new OutputMemory(memory, memory.allocate(CallbackRing.byteLength(RING_SLOTS)), [])
      : new OutputMemory(memory, old.ring.block, old.#blocks);
  }

  /** How many are kept for later. */
  static retiredCount(memory: NativeMemory): number {
    return retired.get(memory)?.length ?? 0;
  }

  private constructor(memory: NativeMemory, ringBlock: MemoryBlock, blocks: MemoryBlock[]) {
    this.#memory = memory;
    this.ring = new CallbackRing(ringBlock, RING_SLOTS);
    this.#blocks = blocks;
    this.#idle = [...blocks];
  }

  /**
   * A block for a buffer, with anything in it.
   *
   * @throws RangeError when there is no memory
   */
  takeBlock(byteLength: number): MemoryBlock {
    const index = this.#idle.findIndex(({ bytes }) => bytes.length >= byteLength);
    const [idle] = index < 0 ? [] : this.#idle.splice(index, 1);
    if (idle !== undefined) return idle;
    const block = this.#memory.allocate(byteLength);
    this.#blocks.push(block);
    return block;
  }

  /** For a block whose header could not be prepared. */
  putBack(block: MemoryBlock): void {
    this.#idle.push(block);
  }

  /**
   * It may be used again, some time later. Only for memory of an output that was not opened after
   * all, or after midiOutClose has succeeded: in between the driver may use it.
   */
  retire(nowMs: number): void {
    this.ring.drain(nobody, this.ring.slotCount);
    this.#quietSinceMs = nowMs;
    const waiting = retired.get(this.#memory);
    if (waiting === undefined) retired.set(this.#memory, [this]);
    else waiting.push(this);
  }

  #isQuiet(nowMs: number): boolean {
    const { ring } = this;
    if (ring.drain(nobody, ring.slotCount) > 0) this.#quietSinceMs = nowMs;
    // One that has begun to write and never ended would stand in the way of all that follows.
    return !ring.hasMessages && nowMs - this.#quietSinceMs >= QUIET_MS;
  }
}
