/** Hex text of a file as people have it: with headings and comments, of a program, of JSON, Intel HEX, with offsets. */
import { type HexProblem, readHex } from '../../midi/hex.js';

const RECORD = /^:([0-9a-f]{2}){5,}$/i;
const DATA_RECORD = 0;
const RECORD_HEAD = 4;
/** Of C, of shells and Python, of assemblers: each byte with its mark, of which the digits are left. */
const MARKED = /\b0?([0-9a-f]{2})h\b|\\x([0-9a-f]{2})|\$([0-9a-f]{2})\b/gi;
const PAIRS = /^(0x)?([0-9a-f]{2})+$/i;
const MARKED_CHARACTERS = /\s{2,}(\|.*\||>.*<)$/;
const PAIR = /[0-9a-f]{2}/gi;
const OFFSET = /^\s*(?:0x)?([0-9a-f]{4,})(?::|\s|$)/i;
const FIRST_OFFSET = /^\s*(?:0x)?0{4,}(?::|\s)/i;

/**
 * Reads text strictly, and if that fails, without what is around its bytes: what is outside of braces if there
 * are any, comments, lines between messages that begin with something else. Between F0 and F7 nothing is left out.
 *
 * @returns the bytes (none for an empty text), or the first problem
 */
export function readHexText(text: string): Uint8Array | HexProblem {
  const listed = readListing(text);
  if (listed !== undefined) return listed;
  const strict = readHex(text);
  if (strict instanceof Uint8Array) return strict;
  const numbers = readIntelHex(text) ?? readNumbers(text);
  if (numbers !== undefined) return numbers;
  const loose = readHex(withoutHeadings(withoutMarks(text)));
  return loose instanceof Uint8Array && loose.length === 0 ? strict : loose;
}

/** Undefined if it is none, or one of its sums is wrong. */
function readIntelHex(text: string): Uint8Array | undefined {
  const lines = text.split(/\s+/).filter((line) => line !== '');
  if (lines.length === 0 || !lines.every((line) => RECORD.test(line))) return undefined;
  const data: Uint8Array[] = [];
  for (const line of lines) {
    const record = Buffer.from(line.slice(1), 'hex');
    const isRight = record.reduce((sum, byte) => (sum + byte) & 0xff, 0) === 0;
    if (!isRight || record.length !== RECORD_HEAD + record[0]! + 1) return undefined;
    if (record[3] === DATA_RECORD) data.push(record.subarray(RECORD_HEAD, -1));
  }
  return Buffer.concat(data);
}

/**
 * What xxd, hexdump -C and od -t x1 write: each line begins with the offset of its first byte, and may end with the
 * bytes as characters; * stands for lines like the one before. Undefined unless the first offset is 0, and the
 * others, in one radix, fit the bytes before them.
 */
function readListing(text: string): Uint8Array | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (!FIRST_OFFSET.test(lines[0] ?? '')) return undefined;
  // od writes offsets in octal, with seven digits: after an * more than one radix may fit.
  const isOfOd = /^\s*0{7}\b/.test(lines[0]!);
  for (const radix of isOfOd ? [8, 10, 16] : [16, 10, 8]) {
    const bytes = listedBytes(lines, radix);
    if (bytes !== undefined) return bytes;
  }
  return undefined;
}

function listedBytes(lines: readonly string[], radix: number): Uint8Array | undefined {
  const bytes: number[] = [];
  const offsetOf = (line?: string) => Number.parseInt(OFFSET.exec(line ?? '')?.[1] ?? '', radix);
  let row: number[] = [];
  for (const [index, line] of lines.entries()) {
    const nextOffset = offsetOf(lines[index + 1]);
    if (line.trim() === '*') {
      if (row.length === 0 || Number.isNaN(nextOffset)) return undefined;
      while (bytes.length < nextOffset) bytes.push(...row);
      continue;
    }
    if (offsetOf(line) !== bytes.length) return undefined;
    const shown = line.replace(OFFSET, '').trim();
    const unmarked = shown.replace(MARKED_CHARACTERS, '');
    // Two blanks are before characters without a mark, and between groups: only the next offset tells which.
    const isKnown = unmarked !== shown || nextOffset > offsetOf(line);
    const pairs = (isKnown ? unmarked : shown.split(/\s{2,}/)[0]!).match(PAIR) ?? [];
    const count = Number.isNaN(nextOffset) ? pairs.length : nextOffset - bytes.length;
    row = pairs.slice(0, Math.max(0, count)).map((pair) => Number.parseInt(pair, 16));
    bytes.push(...row);
  }
  return bytes.length > 0 ? Uint8Array.from(bytes) : undefined;
}

/** An array of JSON, in which bytes are decimal numbers. */
function readNumbers(text: string): Uint8Array | undefined {
  if (!/^\s*\[[\s[\]\d,]*\]\s*$/.test(text)) return undefined;
  const numbers = (text.match(/\d+/g) ?? []).map(Number);
  return numbers.every((number) => number <= 0xff) ? Uint8Array.from(numbers) : undefined;
}

/** As many characters and lines, so that places stay what they are. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ');
}

function withoutMarks(text: string): string {
  let left = text.replace(/\/\*.*?\*\//gs, blank).replace(/\/\/.*/g, blank);
  if (left.includes('{')) left = left.replace(/[^{}]*\{/g, blank).replace(/\}[^{]*/g, blank);
  return left
    .replace(/;.*/g, blank)
    .replace(/[[\](){}"'|]/g, ' ')
    .replace(MARKED, (found, ...digits: (string | undefined)[]) =>
      digits.slice(0, 3).join('').padEnd(found.length),
    );
}

function withoutHeadings(text: string): string {
  let isWithin = false;
  const lines = text.split('\n').map((line) => {
    let left = line;
    const [first = ''] = line.trim().split(/[\s,]+/);
    if (!isWithin && !PAIRS.test(first)) {
      const start = line.search(/\b(0x)?f0/i);
      left = start < 0 ? '' : blank(line.slice(0, start)) + line.slice(start);
    }
    const ends = left.match(/f0|f7/gi);
    if (ends !== null) isWithin = ends.at(-1)!.toLowerCase() === 'f0';
    return left;
  });
  return lines.join('\n');
}
