/** Patches in the data of a message, or in the pieces of a memory: their numbers and names. */
import type { AreaEntry, NameEntry, NumberingEntry, PatchesEntry } from './entry.js';
import { unpack } from './packing.js';
import { SparseBytes } from './sparse-bytes.js';

export interface Patch {
  /** What one is called: `voice`. */
  called: string;
  /** From 0, within its bank or area. */
  index: number;
  /** As the panel counts: `1`, `A12`. */
  number: string;
  /** Undefined where it has none, where that is not known, and where most of it are no characters; blanks at its end are left out. */
  name: string | undefined;
  /** Its data, unpacked; a view. */
  data: Uint8Array;
  /** Where in them the name stands. */
  nameEntry: NameEntry | undefined;
  /** True of a single patch whose message says no place of a bank; its number then means nothing. */
  hasNoPlace?: boolean;
  /** How the data of a message that carries it alone are put together of these, if they are others: see Layout. */
  layout?: string | undefined;
}

/**
 * The patches in the data of one message.
 *
 * @param data - unpacked
 * @param first - the number of the first one, from 0; of a single patch the one in its message, if that says any
 */
export function patchesIn(data: Uint8Array, entry: PatchesEntry, first?: number): Patch[] {
  const { called, count, at = 0, stride = data.length - at, name, numbering, layout } = entry;
  const patches: Patch[] = [];
  const hasNoPlace = count === 1 && first === undefined;
  for (let i = 0; i < count && at + (i + 1) * stride <= data.length; i++) {
    const bytes = data.subarray(at + i * stride, at + (i + 1) * stride);
    const patch = patchOf(bytes, (first ?? 0) + i, called, name, numbering);
    patches.push({ ...patch, hasNoPlace, layout });
  }
  return patches;
}

/** One area of a memory as it comes in pieces, 7 bits a byte of the address, as Roland counts. */
export class MemoryArea {
  readonly name: string;
  readonly #entry: AreaEntry['patches'];
  readonly #start: number;
  readonly #stride: number;
  #bytes = new SparseBytes();
  readonly #before: SparseBytes[] = [];

  constructor({ name, at, patches }: AreaEntry) {
    this.name = name;
    this.#entry = patches;
    this.#start = sevenBitNumber(at);
    this.#stride = sevenBitNumber(patches.stride);
  }

  /**
   * @param address - as a number of 7 bits a byte, see the field `a` of the pattern
   * @returns false if it is of another area
   */
  write(address: number, data: Uint8Array): boolean {
    const from = address - this.#start;
    if (from < 0 || from >= this.#stride * this.#entry.count) return false;
    // Patches that are sent to the edit buffer one after the other come to the same address.
    if (this.#bytes.has(from)) {
      this.#before.push(this.#bytes);
      this.#bytes = new SparseBytes();
    }
    this.#bytes.write(from, data);
    return true;
  }

  /** The patches whose names are there, whatever else of them is missing; that counts as 0. */
  patches(): Patch[] {
    return [...this.#before, this.#bytes].flatMap((bytes) => this.#patchesOf(bytes));
  }

  #patchesOf(bytes: SparseBytes): Patch[] {
    const { called, count, name, numbering, packing = 'raw' } = this.#entry;
    const found: Patch[] = [];
    const perByte = packing.startsWith('nibbles') ? 2 : 1;
    for (let index = 0; index < count; index++) {
      const base = index * this.#stride;
      const nameAt = base + (name?.at ?? 0) * perByte;
      const nameEnd = nameAt + (name?.length ?? 1) * perByte;
      if (!bytes.has(nameAt) || !bytes.has(nameEnd - 1)) continue;
      const data = bytes.read(base, bytes.endOf(nameEnd, base + this.#stride));
      found.push(patchOf(unpack(data, packing), index, called, name, numbering));
    }
    return found;
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
  const text = name && readName(data, name);
  const isNoise = text !== undefined && text.split(NO_CHARACTER).length - 1 > text.length / 2;
  return { called, index, number, name: isNoise ? undefined : text, data, nameEntry: name };
}

/** In the place of a byte that is none. */
const NO_CHARACTER = '·';

/** What stands behind a name that is shorter than its place; 7F in a Wavestation. */
const FILLERS: readonly number[] = [0, 0x7f];

/** Characters that are none come as `·`; without a table of its own, what is behind a zero is not of the name if it is not text. */
export function readName(
  data: Uint8Array,
  { at, length, step = 1, characters }: NameEntry,
): string {
  const bytes = Array.from({ length }, (_, index) => data[at + index * step]! & 0x7f);
  if (characters !== undefined) {
    return bytes
      .map((byte) => characters[byte % characters.length])
      .join('')
      .trimEnd();
  }
  const isText = (byte: number) => byte >= 0x20 && byte < 0x7f;
  const zero = bytes.indexOf(0);
  const isEnd = zero > 0 && bytes.slice(zero).some((byte) => byte !== 0 && !isText(byte));
  let text = '';
  for (const byte of isEnd ? bytes.slice(0, zero) : bytes) {
    text += isText(byte) ? String.fromCharCode(byte) : FILLERS.includes(byte) ? ' ' : NO_CHARACTER;
  }
  return text.trimEnd();
}
