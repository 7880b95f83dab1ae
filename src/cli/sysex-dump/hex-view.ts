/** The readable hex view of sysex: a headline a message, then offset, hex and text, as plain ASCII lines. */
import { formatHex } from '../../midi/hex.js';
import type { JudgedSysex } from '../../sysex/instruments/description.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import { sysexLine } from '../capturing/message-text.js';

const OFFSET_DIGITS = 8;

/** How many bytes a line shows: 16, or 8 or 4 where more would not fit into `columns`. */
export function bytesPerLine(columns: number): number {
  return [16, 8].find((bytes) => columns >= lineWidth(bytes)) ?? 4;
}

function lineWidth(bytes: number): number {
  return OFFSET_DIGITS + 2 + hexWidth(bytes) + 2 + bytes;
}

/** Two digits a byte, a space between, and one more in the middle of sixteen. */
function hexWidth(bytes: number): number {
  return bytes * 3 - 1 + (bytes > 8 ? 1 : 0);
}

/**
 * The view of one message, line by line and without line ends: first what it is, then its bytes.
 * Only as much is made as is asked for, so that a large dump takes no memory.
 *
 * @param bytes - a sysex message, whole or broken
 * @param columns - width of the terminal or page in characters
 * @param offset - where the message stands in the dump: what the first line is numbered with
 * @param describe - what the message is
 */
export function* viewSysex(
  bytes: Uint8Array,
  columns: number,
  offset: number,
  describe: (bytes: Uint8Array) => JudgedSysex = describeSysex,
): Generator<string> {
  yield asciiOnly(sysexLine(describe(bytes)));
  const perLine = bytesPerLine(columns);
  for (let at = 0; at < bytes.length; at += perLine) {
    yield viewLine(bytes.subarray(at, at + perLine), offset + at, perLine);
  }
}

/**
 * One line: `00000010  41 10 42 12 40 00 7f 00  41 f7                    A.B.@...A.`
 *
 * @param bytes - up to `perLine`
 */
export function viewLine(bytes: Uint8Array, offset: number, perLine: number): string {
  const hex = `${formatHex(bytes.subarray(0, 8))}  ${formatHex(bytes.subarray(8))}`.trimEnd();
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^\x20-\x7e]/g, '.');
  const place = offset.toString(16).padStart(OFFSET_DIGITS, '0');
  return `${place}  ${hex.padEnd(hexWidth(perLine))}  ${text}`;
}

/** The few names that are not ASCII lose their accents. */
function asciiOnly(text: string): string {
  return text.normalize('NFD').replace(/[^\x20-\x7e]/g, '');
}
