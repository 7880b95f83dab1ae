/** Says in one line what a sysex message is, for summaries and the hex view. */
import { formatHexByte } from '../midi/hex.js';
import { SYSEX_END, SYSEX_START } from '../midi/status.js';
import { idText, manufacturerOf, NON_COMMERCIAL_ID } from './manufacturers.js';
import {
  type ChecksumVerdict,
  isDemoDump,
  parseRolandHead,
  verifyChecksum,
  YAMAHA_DX_SIZES,
} from './sysex-checksum.js';
import { describeUniversal } from './universal-sysex.js';

export interface SysexDescription {
  /** `Yamaha`, `Universal`, or `manufacturer 00 7A 01` for an id not in the list; empty if there is no id. */
  manufacturer: string;
  /** `DX7 bulk dump, 32 voices`; just `sysex` where nothing more is known. */
  what: string;
  /** In bytes, F0 and F7 included. */
  length: number;
  checksum: ChecksumVerdict;
}

const ROLAND_COMMANDS: Readonly<Record<number, string>> = {
  17: 'data request (RQ1)',
  18: 'data set (DT1)',
  64: 'want to send data (WSD)',
  65: 'request data (RQD)',
  66: 'data (DAT)',
  67: 'acknowledge (ACK)',
  69: 'end of data (EOD)',
  78: 'communication error (ERR)',
  79: 'rejection (RJC)',
};

/** Models whose id is beyond doubt; the others are named by their number. */
const ROLAND_MODELS: Readonly<Record<string, string>> = {
  '14': 'D-50',
  '16': 'MT-32, D-10 or D-110',
  '3D': 'JD-800',
  '42': 'GS',
  '45': 'Sound Canvas display',
  '57': 'JD-990',
  '6A': 'JV-1080, JV-2080 or XP',
};

const YAMAHA_DX_FORMATS: Readonly<Record<number, string>> = {
  0: 'DX7 bulk dump, 1 voice',
  3: '4-operator (DX21, DX27, DX100, TX81Z) bulk dump, 1 voice',
  4: '4-operator (DX21, DX27, DX100, TX81Z) bulk dump, 32 voices',
  5: 'DX7 II bulk dump, 1 voice supplement',
  6: 'DX7 II bulk dump, 32 voice supplements',
  9: 'DX7 bulk dump, 32 voices',
};

/**
 * Describes one message.
 *
 * @param bytes - a sysex from its F0 on; a broken one is described as far as it goes, and whatever
 *   else the bytes are is named as no sysex
 */
export function describeSysex(bytes: Uint8Array): SysexDescription {
  const length = bytes.length;
  if (bytes[0] !== SYSEX_START) {
    const what = length === 0 ? 'nothing' : `no sysex, begins with ${formatHexByte(bytes[0])}`;
    return { manufacturer: '', what, length, checksum: 'unknown' };
  }
  const whole = length > 1 && bytes[length - 1] === SYSEX_END;
  const { manufacturer, what } = identify(bytes);
  return {
    manufacturer,
    what: whole ? what : `${what}, cut off (no F7)`,
    length,
    checksum: verifyChecksum(bytes),
  };
}

/** The manufacturer of universal messages, which belong to nobody. */
export const UNIVERSAL = 'Universal';

function identify(bytes: Uint8Array): { manufacturer: string; what: string } {
  const universal = describeUniversal(bytes);
  if (universal !== undefined) return { manufacturer: UNIVERSAL, what: universal.what };
  const { id, name } = manufacturerOf(bytes);
  if (id.length === 0) return { manufacturer: '', what: 'sysex without a manufacturer' };
  const manufacturer = name ?? `manufacturer ${idText(id)}`;
  return { manufacturer, what: whatOf(id[0], bytes) ?? 'sysex' };
}

function whatOf(id: number, bytes: Uint8Array): string | undefined {
  switch (id) {
    case 0x41:
      return describeRoland(bytes);
    case 0x43:
      return describeYamaha(bytes);
    case NON_COMMERCIAL_ID:
      return describeDemoSynth(bytes);
    default:
      return undefined;
  }
}

function describeRoland(bytes: Uint8Array): string | undefined {
  const head = parseRolandHead(bytes);
  const command = head && ROLAND_COMMANDS[head.command];
  if (head === undefined || command === undefined) return undefined;
  const number = idText([...head.model]);
  const model = ROLAND_MODELS[number];
  return `${command}, model ${model === undefined ? number : `${number} (${model})`}`;
}

function describeYamaha(bytes: Uint8Array): string | undefined {
  const format = bytes[3];
  if (!(format < 0x80)) return undefined;
  const prefix = format === 0x4c ? 'XG ' : '';
  switch (bytes[2] >> 4) {
    case 0:
      if (format === 0x7e || format === 0x7a) return `bulk dump${classificationOf(bytes)}`;
      if (bytes.length === (YAMAHA_DX_SIZES.get(format) ?? 0) + 8) return YAMAHA_DX_FORMATS[format];
      return `${prefix}bulk dump`;
    case 1:
      return `${prefix}parameter change`;
    case 2:
      return `${prefix}bulk dump request`;
    case 3:
      return `${prefix}parameter request`;
    default:
      return undefined;
  }
}

/** By kind of dump, as the demo synth numbers them. */
const DEMO_DUMPS: readonly string[] = [
  '1 voice',
  '32 voices',
  'sample data',
  '1 voice of the bank',
];

function describeDemoSynth(bytes: Uint8Array): string | undefined {
  return isDemoDump(bytes) ? `demo synth dump, ${DEMO_DUMPS[bytes[3]]}` : undefined;
}

/** The ten printable characters, `LM  8101VC`, that say which data a Yamaha bulk dump carries. */
function classificationOf(bytes: Uint8Array): string {
  const name = bytes.subarray(6, 16);
  if (name.length < 10 || name.some((byte) => byte < 0x20 || byte > 0x7e)) return '';
  return ` "${String.fromCharCode(...name).trimEnd()}"`;
}
