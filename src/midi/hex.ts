/** Bytes as hex text: what people type and paste, read strictly, and how midirec writes them. */

import { usage } from './errors.js';
import { cutText } from './printable.js';
import { SYSEX_END, SYSEX_START, shortMessageLength } from './status.js';

/** Why a text is not hex, and where. Positions count from 1, as editors do; columns are characters. */
export interface HexProblem {
  line: number;
  column: number;
  /** What is wrong, without the position. */
  message: string;
  hint: string;
}

const EXAMPLE = 'a message looks like "F0 7E 7F 06 01 F7"';
const HOW_TO_WRITE = 'write each byte as two hex digits, for example F0 7E 7F 06 01 F7';

const SEPARATOR = /[\s,]/;
const HEX_DIGITS = Buffer.from('0123456789abcdef');
const HEX_TEXTS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** More bytes than these are written into memory digit by digit: a string that is put together from 300,000 parts is slow. */
const MOST_PARTS = 16;

/** `f0 7e 7f 06 01 f7`: two digits a byte, lower case, single spaces. */
export function formatHex(bytes: ArrayLike<number>): string {
  if (bytes.length <= MOST_PARTS) return Array.from(bytes, (byte) => HEX_TEXTS[byte]!).join(' ');
  const text = Buffer.alloc(Math.max(0, bytes.length * 3 - 1), ' ');
  for (let index = 0; index < bytes.length; index++) {
    text[index * 3] = HEX_DIGITS[bytes[index]! >>> 4]!;
    text[index * 3 + 1] = HEX_DIGITS[bytes[index]! & 15]!;
  }
  return text.toString('latin1');
}

/** The bytes of a short message, likewise: `90 3c 40`. */
export function formatShort(packed: number): string {
  const length = shortMessageLength(packed & 0xff);
  let text = HEX_TEXTS[packed & 0xff]!;
  for (let at = 1; at < length; at++) text += ` ${HEX_TEXTS[(packed >>> (8 * at)) & 0xff]}`;
  return text;
}

/**
 * Reads hex text: digits in pairs, run together or apart, separated by white space and commas,
 * each run with or without `0x`; `#` begins a comment to the end of the line.
 *
 * @returns the bytes (none for an empty text), or the first problem
 */
export function readHex(text: string): Uint8Array | HexProblem {
  const bytes = new Uint8Array(text.length >> 1);
  let count = 0;
  let line = 1;
  let lineStart = 0;
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '\n') {
      line++;
      lineStart = at + 1;
      at++;
    } else if (SEPARATOR.test(character)) {
      at++;
    } else if (character === '#') {
      while (at < text.length && text[at] !== '\n') at++;
    } else {
      const start = at;
      while (at < text.length && text[at] !== '#' && !SEPARATOR.test(text[at])) at++;
      const digitsFrom = /^0x/i.test(text.slice(start, start + 2)) ? start + 2 : start;
      const problem = problemOf(text.slice(digitsFrom, at));
      if (problem !== undefined) {
        const { offset, ...what } = problem;
        return { line, column: digitsFrom + offset - lineStart + 1, ...what };
      }
      for (let digit = digitsFrom; digit < at; digit += 2) {
        bytes[count++] = Number.parseInt(text.slice(digit, digit + 2), 16);
      }
    }
  }
  return bytes.subarray(0, count);
}

function problemOf(digits: string): { offset: number; message: string; hint: string } | undefined {
  const offset = digits.search(/[^0-9a-f]/i);
  if (offset >= 0) {
    const character = String.fromCodePoint(digits.codePointAt(offset) ?? 0);
    return {
      offset,
      message: `${JSON.stringify(character)} is not a hex digit`,
      hint: HOW_TO_WRITE,
    };
  }
  if (digits.length === 0) return { offset: 0, message: '0x without digits', hint: HOW_TO_WRITE };
  if (digits.length % 2 === 1) {
    return {
      offset: 0,
      message: `${shortened(digits)} has an odd number of hex digits`,
      hint: digits.length === 1 ? `write 0${digits}` : HOW_TO_WRITE,
    };
  }
  return undefined;
}

function shortened(text: string): string {
  return text.length <= 24 ? text : `${cutText(text, 20)}…`;
}

/**
 * The bytes of a hex text that must not be empty; see {@link readHex} for how it is written.
 *
 * @param name - what to call the text in an error, for example `--request`
 * @throws MidirecError USAGE, with the position
 */
export function parseHex(text: string, name = 'the hex text'): Uint8Array {
  const answer = readHex(text);
  if (!(answer instanceof Uint8Array)) {
    throw usage(`${name}: ${answer.message} (${positionText(answer)})`, answer.hint);
  }
  if (answer.length === 0) throw usage(`${name} is empty`, EXAMPLE);
  return answer;
}

/** A place in a file, counted from 0: `offset 4104 (hex 1008)`. */
export function offsetText(offset: number): string {
  return `offset ${offset} (hex ${offset.toString(16)})`;
}

/** `character 5`, or `line 2, character 5` where there are several lines. */
export function positionText(problem: HexProblem): string {
  const character = `character ${problem.column}`;
  return problem.line === 1 ? character : `line ${problem.line}, ${character}`;
}

/**
 * The messages of a request typed as hex text: one or more whole sysex, F0 to F7, and nothing else.
 *
 * @param name - what to call the text in an error
 * @returns each message with its F0 and F7
 * @throws MidirecError USAGE: not hex, no F0, no F7, bytes between messages, a status byte inside one
 */
export function parseSysexRequest(text: string, name = 'the request'): Uint8Array[] {
  const bytes = parseHex(text, name);
  const messages: Uint8Array[] = [];
  let start = 0;
  while (start < bytes.length) {
    if (bytes[start] !== SYSEX_START) {
      const where =
        messages.length === 0 ? 'does not begin with F0' : 'goes on after F7 without F0';
      throw usage(`${name} ${where}: ${byteAt(bytes, start)}`, EXAMPLE);
    }
    let end = start + 1;
    while (end < bytes.length && bytes[end] < 0x80) end++;
    if (end === bytes.length) throw usage(`${name} does not end with F7`, EXAMPLE);
    if (bytes[end] !== SYSEX_END) {
      throw usage(
        `${name} has a status byte inside a sysex: ${byteAt(bytes, end)}`,
        'between F0 and F7 every byte is 00 to 7F',
      );
    }
    messages.push(bytes.slice(start, end + 1));
    start = end + 1;
  }
  return messages;
}

function byteAt(bytes: Uint8Array, index: number): string {
  return `byte ${index + 1} is ${HEX_TEXTS[bytes[index]].toUpperCase()}`;
}
