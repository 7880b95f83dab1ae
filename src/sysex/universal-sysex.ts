/**
 * The universal sysex messages: those that no manufacturer owns (id 7E and 7F). F0, id, device, sub-id 1,
 * in most of them sub-id 2, data, F7.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, table VIIa "Universal System Exclusive ID numbers",
 * and the sections it names ("Sample Dump Standard", "File Dump" and others); MIDI Tuning Updated
 * Specification (CA-020, CA-021); MIDI Machine Control 1.0; General MIDI 2.
 */
import { formatHex } from '../midi/hex.js';
import { type ChecksumVerdict, type SysexFormat, verdict, xorOf } from './checksums.js';
import { manufacturerAt } from './manufacturers.js';
import { bytesKey, type NameTable, readNameTable } from './name-table.js';

/** By sub-id 1, or where that is a group, by sub-id 1 and 2. */
const NON_REALTIME = readNameTable(`
01: sample dump header | 02: sample dump data packet | 03: sample dump request
04: MIDI time code set-up | 04 01: MIDI time code set-up, punch-in points
04 02: MIDI time code set-up, punch-out points | 04 05: MIDI time code set-up, event start points
04 06: MIDI time code set-up, event stop points | 04 0B: MIDI time code set-up, cue points
05: sample dump extension | 05 01: sample dump loop points | 05 02: sample dump loop points request
05 03: sample name | 05 04: sample name request | 05 05: extended sample dump header
05 06: extended sample dump loop points | 05 07: extended sample dump loop points request
06: general information | 06 01: identity request | 06 02: identity reply
07: file dump | 07 01: file dump header | 07 02: file dump data packet | 07 03: file dump request
08: tuning | 08 00: tuning dump request | 08 01: tuning dump | 08 03: tuning dump request (bank)
08 04: tuning dump (bank) | 08 05: scale/octave tuning dump, 1 byte a note
08 06: scale/octave tuning dump, 2 bytes a note | 08 07: single note tuning change (bank)
08 08: scale/octave tuning, 1 byte a note | 08 09: scale/octave tuning, 2 bytes a note
09: General MIDI | 09 01: General MIDI on | 09 02: General MIDI off | 09 03: General MIDI 2 on
0A: downloadable sounds | 0A 01: downloadable sounds on | 0A 02: downloadable sounds off
0A 03: downloadable sounds voice allocation off | 0A 04: downloadable sounds voice allocation on
0B: file reference | 0B 01: file reference, open | 0B 02: file reference, select contents
0B 03: file reference, open and select contents | 0B 04: file reference, close
0C: MIDI visual control | 0D: MIDI capability inquiry | 7B: end of file | 7C: wait | 7D: cancel
7E: not acknowledged (NAK) | 7F: acknowledged (ACK)
`);

const REALTIME = readNameTable(`
01: MIDI time code | 01 01: MIDI time code full frame | 01 02: MIDI time code user bits
02: MIDI show control
03: notation | 03 01: bar number | 03 02: time signature, at once | 03 42: time signature, from the next bar
04: device control | 04 01: master volume | 04 02: master balance | 04 03: master fine tuning
04 04: master coarse tuning | 04 05: global parameter control
05: MIDI time code cueing | 05 01: MIDI time code cueing, punch-in points
05 02: MIDI time code cueing, punch-out points | 05 05: MIDI time code cueing, event start points
05 06: MIDI time code cueing, event stop points | 05 0B: MIDI time code cueing, cue points
06: MIDI machine control command | 06 01: MIDI machine control, stop | 06 02: MIDI machine control, play
06 03: MIDI machine control, deferred play | 06 04: MIDI machine control, fast forward
06 05: MIDI machine control, rewind | 06 06: MIDI machine control, record strobe (punch in)
06 07: MIDI machine control, record exit (punch out) | 06 08: MIDI machine control, record pause
06 09: MIDI machine control, pause | 06 0A: MIDI machine control, eject | 06 0B: MIDI machine control, chase
06 0D: MIDI machine control, reset | 06 40: MIDI machine control, write | 06 44: MIDI machine control, locate
06 47: MIDI machine control, shuttle
07: MIDI machine control response
08: tuning | 08 02: single note tuning change | 08 07: single note tuning change (bank)
08 08: scale/octave tuning, 1 byte a note | 08 09: scale/octave tuning, 2 bytes a note
09: controller destination | 09 01: controller destination, channel pressure
09 02: controller destination, polyphonic pressure | 09 03: controller destination, control change
0A: key-based instrument control | 0B: scalable polyphony | 0C: mobile phone control
`);

/** By sub-ids: how long a message with a checksum is. Only a file dump's packet counts its bytes. */
const FILE_DUMP_PACKET = '07 02';
const FILE_DUMP_HEADER = '07 01';
const FILE_DUMP_REQUEST = '07 03';
const LENGTHS: Readonly<Record<string, number>> = {
  '02': 127,
  '08 01': 408,
  '08 04': 409,
  '08 05': 37,
  '08 06': 49,
};
/** CA-020: makers did its checksum differently, and receivers may ignore it. */
const OLD_TUNING_DUMP = '08 01';

export const universalNonRealtime: SysexFormat = {
  describe: (sysex) => describe(sysex, NON_REALTIME, nonRealtimeDetail),

  /** Exclusive-or of every byte between F0 and the checksum, for the dumps of the MIDI specification. */
  verify(sysex): ChecksumVerdict {
    const [sub1, both] = subIdsOf(sysex);
    const length = both === FILE_DUMP_PACKET ? sysex[6]! + 10 : (LENGTHS[both] ?? LENGTHS[sub1]);
    if (sysex.length !== length) return 'unknown';
    const isRight = xorOf(sysex, 1, length - 2) === sysex[length - 2];
    return both === OLD_TUNING_DUMP && !isRight ? 'unknown' : verdict(isRight);
  },
};

export const universalRealtime: SysexFormat = {
  describe: (sysex) => describe(sysex, REALTIME, realtimeDetail),
  verify: () => 'unknown',
};

/** Sub-id 1, and both; without those that are not there. */
function subIdsOf(sysex: Uint8Array): [sub1: string, both: string] {
  const [, , , sub1 = 0x80, sub2 = 0x80] = sysex;
  if (sub1 > 0x7f) return ['', ''];
  return [bytesKey([sub1]), bytesKey(sub2 > 0x7f ? [sub1] : [sub1, sub2])];
}

/** The name of a message, and what is worth a word from it. */
function describe(
  sysex: Uint8Array,
  names: NameTable,
  detailOf: (sub1: string, both: string, sysex: Uint8Array) => string,
): string {
  const [sub1, both] = subIdsOf(sysex);
  const name = names.get(both) ?? names.get(sub1);
  if (name !== undefined) return name + detailOf(sub1, both, sysex);
  return sub1 === '' ? 'no sub-id' : `unknown sub-id ${both}`;
}

function nonRealtimeDetail(sub1: string, both: string, sysex: Uint8Array): string {
  if (both === '06 02') return identityDetail(sysex);
  if (both === FILE_DUMP_HEADER) return fileDetail(sysex, 14);
  if (both === FILE_DUMP_REQUEST) return fileDetail(sysex, 10);
  const [low, high] = dataOf(sysex, 4);
  switch (sub1) {
    case '01':
    case '03':
      return low === undefined || high === undefined ? '' : `, sample ${low | (high << 7)}`;
    case '02':
      return low === undefined ? '' : ` ${low}`;
    case '7B':
    case '7C':
    case '7D':
    case '7E':
    case '7F':
      return low === undefined ? '' : `, packet ${low}`;
    default:
      return '';
  }
}

/**
 * `: Roland, family 41, model 2, version 00 03 00 00`; nothing if the reply is not whole.
 *
 * F0 7E device 06 02, then manufacturer (1 or 3), family (2), model (2), version (4), F7; numbers of 14
 * bits have their low half first.
 */
function identityDetail(sysex: Uint8Array): string {
  const { id, name } = manufacturerAt(sysex, 5);
  const rest = dataOf(sysex, 5 + id.length);
  if (id.length === 0 || id.length === 2 || rest.length < 8) return '';
  const [familyLow = 0, familyHigh = 0, modelLow = 0, modelHigh = 0] = rest;
  const family = familyLow | (familyHigh << 7);
  const model = modelLow | (modelHigh << 7);
  return `: ${name}, family ${family}, model ${model}, version ${formatHex(rest.subarray(4, 8))}`;
}

/**
 * `: MIDI "SONG 1"`; the type of a file is four characters behind the number of the one that asks.
 *
 * @param nameAt - its name goes from there to the end
 */
function fileDetail(sysex: Uint8Array, nameAt: number): string {
  const textAt = (from: number, to?: number) =>
    [...sysex.subarray(from, to)]
      .filter((byte) => byte >= 0x20 && byte < 0x7f)
      .map((byte) => String.fromCharCode(byte))
      .join('')
      .trim();
  const name = textAt(nameAt, -1);
  return sysex.length < nameAt ? '' : `: ${textAt(6, 10)}${name === '' ? '' : ` "${name}"`}`;
}

function realtimeDetail(_sub1: string, both: string, sysex: Uint8Array): string {
  const data = dataOf(sysex, 5);
  if (both === '04 01' && data.length >= 2) {
    return ` ${Math.round((((data[1]! << 7) | data[0]!) / 0x3fff) * 100)} %`;
  }
  return both === '01 01' && data.length >= 4 ? ` ${timeCodeText(data)}` : '';
}

/** Hours carry the frame rate in bits 5 and 6. Source: MIDI Time Code, "Full Message". */
function timeCodeText(bytes: Uint8Array): string {
  const [hours = 0, minutes = 0, seconds = 0, frames = 0] = bytes;
  const rate = ['24', '25', '30 drop', '30'][(hours >> 5) & 3];
  const two = (value: number) => String(value).padStart(2, '0');
  return `${two(hours & 0x1f)}:${two(minutes)}:${two(seconds)}:${two(frames)} at ${rate} frames/s`;
}

/** Up to sixteen data bytes from `from` on: as many as stand there before any other byte. */
function dataOf(sysex: Uint8Array, from: number): Uint8Array {
  const bytes = sysex.subarray(from, from + 16);
  const end = bytes.findIndex((byte) => byte > 0x7f);
  return end < 0 ? bytes : bytes.subarray(0, end);
}
