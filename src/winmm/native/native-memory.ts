/** Native memory for headers, buffers and rings: pages of their own from VirtualAlloc. */
import type { MemoryBlock, NativeMemory } from '../memory.js';
import type { Bindings } from './koffi-bindings.js';

export class VirtualMemory implements NativeMemory {
  readonly #bindings: Bindings;

  constructor(bindings: Bindings) {
    this.#bindings = bindings;
  }

  allocate(byteLength: number): MemoryBlock {
    const address = this.#bindings.kernel32.virtualAlloc(byteLength);
    if (address === 0) throw new RangeError(`no memory for ${byteLength} bytes`);
    return { address, bytes: this.#bindings.viewMemory(address, byteLength) };
  }

  free(block: MemoryBlock): void {
    this.#bindings.kernel32.virtualFree(block.address);
  }
}
