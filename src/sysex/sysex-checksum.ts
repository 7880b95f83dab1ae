/**
 * Checks the checksums of sysex dumps, for the formats whose checksum is known for certain.
 *
 * Sources: Roland, "Exclusive messages" of any owner's manual since 1985 (type IV, one-way and
 * handshake); Yamaha, "Bulk dump" in the manuals of DX7 IIFD, TX802, TX81Z, SY77, ProMix 01 and
 * MU90R, and XG Specifications 1.26; MIDI 1.0 Detailed Specification 4.2, "Sample Dump Standard"
 * and "File Dump"; MIDI Tuning Updated Specification (CA-020).
 */

import { SYSEX_END, SYSEX_START } from '../midi/status.js';
import { NON_COMMERCIAL_ID, UNIVERSAL_NON_REALTIME_ID } from './manufacturers.js';

/**
 * `wrong` is said only where the format leaves no doubt that the byte is a checksum and how it is
 * made; everything else that does not fit is `unknown`.
 */
export type ChecksumVerdict = 'right' | 'wrong' | 'unknown';

const ROLAND = 0x41;
const YAMAHA = 0x43;

/** By the byte after F0. */
const VERIFIERS: Record<number, (sysex: Uint8Array) => ChecksumVerdict> = {
  [ROLAND]: verifyRoland,
  [YAMAHA]: verifyYamaha,
  [UNIVERSAL_NON_REALTIME_ID]: verifyUniversal,
  [NON_COMMERCIAL_ID]: verifyDemoSynth,
};

/**
 * Checks the checksum of one sysex message.
 *
 * @param sysex - F0 to F7, with nothing but data bytes between; for anything else, such as a
 *   broken message, the answer is `unknown`
 */
export function verifyChecksum(sysex: Uint8Array): ChecksumVerdict {
  if (sysex.length < 4 || sysex[0] !== SYSEX_START || sysex.at(-1) !== SYSEX_END) return 'unknown';
  const verify = VERIFIERS[sysex[1]!];
  // Most messages are of other makers: they need not be gone through.
  return verify === undefined || hasStatusInside(sysex) ? 'unknown' : verify(sysex);
}

function hasStatusInside(sysex: Uint8Array): boolean {
  for (let i = 1; i < sysex.length - 1; i++) {
    if (sysex[i] > 0x7f) return true;
  }
  return false;
}

/** Sum of the bytes from `from` up to, not including, `to`, modulo 128. */
function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum = (sum + bytes[i]) & 0x7f;
  return sum;
}

function xorOf(bytes: Uint8Array, from: number, to: number): number {
  let xor = 0;
  for (let i = from; i < to; i++) xor ^= bytes[i];
  return xor & 0x7f;
}

function verdict(isRight: boolean): ChecksumVerdict {
  return isRight ? 'right' : 'wrong';
}

/** Where a Roland message of type IV has its command byte, and what it is; undefined for other types. */
export interface RolandMessage {
  deviceId: number;
  /** The model id: any number of leading zeros, then one byte that is not zero. */
  model: Uint8Array;
  command: number;
  /** Index of the first byte after the command. */
  bodyStart: number;
}

/**
 * Takes the head of a Roland message apart: F0 41 device, model (1 to 5 bytes), command.
 *
 * Messages of Roland's first synthesizers (Juno-106, JX-8P) have an opcode of 30 and above in
 * place of the device id, and are none of these.
 */
export function parseRolandHead(sysex: Uint8Array): RolandMessage | undefined {
  if (sysex[0] !== SYSEX_START || sysex[1] !== ROLAND) return undefined;
  const deviceId = sysex[2];
  if (deviceId > 0x1f && deviceId !== 0x7f) return undefined;
  let at = 3;
  while (at < 7 && sysex[at] === 0) at++;
  const command = sysex[at + 1];
  if (sysex[at] === 0 || !(sysex[at] < 0x80) || !(command < 0x80)) return undefined;
  return { deviceId, model: sysex.slice(3, at + 1), command, bodyStart: at + 2 };
}

/** RQ1, DT1, and of the handshake WSD, RQD, DAT: those with an address, and so with a checksum. */
const ROLAND_WITH_CHECKSUM: readonly number[] = [0x11, 0x12, 0x40, 0x41, 0x42];

/**
 * The sum of address, data (or size) and checksum is 0 modulo 128; how long the address is does
 * not matter to it.
 */
function verifyRoland(sysex: Uint8Array): ChecksumVerdict {
  const head = parseRolandHead(sysex);
  if (head === undefined || !ROLAND_WITH_CHECKSUM.includes(head.command)) return 'unknown';
  const end = sysex.length - 1;
  // The shortest of them: an address of two bytes, one byte of data, the checksum.
  if (end - head.bodyStart < 4) return 'unknown';
  return verdict(sumOf(sysex, head.bodyStart, end) === 0);
}

/** Format numbers of F0 43 0n ff that count their data and sum it, with the one size of each that is fixed. */
export const YAMAHA_DX_SIZES: ReadonlyMap<number, number> = new Map([
  [0x00, 155],
  [0x03, 93],
  [0x04, 4096],
  [0x05, 49],
  [0x06, 1120],
  [0x09, 4096],
]);
const UNIVERSAL_BULK = 0x7e;
const SY_BULK = 0x7a;
const XG_MODEL = 0x4c;

function verifyYamaha(sysex: Uint8Array): ChecksumVerdict {
  // Sub-status 0n is a bulk dump; 1n to 3n are parameter changes and requests, without checksum.
  if (sysex[2] > 0x0f || sysex.length < 9) return 'unknown';
  const format = sysex[3];
  const fixedSize = YAMAHA_DX_SIZES.get(format);
  if (fixedSize !== undefined) {
    if (countAt(sysex, 4) !== fixedSize || sysex.length !== fixedSize + 8) return 'unknown';
    return verdict(sumOf(sysex, 6, sysex.length - 1) === 0);
  }
  if (format === UNIVERSAL_BULK || format === SY_BULK) return verifyCountedBlocks(sysex);
  return verifyAddressed(sysex, format === XG_MODEL);
}

function countAt(sysex: Uint8Array, at: number): number {
  return (sysex[at] << 7) | sysex[at + 1];
}

/**
 * F0 43 0n 7E or 7A, then one or more of: count (2), data that begins with "LM  ", checksum; F7.
 * Large dumps repeat the block up to 64 times.
 */
function verifyCountedBlocks(sysex: Uint8Array): ChecksumVerdict {
  const end = sysex.length - 1;
  let answer: ChecksumVerdict = 'right';
  let at = 4;
  while (at < end) {
    const dataStart = at + 2;
    const checksumAt = dataStart + countAt(sysex, at);
    if (checksumAt >= end || !hasClassification(sysex, dataStart)) return 'unknown';
    if (sumOf(sysex, dataStart, checksumAt + 1) !== 0) {
      // A Yamaha 02R manual says in words, against its own formula, that the count's low byte is summed too.
      if (sumOf(sysex, dataStart - 1, checksumAt + 1) === 0) return 'unknown';
      answer = 'wrong';
    }
    at = checksumAt + 1;
  }
  return answer;
}

function hasClassification(sysex: Uint8Array, at: number): boolean {
  return (
    sysex[at] === 0x4c && sysex[at + 1] === 0x4d && sysex[at + 2] === 0x20 && sysex[at + 3] === 0x20
  );
}

/**
 * F0 43 0n model, count (2), address (3), data, checksum, F7. XG sums count, address, data and
 * checksum to 0; models since have their own rule, mostly this one or the same without the count.
 */
function verifyAddressed(sysex: Uint8Array, isXg: boolean): ChecksumVerdict {
  const end = sysex.length - 1;
  if (end < 11 || countAt(sysex, 4) !== end - 10) return 'unknown';
  if (sumOf(sysex, 4, end) === 0) return 'right';
  if (isXg) return 'wrong';
  return sumOf(sysex, 6, end) === 0 ? 'right' : 'unknown';
}

/** Exclusive-or of every byte between F0 and the checksum, for the dumps of the MIDI specification. */
function verifyUniversal(sysex: Uint8Array): ChecksumVerdict {
  const checksumAt = sysex.length - 2;
  const fits = xorOf(sysex, 1, checksumAt) === sysex[checksumAt];
  switch ((sysex[3] << 8) | sysex[4]) {
    case 0x0702:
      return sysex.length >= 10 && sysex.length === sysex[6] + 10 ? verdict(fits) : 'unknown';
    case 0x0801:
      // CA-020: makers did it differently, and receivers may ignore it.
      return sysex.length === 408 && fits ? 'right' : 'unknown';
    case 0x0804:
      return sysex.length === 409 ? verdict(fits) : 'unknown';
    case 0x0805:
      return sysex.length === 37 ? verdict(fits) : 'unknown';
    case 0x0806:
      return sysex.length === 49 ? verdict(fits) : 'unknown';
    default:
      return sysex[3] === 0x02 && sysex.length === 127 ? verdict(fits) : 'unknown';
  }
}

/** Bytes of data in a dump of midirec's own demo synth, F0 7D 02 kk nn 01 data sum F7, by its kind kk. */
export const DEMO_DUMP_SIZES: readonly number[] = [155, 4096, 300_000, 128];

/** The data and the checksum sum to 0. Id 7D is anybody's: only the exact shape tells whose it is. */
function verifyDemoSynth(sysex: Uint8Array): ChecksumVerdict {
  if (!isDemoDump(sysex)) return 'unknown';
  return verdict(sumOf(sysex, 6, sysex.length - 1) === 0);
}

/** Whether a whole message has the shape of a demo synth's dump. */
export function isDemoDump(sysex: Uint8Array): boolean {
  return (
    sysex[1] === NON_COMMERCIAL_ID &&
    sysex[2] === 0x02 &&
    sysex[5] === 0x01 &&
    sysex.length === (DEMO_DUMP_SIZES[sysex[3]] ?? 0) + 8
  );
}
