/**
 * The universal sysex messages, by name: those that no manufacturer owns (id 7E and 7F).
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, table VIIa "Universal System Exclusive ID numbers",
 * and the sections it names; MIDI Tuning Updated Specification (CA-020, CA-021); MIDI Machine
 * Control 1.0; General MIDI 2.
 */
import { formatHexByte } from '../midi/hex.js';
import { SYSEX_START } from '../midi/status.js';
import {
  type Manufacturer,
  manufacturerAt,
  UNIVERSAL_NON_REALTIME_ID,
  UNIVERSAL_REALTIME_ID,
} from './manufacturers.js';

/** What an identity reply says of its sender. */
export interface Identity {
  manufacturer: Manufacturer;
  /** 14 bits. */
  family: number;
  /** 14 bits: the member of the family. */
  model: number;
  /** The four bytes of the software version, whose meaning is the manufacturer's. */
  version: Uint8Array;
}

export interface UniversalMessage {
  /** What the message is, in words that may follow a comma: `identity reply`, `master volume 100 %`. */
  what: string;
  /** 0 to 127; 127 addresses every device. Undefined if the message ends before it. */
  deviceId: number | undefined;
  /** Only for an identity reply that is whole. */
  identity?: Identity;
}

/** By sub-id 1, or where that is a group, by sub-id 1 and 2. */
const NON_REALTIME: Readonly<Record<string, string>> = {
  '01': 'sample dump header',
  '02': 'sample dump data packet',
  '03': 'sample dump request',
  '04': 'MIDI time code set-up',
  '04 01': 'MIDI time code set-up, punch-in points',
  '04 02': 'MIDI time code set-up, punch-out points',
  '04 05': 'MIDI time code set-up, event start points',
  '04 06': 'MIDI time code set-up, event stop points',
  '04 0b': 'MIDI time code set-up, cue points',
  '05': 'sample dump extension',
  '05 01': 'sample dump loop points',
  '05 02': 'sample dump loop points request',
  '05 03': 'sample name',
  '05 04': 'sample name request',
  '05 05': 'extended sample dump header',
  '05 06': 'extended sample dump loop points',
  '05 07': 'extended sample dump loop points request',
  '06': 'general information',
  '06 01': 'identity request',
  '06 02': 'identity reply',
  '07': 'file dump',
  '07 01': 'file dump header',
  '07 02': 'file dump data packet',
  '07 03': 'file dump request',
  '08': 'tuning',
  '08 00': 'tuning dump request',
  '08 01': 'tuning dump',
  '08 03': 'tuning dump request (bank)',
  '08 04': 'tuning dump (bank)',
  '08 05': 'scale/octave tuning dump, 1 byte a note',
  '08 06': 'scale/octave tuning dump, 2 bytes a note',
  '08 07': 'single note tuning change (bank)',
  '08 08': 'scale/octave tuning, 1 byte a note',
  '08 09': 'scale/octave tuning, 2 bytes a note',
  '09': 'General MIDI',
  '09 01': 'General MIDI on',
  '09 02': 'General MIDI off',
  '09 03': 'General MIDI 2 on',
  '0a': 'downloadable sounds',
  '0a 01': 'downloadable sounds on',
  '0a 02': 'downloadable sounds off',
  '0a 03': 'downloadable sounds voice allocation off',
  '0a 04': 'downloadable sounds voice allocation on',
  '0b': 'file reference',
  '0b 01': 'file reference, open',
  '0b 02': 'file reference, select contents',
  '0b 03': 'file reference, open and select contents',
  '0b 04': 'file reference, close',
  '0c': 'MIDI visual control',
  '0d': 'MIDI capability inquiry',
  '7b': 'end of file',
  '7c': 'wait',
  '7d': 'cancel',
  '7e': 'not acknowledged (NAK)',
  '7f': 'acknowledged (ACK)',
};

const REALTIME: Readonly<Record<string, string>> = {
  '01': 'MIDI time code',
  '01 01': 'MIDI time code full frame',
  '01 02': 'MIDI time code user bits',
  '02': 'MIDI show control',
  '03': 'notation',
  '03 01': 'bar number',
  '03 02': 'time signature, at once',
  '03 42': 'time signature, from the next bar',
  '04': 'device control',
  '04 01': 'master volume',
  '04 02': 'master balance',
  '04 03': 'master fine tuning',
  '04 04': 'master coarse tuning',
  '04 05': 'global parameter control',
  '05': 'MIDI time code cueing',
  '05 01': 'MIDI time code cueing, punch-in points',
  '05 02': 'MIDI time code cueing, punch-out points',
  '05 05': 'MIDI time code cueing, event start points',
  '05 06': 'MIDI time code cueing, event stop points',
  '05 0b': 'MIDI time code cueing, cue points',
  '06': 'MIDI machine control command',
  '06 01': 'MIDI machine control, stop',
  '06 02': 'MIDI machine control, play',
  '06 03': 'MIDI machine control, deferred play',
  '06 04': 'MIDI machine control, fast forward',
  '06 05': 'MIDI machine control, rewind',
  '06 06': 'MIDI machine control, record strobe (punch in)',
  '06 07': 'MIDI machine control, record exit (punch out)',
  '06 08': 'MIDI machine control, record pause',
  '06 09': 'MIDI machine control, pause',
  '06 0a': 'MIDI machine control, eject',
  '06 0b': 'MIDI machine control, chase',
  '06 0d': 'MIDI machine control, reset',
  '06 40': 'MIDI machine control, write',
  '06 44': 'MIDI machine control, locate',
  '06 47': 'MIDI machine control, shuttle',
  '07': 'MIDI machine control response',
  '08': 'tuning',
  '08 02': 'single note tuning change',
  '08 07': 'single note tuning change (bank)',
  '08 08': 'scale/octave tuning, 1 byte a note',
  '08 09': 'scale/octave tuning, 2 bytes a note',
  '09': 'controller destination',
  '09 01': 'controller destination, channel pressure',
  '09 02': 'controller destination, polyphonic pressure',
  '09 03': 'controller destination, control change',
  '0a': 'key-based instrument control',
  '0b': 'scalable polyphony',
  '0c': 'mobile phone control',
};

/**
 * Names a universal message and reads what is worth a word from it.
 *
 * @param sysex - a message from its F0 on, whole or broken
 * @returns undefined if it is not a universal message
 */
export function describeUniversal(sysex: Uint8Array): UniversalMessage | undefined {
  if (sysex[0] !== SYSEX_START) return undefined;
  const id = sysex[1];
  if (id !== UNIVERSAL_NON_REALTIME_ID && id !== UNIVERSAL_REALTIME_ID) return undefined;
  const names = id === UNIVERSAL_REALTIME_ID ? REALTIME : NON_REALTIME;
  const deviceId = dataByte(sysex, 2);
  const sub1 = hexOf(dataByte(sysex, 3));
  const sub2 = hexOf(dataByte(sysex, 4));
  const name = names[`${sub1} ${sub2}`] ?? names[sub1];
  if (name === undefined) {
    return {
      what: sub1 === '' ? 'no sub-id' : `unknown sub-id ${sub1} ${sub2}`.trimEnd(),
      deviceId,
    };
  }
  const identity =
    id === UNIVERSAL_NON_REALTIME_ID && name === 'identity reply' ? readIdentity(sysex) : undefined;
  if (identity !== undefined) {
    return { what: `${name}: ${identityText(identity)}`, deviceId, identity };
  }
  return { what: name + detailOf(id, `${sub1} ${sub2}`, sysex), deviceId };
}

/** `Roland, family 41, model 2, version 00 03 00 00`. */
export function identityText(identity: Identity): string {
  const { id, name } = identity.manufacturer;
  const maker = name ?? `manufacturer ${id.map(formatHexByte).join(' ')}`;
  const version = [...identity.version].map(formatHexByte).join(' ');
  return `${maker}, family ${identity.family}, model ${identity.model}, version ${version}`;
}

/** F0 7E id 06 02, then manufacturer (1 or 3), family (2), model (2), version (4), F7; 14-bit numbers have their low half first. */
function readIdentity(sysex: Uint8Array): Identity | undefined {
  const manufacturer = manufacturerAt(sysex, 5);
  const length = manufacturer.id.length;
  if (length === 0 || length === 2) return undefined;
  const rest = sysex.subarray(5 + length, 5 + length + 8);
  if (rest.length < 8 || rest.some((byte) => byte > 0x7f)) return undefined;
  return {
    manufacturer,
    family: rest[0] | (rest[1] << 7),
    model: rest[2] | (rest[3] << 7),
    version: rest.slice(4, 8),
  };
}

function detailOf(id: number, subIds: string, sysex: Uint8Array): string {
  const data = (index: number) => dataByte(sysex, index) ?? 0;
  const reaches = (length: number) => dataByte(sysex, length - 1) !== undefined;
  if (id === UNIVERSAL_REALTIME_ID) {
    if (subIds === '04 01' && reaches(7)) {
      return ` ${Math.round((((data(6) << 7) | data(5)) / 0x3fff) * 100)} %`;
    }
    if (subIds === '01 01' && reaches(9)) return ` ${timeCodeText(sysex.subarray(5, 9))}`;
    return '';
  }
  switch (subIds.slice(0, 2)) {
    case '01':
    case '03':
      return reaches(6) ? `, sample ${data(4) | (data(5) << 7)}` : '';
    case '02':
      return reaches(5) ? ` ${data(4)}` : '';
    case '7b':
    case '7c':
    case '7d':
    case '7e':
    case '7f':
      return reaches(5) ? `, packet ${data(4)}` : '';
    default:
      return '';
  }
}

/** Hours carry the frame rate in bits 5 and 6. Source: MIDI Time Code, "Full Message". */
function timeCodeText(bytes: Uint8Array): string {
  const [hours, minutes, seconds, frames] = bytes;
  const rate = ['24', '25', '30 drop', '30'][(hours >> 5) & 3];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(hours & 0x1f)}:${two(minutes)}:${two(seconds)}:${two(frames)} at ${rate} frames/s`;
}

function dataByte(sysex: Uint8Array, index: number): number | undefined {
  const byte = sysex[index];
  return byte === undefined || byte > 0x7f ? undefined : byte;
}

function hexOf(byte: number | undefined): string {
  return byte === undefined ? '' : formatHexByte(byte);
}
