/** Memory that notices when something is freed that a driver can still reach. */
import { EmbeddedMemory } from '../../src/embedded/embedded-memory.js';
import type { MemoryBlock } from '../../src/winmm/memory.js';

/** Views of a freed block are empty at once, so whatever still uses one fails or reads nothing. */
export class CheckedMemory extends EmbeddedMemory {
  /** Asked before a block is freed: why it must not be, or undefined. */
  objection: (block: MemoryBlock) => string | undefined = () => undefined;
  /** Gets what `objection` said. */
  onMisuse: (what: string) => void = () => {};
  /** Allocations above this many bytes fail, as if there were no memory left. */
  largestBlock = Number.POSITIVE_INFINITY;
  /** Blocks that were allocated and not freed, and their bytes. */
  liveBlocks = 0;
  liveBytes = 0;

  override allocate(byteLength: number): MemoryBlock {
    if (byteLength > this.largestBlock) throw new RangeError(`no memory for ${byteLength} bytes`);
    this.liveBlocks++;
    this.liveBytes += byteLength;
    return super.allocate(byteLength);
  }

  override free(block: MemoryBlock): void {
    const objection = this.objection(block);
    if (objection !== undefined) this.onMisuse(`freed while ${objection}`);
    this.liveBytes -= block.bytes.length;
    super.free(block);
    this.liveBlocks--;
  }
}
