/**
 * Yamaha's dumps, parameter changes and requests: F0 43, kind and device, format or model.
 *
 * Source: Yamaha, "Bulk dump" in the manuals of DX7 IIFD, TX802, TX81Z, SY77, ProMix 01 and MU90R, and
 * XG Specifications 1.26.
 */
import { type ChecksumVerdict, type SysexFormat, sumOf, verdict } from './checksums.js';

/** Formats that count their data and sum it, by the byte after the device: the one size that each has. */
const DX_DUMPS: Readonly<Record<number, readonly [size: number, what: string]>> = {
  0: [155, 'DX7 bulk dump, 1 voice'],
  3: [93, '4-operator (DX21, DX27, DX100, TX81Z) bulk dump, 1 voice'],
  4: [4096, '4-operator (DX21, DX27, DX100, TX81Z) bulk dump, 32 voices'],
  5: [49, 'DX7 II bulk dump, 1 voice supplement'],
  6: [1120, 'DX7 II bulk dump, 32 voice supplements'],
  9: [4096, 'DX7 bulk dump, 32 voices'],
};
/** Beside the data of those dumps: F0, maker, device, format, count (2), checksum, F7. */
const DX_FRAME = 8;
const UNIVERSAL_BULK = 0x7e;
const SY_BULK = 0x7a;
const XG_MODEL = 0x4c;

/** What the bits above the device number say. */
const KINDS = ['bulk dump', 'parameter change', 'bulk dump request', 'parameter request'];

export const yamaha: SysexFormat = {
  describe(sysex) {
    const [, , kindAndDevice = 0x80, format = 0x80] = sysex;
    const kind = kindAndDevice >> 4;
    if (format > 0x7f || KINDS[kind] === undefined) return undefined;
    if (kind === 0 && isBlocks(format)) return `bulk dump${classificationOf(sysex)}`;
    const [size, what] = DX_DUMPS[format] ?? [];
    if (kind === 0 && size !== undefined && sysex.length === size + DX_FRAME) return what;
    return `${format === XG_MODEL ? 'XG ' : ''}${KINDS[kind]}`;
  },

  verify(sysex) {
    const [, , kindAndDevice = 0, format = 0] = sysex;
    // Parameter changes and requests have no checksum.
    if (kindAndDevice > 0x0f || sysex.length < 9) return 'unknown';
    const [size] = DX_DUMPS[format] ?? [];
    if (size !== undefined) {
      if (countAt(sysex, 4) !== size || sysex.length !== size + DX_FRAME) return 'unknown';
      return verdict(sumOf(sysex, 6, sysex.length - 1) === 0);
    }
    return isBlocks(format) ? verifyBlocks(sysex) : verifyAddressed(sysex, format === XG_MODEL);
  },
};

/**
 * Voices of a DX7 that are there without F0, header, checksum and F7: as what they look like, and with those.
 *
 * @returns undefined if they have another length, or bytes above 7F
 */
export function withDx7Frame(data: Uint8Array): { bytes: Uint8Array; what: string } | undefined {
  const format = [0, 9].find((each) => DX_DUMPS[each]![0] === data.length);
  if (format === undefined || data.some((byte) => byte > 0x7f)) return undefined;
  const head = [0xf0, 0x43, 0, format, data.length >> 7, data.length & 0x7f];
  const checksum = -sumOf(data, 0, data.length) & 0x7f;
  return {
    bytes: Uint8Array.of(...head, ...data, checksum, 0xf7),
    what: `the ${format === 0 ? 'voice' : '32 voices'} of a DX7 without header`,
  };
}

function isBlocks(format: number): boolean {
  return format === UNIVERSAL_BULK || format === SY_BULK;
}

function countAt(sysex: Uint8Array, at: number): number {
  return (sysex[at]! << 7) | sysex[at + 1]!;
}

/**
 * F0 43 0n 7E or 7A, then one or more of: count (2), data that begins with "LM  ", checksum; F7.
 * Large dumps repeat the block up to 64 times.
 */
function verifyBlocks(sysex: Uint8Array): ChecksumVerdict {
  const end = sysex.length - 1;
  let answer: ChecksumVerdict = 'right';
  let at = 4;
  while (at < end) {
    const dataStart = at + 2;
    const checksumAt = dataStart + countAt(sysex, at);
    if (checksumAt >= end || textOf(sysex, dataStart, 4) !== 'LM  ') return 'unknown';
    if (sumOf(sysex, dataStart, checksumAt + 1) !== 0) {
      // A Yamaha 02R manual says in words, against its own formula, that the count's low byte is summed too.
      if (sumOf(sysex, dataStart - 1, checksumAt + 1) === 0) return 'unknown';
      answer = 'wrong';
    }
    at = checksumAt + 1;
  }
  return answer;
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

/** The ten printable characters, `LM  8101VC`, that say which data a bulk dump carries. */
function classificationOf(sysex: Uint8Array): string {
  const text = textOf(sysex, 6, 10);
  return /^[ -~]{10}$/.test(text) ? ` "${text.trimEnd()}"` : '';
}

function textOf(bytes: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(from, from + length));
}
