/** A MIDIHDR with its data in the memory of a WinMm, for tests. */
import type { Address, MemoryBlock, NativeMemory } from '../../src/winmm/memory.js';
import { MIDIHDR_SIZE, MidiHdr } from '../../src/winmm/structures.js';

export class MidiBuffer {
  readonly header: MidiHdr;
  readonly #headerBlock: MemoryBlock;
  readonly #dataBlock: MemoryBlock;
  readonly #memory: NativeMemory;

  constructor(memory: NativeMemory, length: number) {
    this.#memory = memory;
    this.#headerBlock = memory.allocate(MIDIHDR_SIZE);
    this.#dataBlock = memory.allocate(length);
    this.header = new MidiHdr(this.#headerBlock.bytes);
    this.header.lpData = this.#dataBlock.address;
    this.header.dwBufferLength = length;
  }

  /** A buffer that holds `bytes`, for an output. */
  static of(memory: NativeMemory, bytes: ArrayLike<number>): MidiBuffer {
    const buffer = new MidiBuffer(memory, bytes.length);
    buffer.#dataBlock.bytes.set(bytes);
    return buffer;
  }

  get address(): Address {
    return this.#headerBlock.address;
  }

  /** What a driver has recorded, as a copy. */
  get recorded(): number[] {
    return [...this.#dataBlock.bytes.subarray(0, this.header.dwBytesRecorded)];
  }

  free(): void {
    this.#memory.free(this.#headerBlock);
    this.#memory.free(this.#dataBlock);
  }
}
