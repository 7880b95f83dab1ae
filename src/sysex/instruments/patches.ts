/** Patches in the data of a message, or in the pieces of a memory: their numbers and names. */
import type { AreaEntry, NameEntry, NumberingEntry, PatchesEntry } from './entry.js';

export interface Patch {
  /** What one is called: `voice`. */
  called: string;
  /** From 0, within its bank or area. */
  index: number;
  /** As the panel counts: `1`, `A12`. */
  number: string;
  /** Undefined where it has none, or where that is not known; blanks at its end are left out. */
  name: string | undefined;
  /** Its data, unpacked; a view. */
  data: Uint8Array;
}

/**
 * The patches in the data of one message.
 *
 * @param data - unpacked
 * @param first - the number of the first one, from 0; of a single patch the one in its message
 */
export function patchesIn(data: Uint8Array, entry: PatchesEntry, first = 0): Patch[] {
  const { called, count, at = 0, stride = data.length - at, name, numbering } = entry;
  const patches: Patch[] = [];
  for (let i = 0; i < count && at + (i + 1) * stride <= data.length; i++) {
    const bytes = data.subarray(at + i * stride, at + (i + 1) * stride);
    patches.push(patchOf(bytes, first + i, called, name, numbering));
  }
  return patches;
}

/** Bytes at addresses: 7 bits a byte of the address, as Roland counts. */
export class MemoryImage {
  readonly #bytes = new Map<number, number>();

  /** @param address - as a number of 7 bits a byte, see the field `a` of the pattern */
  write(address: number, data: Uint8Array): void {
    for (const [offset, byte] of data.entries()) this.#bytes.set(address + offset, byte);
  }

  /** The patches of an area whose names are there, whatever else of them is missing. */
  patchesIn({ at, patches }: AreaEntry): Patch[] {
    const start = sevenBitNumber(at);
    const stride = sevenBitNumber(patches.stride);
    const found: Patch[] = [];
    for (let index = 0; index < patches.count; index++) {
      const base = start + index * stride;
      const { at: nameAt, length } = patches.name ?? { at: 0, length: 1 };
      const data = this.#run(base, nameAt, Math.max(stride, nameAt + length));
      if (data.length < nameAt + length) continue;
      found.push(patchOf(data, index, patches.called, patches.name, patches.numbering));
    }
    return found;
  }

  /** The bytes from `base` up to the first that is missing behind `needed`; before it they count as 0. */
  #run(base: number, needed: number, length: number): Uint8Array {
    const bytes: number[] = [];
    for (let offset = 0; offset < length; offset++) {
      const byte = this.#bytes.get(base + offset);
      if (byte === undefined && offset >= needed) break;
      bytes.push(byte ?? 0);
    }
    return Uint8Array.from(bytes);
  }
}

/** `02 00 00` as a number of 7 bits a byte. */
export function sevenBitNumber(hex: string): number {
  return hex.split(' ').reduce((sum, byte) => (sum << 7) | Number.parseInt(byte, 16), 0);
}

/** The number of a patch as a panel shows it. */
export function patchNumber(index: number, numbering: NumberingEntry = {}): string {
  const { first = 1, banks, perBank = 0, octal = false } = numbering;
  const bank = banks === undefined ? '' : (banks[Math.floor(index / perBank)] ?? '');
  const within = banks === undefined ? index : index % perBank;
  if (octal) return `${bank}${Math.floor(within / 8) + 1}${(within % 8) + 1}`;
  const digits = String(first + within);
  return banks === undefined
    ? digits
    : bank + digits.padStart(String(first + perBank - 1).length, '0');
}

function patchOf(
  data: Uint8Array,
  index: number,
  called: string,
  name: NameEntry | undefined,
  numbering: NumberingEntry | undefined,
): Patch {
  const number = patchNumber(index, numbering);
  return { called, index, number, name: name && readName(data, name), data };
}

/** Characters that are none come as `·`. */
export function readName(
  data: Uint8Array,
  { at, length, step = 1, characters }: NameEntry,
): string {
  let name = '';
  for (let i = 0; i < length; i++) {
    const byte = data[at + i * step] & 0x7f;
    const isPrintable = byte >= 0x20 && byte < 0x7f;
    name +=
      characters === undefined
        ? isPrintable
          ? String.fromCharCode(byte)
          : byte === 0
            ? ' '
            : '·'
        : (characters[byte] ?? '·');
  }
  return name.trimEnd();
}
