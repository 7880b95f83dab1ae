/**
 * Finds the names of patches in dumps of instruments that no table knows: a column of text that
 * stands at the same place of every patch. What it finds is a guess, and has to be called one.
 */
import { type Packing, unpack } from './packing.js';

export interface LikelyNames {
  /** One for each patch, blanks at the end left out. */
  names: string[];
  packing: Packing;
}

/** Patches fewer than these have no column that could not be chance. */
const FEWEST_PATCHES = 4;
const SHORTEST_NAME = 6;
const LONGEST_NAME = 24;
const SMALLEST_STRIDE = 16;
const LARGEST_STRIDE = 1024;
/** Bytes that are looked at for a stride; a bank repeats itself long before. */
const LOOKED_AT = 32_768;
/** Rows that may hold something else: empty places of a bank. */
const SPOILED_ROWS = 0.1;

const PACKINGS: readonly Packing[] = [
  'raw',
  '7in8',
  '7in8-high-bit-first',
  'nibbles-low-first',
  'nibbles-high-first',
];
/** Where data may begin, behind F0: the maker's id, a device number, a model, a kind, a number or two. */
const FIRST_STARTS: readonly number[] = [4, 5, 6, 7, 8, 9, 10, 11];
/** Of the best stride's fit: a part of that stride which reaches this is the right one. */
const NEARLY = 0.75;
/** Rows that are looked at; more say no more. */
const MOST_ROWS = 128;

interface Column {
  at: number;
  length: number;
  score: number;
}

/**
 * @param messages - of one kind: F0 to F7, of the same length where there are several
 * @returns undefined where no column of text is plain
 */
export function findNames(messages: readonly Uint8Array[]): LikelyNames | undefined {
  let best: (Column & { packing: Packing; start: number }) | undefined;
  for (const packing of PACKINGS) {
    if (packing.startsWith('nibbles') && !messages.every(areNibbles)) continue;
    for (const start of startsFor(packing)) {
      const rows = rowsFrom(messages.slice(0, MOST_ROWS), start, packing);
      const column = rows.length < FEWEST_PATCHES ? undefined : textColumn(rows);
      if (column !== undefined && column.score > (best?.score ?? 0)) {
        best = { ...column, packing, start };
      }
    }
  }
  if (best === undefined) return undefined;
  const { packing, start } = best;
  const names = rowsFrom(messages, start, packing).map((row) => textOf(row, best));
  return { names, packing };
}

/** What may be patches, one a row: the data of each message, or parts of the only one. */
function rowsFrom(messages: readonly Uint8Array[], start: number, packing: Packing): Uint8Array[] {
  const data = messages.map((message) => unpack(message.subarray(start, -1), packing));
  return data.length === 1 ? rowsOf(data[0]) : data;
}

/** Whether all bytes between head and checksum are halves of bytes: others only look like text when halves are joined. */
function areNibbles(message: Uint8Array): boolean {
  return message.subarray(FIRST_STARTS.at(-1), -2).every((byte) => byte < 0x10);
}

/** Groups of eight and pairs of nibbles have to be entered at the right byte; raw bytes do not. */
function startsFor(packing: Packing): readonly number[] {
  if (packing === 'raw') return FIRST_STARTS.slice(0, 1);
  return packing.startsWith('nibbles') ? FIRST_STARTS.slice(0, 2) : FIRST_STARTS;
}

/** Cuts data into rows at the stride at which text stands below text. */
function rowsOf(data: Uint8Array): Uint8Array[] {
  const looked = data.subarray(0, LOOKED_AT);
  const text = textMask(looked);
  const most = Math.min(LARGEST_STRIDE, Math.floor(data.length / FEWEST_PATCHES));
  const shareOf = (stride: number) => countBoth(text, stride) / (looked.length - stride);
  let stride = 0;
  let best = 0;
  for (let tried = SMALLEST_STRIDE; tried <= most; tried++) {
    const share = shareOf(tried);
    if (share > best) [stride, best] = [tried, share];
  }
  if (best === 0) return [];
  // A multiple of the stride fits as well, and by chance a little better.
  for (let parts = Math.floor(stride / SMALLEST_STRIDE); parts > 1; parts--) {
    if (stride % parts === 0 && shareOf(stride / parts) > best * NEARLY) stride /= parts;
  }
  const count = Math.floor(data.length / stride);
  return Array.from({ length: count }, (_, row) => data.subarray(row * stride, (row + 1) * stride));
}

/** A bit for each byte that stands in a run of text, 32 a word. */
function textMask(bytes: Uint8Array): Int32Array {
  const mask = new Int32Array((bytes.length >> 5) + 2);
  for (let from = 0; from < bytes.length; from++) {
    let to = from;
    let letters = 0;
    for (; to < bytes.length && isPrintable(bytes[to]); to++) if (isLetter(bytes[to])) letters++;
    if (to - from >= SHORTEST_NAME && letters * 2 > to - from) {
      for (let at = from; at < to; at++) mask[at >> 5] |= 1 << (at & 31);
    }
    from = to;
  }
  return mask;
}

/** How many bits are set here and `distance` further on. */
function countBoth(mask: Int32Array, distance: number): number {
  const words = distance >> 5;
  const bits = distance & 31;
  let count = 0;
  for (let word = 0; word + words + 1 < mask.length; word++) {
    const low = mask[word + words] >>> bits;
    const high = bits === 0 ? 0 : mask[word + words + 1] << (32 - bits);
    let both = mask[word] & (low | high);
    for (; both !== 0; both &= both - 1) count++;
  }
  return count;
}

/** The column that reads most like names, if one does. */
function textColumn(rows: readonly Uint8Array[]): Column | undefined {
  const width = Math.min(...rows.map((row) => row.length));
  const needed = Math.ceil(rows.length * (1 - SPOILED_ROWS));
  const isText = new Uint8Array(width);
  for (let at = 0; at < width; at++) {
    let printable = 0;
    for (const row of rows) if (isPrintable(row[at])) printable++;
    isText[at] = printable >= needed ? 1 : 0;
  }
  let best: Column | undefined;
  for (let from = 0; from < width; from++) {
    if (isText[from] === 0) continue;
    let to = from;
    while (to < width && isText[to] === 1) to++;
    if (to - from >= SHORTEST_NAME && to - from <= LONGEST_NAME) {
      const score = scoreOf(rows, from, to);
      if (score > (best?.score ?? 0)) best = { at: from, length: to - from, score };
    }
    from = to;
  }
  return best;
}

/** Width times likeness; 0 for what is the same in every row, or mostly no words. */
function scoreOf(rows: readonly Uint8Array[], from: number, to: number): number {
  const texts = new Set<string>();
  let letters = 0;
  let blanks = 0;
  let words = 0;
  for (const row of rows) {
    const text = textOf(row, { at: from, length: to - from });
    texts.add(text);
    if (/[A-Za-z]{3}/.test(text)) words++;
    for (let at = from; at < to; at++) {
      if (isLetter(row[at])) letters++;
      else if (row[at] === 0x20) blanks++;
    }
  }
  const cells = rows.length * (to - from);
  const isWordy = words / rows.length > 0.7 && (letters + blanks) / cells > 0.75;
  const isVaried = texts.size >= Math.max(FEWEST_PATCHES - 1, rows.length / 4);
  if (!isWordy || !isVaried || letters / cells < 0.3) return 0;
  return (to - from) * ((letters + blanks) / cells);
}

function textOf(row: Uint8Array, { at, length }: Pick<Column, 'at' | 'length'>): string {
  return String.fromCharCode(
    ...row.subarray(at, at + length).map((byte) => (isPrintable(byte) ? byte : 0x20)),
  ).trim();
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte < 0x7f;
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}
