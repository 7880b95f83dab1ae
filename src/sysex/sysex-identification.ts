/** Says what a sysex message is, whose, and whether its checksum is right. */
import { formatHex } from '../midi/hex.js';
import { SYSEX_END, SYSEX_START } from '../midi/status.js';
import type { ChecksumVerdict, SysexFormat } from './checksums.js';
import { demoDump } from './demo-dump.js';
import {
  manufacturerAt,
  NON_COMMERCIAL_ID,
  ROLAND_ID,
  UNIVERSAL_NON_REALTIME_ID,
  UNIVERSAL_REALTIME_ID,
  YAMAHA_ID,
} from './manufacturers.js';
import { roland } from './roland.js';
import { universalNonRealtime, universalRealtime } from './universal-sysex.js';
import { yamaha } from './yamaha.js';

export interface SysexDescription {
  /** `Yamaha`, `Universal`, or `manufacturer 00 7F 01` for an id not in the list; empty if there is no id. */
  manufacturer: string;
  /** `DX7 bulk dump, 32 voices`; just `sysex` where nothing more is known. */
  what: string;
  /** In bytes, F0 and F7 included. */
  length: number;
  checksum: ChecksumVerdict;
}

/** By the byte after F0. */
const FORMATS: Readonly<Record<number, SysexFormat>> = {
  [ROLAND_ID]: roland,
  [YAMAHA_ID]: yamaha,
  [NON_COMMERCIAL_ID]: demoDump,
  [UNIVERSAL_NON_REALTIME_ID]: universalNonRealtime,
  [UNIVERSAL_REALTIME_ID]: universalRealtime,
};

/** The manufacturer of universal messages, which belong to nobody. */
export const UNIVERSAL = 'Universal';

/**
 * Describes one message.
 *
 * @param bytes - a sysex from its F0 on; a broken one is described as far as it goes, and whatever
 *   else the bytes are is named as no sysex
 */
export function describeSysex(bytes: Uint8Array): SysexDescription {
  const [start, maker = -1] = bytes;
  const length = bytes.length;
  if (start !== SYSEX_START) {
    const what = start === undefined ? 'nothing' : `no sysex, begins with ${formatHex([start])}`;
    return { manufacturer: '', what, length, checksum: 'unknown' };
  }
  const { id, name } = manufacturerAt(bytes, 1);
  const isUniversal = maker === UNIVERSAL_NON_REALTIME_ID || maker === UNIVERSAL_REALTIME_ID;
  const nothingMore = id.length === 0 ? 'sysex without a manufacturer' : 'sysex';
  const what = FORMATS[maker]?.describe(bytes) ?? nothingMore;
  const isWhole = length > 1 && bytes[length - 1] === SYSEX_END;
  return {
    manufacturer: isUniversal ? UNIVERSAL : id.length === 0 ? '' : name,
    what: isWhole ? what : `${what}, cut off (no F7)`,
    length,
    checksum: verifyChecksum(bytes),
  };
}

/**
 * Checks the checksum of one sysex message.
 *
 * @param sysex - F0 to F7, with nothing but data bytes between; for anything else, such as a
 *   broken message, the answer is `unknown`
 */
export function verifyChecksum(sysex: Uint8Array): ChecksumVerdict {
  if (sysex.length < 4 || sysex[0] !== SYSEX_START || sysex.at(-1) !== SYSEX_END) return 'unknown';
  const format = FORMATS[sysex[1]!];
  // Most messages are of other makers: they need not be gone through.
  return format === undefined || hasStatusInside(sysex) ? 'unknown' : format.verify(sysex);
}

function hasStatusInside(sysex: Uint8Array): boolean {
  for (let i = 1; i < sysex.length - 1; i++) if (sysex[i]! > 0x7f) return true;
  return false;
}
