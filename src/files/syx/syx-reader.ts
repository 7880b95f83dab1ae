/** Reads a .syx file, or the same as hex text, and says in words what is wrong with it. */

import { memorySource } from '../../midi/bytes/file-bytes.js';
import { badFile, type MidirecError } from '../../midi/errors.js';
import { formatHex, offsetText, positionText } from '../../midi/hex.js';
import { SYSEX_START } from '../../midi/status.js';
import { isSmf } from '../smf/smf-reader.js';
import { readHexText } from './hex-text.js';
import { SyxMessages, type SyxProblem } from './syx-messages.js';

const WHAT_IS_A_SYX = 'a .syx file is sysex messages one after the other, each from F0 to F7';
const TEXT_START = /^[\s!-~]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells binary from text
const CONTROL_CHARACTER = /[\0-\x08\x0e-\x1f\x7f]/;

/**
 * The sysex messages in a file's bytes, which may be hex text (UTF-8, or UTF-16 with a mark).
 * What stands beside whole messages is not an error here: see {@link syxError}.
 *
 * @param bytes - of any content; belongs to the answer
 * @param name - what to call the file in an error
 * @throws MidirecError BAD_FILE if the file is empty, a Standard MIDI File, or text that is not hex
 */
export function parseSyx(bytes: Uint8Array, name: string): SyxMessages {
  if (bytes.length === 0) throw badFile(`${name} is empty`, WHAT_IS_A_SYX);
  if (isSmf(memorySource(bytes))) {
    throw badFile(`${name} is a Standard MIDI File, not a .syx file`, WHAT_IS_A_SYX);
  }
  const text = decodeText(bytes);
  if (text === undefined) return new SyxMessages(bytes);
  const decoded = readHexText(text);
  if (!(decoded instanceof Uint8Array)) {
    const where = positionText(decoded);
    throw badFile(`${name} is text, but not hex: ${decoded.message} (${where})`, decoded.hint);
  }
  if (decoded.length === 0) throw badFile(`${name} has no bytes in it`, WHAT_IS_A_SYX);
  return new SyxMessages(decoded);
}

/**
 * What is wrong with a .syx, as an error that names the first place, or undefined if it is
 * nothing but whole messages.
 *
 * @param name - what to call the file
 * @param hint - what the user can do about a file that has whole messages all the same
 */
export function syxError(
  messages: SyxMessages,
  name: string,
  hint = '--force takes the whole messages and leaves the rest out',
): MidirecError | undefined {
  const [problem] = messages.problems;
  if (problem === undefined) {
    return messages.count > 0 ? undefined : badFile(`${name} has no sysex in it`, WHAT_IS_A_SYX);
  }
  const others = messages.problemCount - 1;
  const more = others === 0 ? '' : `, and ${others} more such ${others === 1 ? 'place' : 'places'}`;
  const text = `${name}: ${problemText(problem, messages)}${more}`;
  return badFile(text, messages.count > 0 ? hint : WHAT_IS_A_SYX);
}

/** `3 bytes outside F0…F7 at offset 4104 (hex 1008)`, and the like for the other kinds. */
export function problemText(problem: SyxProblem, messages: SyxMessages): string {
  const { kind, offset, length, byte } = problem;
  const bytes = length === 1 ? '1 byte' : `${length} bytes`;
  const place = offsetText(offset);
  switch (kind) {
    case 'stray':
      return `${byte === 0 && length > 1 ? `${length} zero bytes` : bytes} outside F0…F7 at ${place}`;
    case 'broken':
      return `the message at ${place} is broken off after ${bytes}, before its F7${breaks(byte, length)}`;
    case 'cut-off': {
      const which =
        messages.count === 0 ? 'the only message' : `message ${messages.count + 1}, the last,`;
      return `${which} at ${place} is cut off after ${bytes}: it has no F7`;
    }
  }
}

function breaks(byte: number | undefined, length: number): string {
  if (byte === undefined || byte === SYSEX_START) return '';
  const which = `byte ${length + 1} is ${formatHex([byte]).toUpperCase()}`;
  return `: ${which}: between F0 and F7 every byte is 00 to 7F`;
}

/** The text in `bytes` if they are text that may be hex, undefined if they are binary. */
function decodeText(bytes: Uint8Array): string | undefined {
  const encoding = beginsWith(bytes, [0xff, 0xfe]) ? 'utf-16le' : 'utf-8';
  let text: string;
  try {
    // The beginning is decoded first, so that a large dump is not decoded in vain.
    if (!TEXT_START.test(new TextDecoder(encoding).decode(bytes.subarray(0, 16)))) return undefined;
    // F0 and a data byte are never valid UTF-8: no .syx passes for text.
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
  return CONTROL_CHARACTER.test(text) ? undefined : text;
}

function beginsWith(bytes: Uint8Array, head: readonly number[]): boolean {
  return head.every((byte, index) => bytes[index] === byte);
}
