/**
 * Memory with made-up addresses, for user-mode drivers that are JavaScript.
 *
 * An address here means nothing to the processor, but behaves like one: it is above 4 GiB, so
 * that cutting it to 32 bits shows; it is never used twice, so that a stale pointer shows; and
 * between two blocks there is a gap, so that running past an end shows.
 */
import type { Address, MemoryBlock, NativeMemory } from '../winmm/memory.js';

/** Where the first block lies: like an address of x64 Windows, above 32 bits and below 48. */
const FIRST_ADDRESS = 0x1f_4000_0000;
const ALIGNMENT = 64;
/** Unowned bytes after every block. */
const GAP = 4096;

interface Block extends MemoryBlock {
  readonly bytes: Uint8Array<ArrayBuffer>;
}

export class EmbeddedMemory implements NativeMemory {
  /** Live blocks by ascending address, which is the order in which they were made. */
  readonly #blocks: Block[] = [];
  #next: Address = FIRST_ADDRESS;

  allocate(byteLength: number): MemoryBlock {
    const block = { address: this.#next, bytes: new Uint8Array(byteLength) };
    this.#next += Math.ceil((byteLength + GAP) / ALIGNMENT) * ALIGNMENT;
    this.#blocks.push(block);
    return block;
  }

  /**
   * Gives the memory back: every view of it becomes empty at once, as if the page were gone.
   *
   * @throws RangeError if the block is not a live one (freed twice, or another memory's)
   */
  free(block: MemoryBlock): void {
    const index = this.#indexOf(block.address);
    const live = this.#blocks[index];
    if (live === undefined || live !== block) {
      throw new RangeError(`no block of this memory: 0x${block.address.toString(16)}`);
    }
    this.#blocks.splice(index, 1);
    structuredClone(live.bytes.buffer, { transfer: [live.bytes.buffer] });
  }

  /**
   * The memory behind a pointer, as a driver sees it: a view, not a copy.
   *
   * @returns undefined unless all `byteLength` bytes from `address` on lie in one live block
   */
  resolve(address: Address, byteLength: number): Uint8Array | undefined {
    const block = this.#blocks[this.#indexOf(address)];
    if (block === undefined) return undefined;
    const offset = address - block.address;
    if (offset + byteLength > block.bytes.length) return undefined;
    return block.bytes.subarray(offset, offset + byteLength);
  }

  /** Index of the last block that begins at or before `address`; -1 if there is none. */
  #indexOf(address: Address): number {
    let low = 0;
    let high = this.#blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#blocks[middle]!.address <= address) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}
