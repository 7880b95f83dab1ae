/**
 * Memory that a driver may write to while JavaScript runs: MIDIHDRs, sysex buffers, callback rings.
 *
 * WinMM keeps pointers to what it is given, so this memory never moves and is never collected:
 * it lives from `allocate` to `free`, and whoever allocated it decides when no driver can
 * reach it any more.
 */

/** The address of a byte. User-space addresses on x64 and AArch64 stay below 2^48, so a number holds them exactly. */
export type Address = number;

/** Memory with a fixed address. `bytes` is a view of the memory itself, not a copy. */
export interface MemoryBlock {
  readonly address: Address;
  readonly bytes: Uint8Array;
}

export interface NativeMemory {
  /** Allocates `byteLength` zeroed bytes at an address that is a multiple of 64. Throws RangeError when there is no room. */
  allocate(byteLength: number): MemoryBlock;
  /** Gives the memory back. Neither the block nor any view of it may be used afterwards. */
  free(block: MemoryBlock): void;
}
