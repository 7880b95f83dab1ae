/**
 * The universal sysex messages: those that no manufacturer owns (id 7E and 7F). F0, id, device, sub-id 1,
 * in most of them sub-id 2, data, F7.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, table VIIa "Universal System Exclusive ID numbers",
 * and the sections it names ("Sample Dump Standard", "File Dump" and others); MIDI Tuning Updated
 * Specification (CA-020, CA-021); MIDI Machine Control 1.0; General MIDI 2; MIDI-CI 1.2.
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
0C: MIDI visual control | 0D: MIDI-CI | 0D 20: MIDI-CI, profile inquiry | 0D 21: MIDI-CI, reply to profile inquiry
0D 22: MIDI-CI, set profile on | 0D 23: MIDI-CI, set profile off | 0D 24: MIDI-CI, profile enabled
0D 25: MIDI-CI, profile disabled | 0D 26: MIDI-CI, profile added | 0D 27: MIDI-CI, profile removed
0D 28: MIDI-CI, profile details inquiry | 0D 29: MIDI-CI, reply to profile details inquiry
0D 2F: MIDI-CI, profile specific data | 0D 30: MIDI-CI, property exchange capabilities inquiry
0D 31: MIDI-CI, reply to property exchange capabilities inquiry | 0D 34: MIDI-CI, get property data
0D 35: MIDI-CI, reply to get property data | 0D 36: MIDI-CI, set property data
0D 37: MIDI-CI, reply to set property data | 0D 38: MIDI-CI, subscription | 0D 39: MIDI-CI, reply to subscription
0D 3F: MIDI-CI, notify | 0D 40: MIDI-CI, process inquiry capabilities
0D 41: MIDI-CI, reply to process inquiry capabilities | 0D 42: MIDI-CI, MIDI message report
0D 43: MIDI-CI, reply to MIDI message report | 0D 44: MIDI-CI, end of MIDI message report
0D 70: MIDI-CI, discovery | 0D 71: MIDI-CI, reply to discovery | 0D 72: MIDI-CI, endpoint inquiry
0D 73: MIDI-CI, reply to endpoint inquiry | 0D 7D: MIDI-CI, ACK | 0D 7E: MIDI-CI, invalidate MUID | 0D 7F: MIDI-CI, NAK
7B: end of file | 7C: wait | 7D: cancel
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
06 0C: MIDI machine control, command error reset | 06 0D: MIDI machine control, reset
06 40: MIDI machine control, write | 06 41: MIDI machine control, masked write | 06 42: MIDI machine control, read
06 43: MIDI machine control, update | 06 44: MIDI machine control, locate
06 45: MIDI machine control, variable play | 06 46: MIDI machine control, search
06 47: MIDI machine control, shuttle | 06 48: MIDI machine control, step
06 49: MIDI machine control, assign system master | 06 4A: MIDI machine control, generator command
06 4B: MIDI machine control, MIDI time code command | 06 4C: MIDI machine control, move
06 4D: MIDI machine control, add | 06 4E: MIDI machine control, subtract
06 4F: MIDI machine control, drop frame adjust | 06 50: MIDI machine control, procedure
06 51: MIDI machine control, event | 06 52: MIDI machine control, group
06 53: MIDI machine control, command segment | 06 54: MIDI machine control, deferred variable play
06 55: MIDI machine control, record strobe variable | 06 7C: MIDI machine control, wait
06 7F: MIDI machine control, resume
07: MIDI machine control response
08: tuning | 08 02: single note tuning change | 08 07: single note tuning change (bank)
08 08: scale/octave tuning, 1 byte a note | 08 09: scale/octave tuning, 2 bytes a note
09: controller destination | 09 01: controller destination, channel pressure
09 02: controller destination, polyphonic pressure | 09 03: controller destination, control change
0A: key-based instrument control | 0B: scalable polyphony | 0C: mobile phone control
`);

/**
 * What is worth a word of a message, by its sub-ids: `{format@offset}`, of FORMATS below. It stands there if all of it is in
 * the message.
 */
const MUIDS = ', {muid@6} to {muid@10}';
const TUNING_NAME = ', bank {7@5}, program {7@6}: "{name@7}"';
const NON_REALTIME_DETAILS: Readonly<Record<string, string>> = {
  '01': ', sample {14@4}: {7@6} bits, {rate@7} Hz, {21@10} words, loop {21@13} to {21@16}',
  '02': ' {7@4}',
  '03': ', sample {14@4}',
  '05 01': ', sample {14@5}',
  '05 02': ', sample {14@5}',
  '05 04': ', sample {14@5}',
  '08 00': ', program {7@5}',
  '08 01': ', program {7@5}: "{name@6}"',
  '08 03': ', bank {7@5}, program {7@6}',
  '08 04': TUNING_NAME,
  '08 05': TUNING_NAME,
  '08 06': TUNING_NAME,
  '08 07': ', bank {7@5}, program {7@6}, notes: {7@7}',
  '0D': MUIDS,
  '0D 70': `${MUIDS}: {maker@14}`,
  '0D 71': `${MUIDS}: {maker@14}`,
  '7B': ', packet {7@4}',
  '7C': ', packet {7@4}',
  '7D': ', packet {7@4}',
  '7E': ', packet {7@4}',
  '7F': ', packet {7@4}',
};

const REALTIME_DETAILS: Readonly<Record<string, string>> = {
  '01 01': ' {timecode@5}',
  '03 01': ' {signed@5}',
  '03 02': ': {7@6}/{power@7}',
  '03 42': ': {7@6}/{power@7}',
  '04 01': ' {percent@5}',
  '04 02': ' {balance@5}',
  '04 03': ' {cents@5}',
  '04 04': ' {semitones@6}',
  '06 44': ' {target@6}',
  '08 02': ', program {7@5}, notes: {7@6}',
  '08 07': ', bank {7@5}, program {7@6}, notes: {7@7}',
};

/** Numbers have their low part first. @param data - from the offset on, to the end of the data, up to 16 bytes */
const FORMATS: Readonly<Record<string, readonly [length: number, (data: Uint8Array) => string]>> = {
  '7': [1, ([value]) => String(value)],
  '14': [2, (data) => String(number14(data))],
  '21': [3, (data) => String(number21(data))],
  signed: [2, (data) => String((number14(data) ^ 0x2000) - 0x2000)],
  power: [1, ([value = 0]) => String(2 ** value)],
  percent: [2, (data) => `${Math.round((number14(data) / 0x3fff) * 100)} %`],
  balance: [2, (data) => balanceText(number14(data) - 0x2000)],
  cents: [2, (data) => `${inSign((number14(data) - 0x2000) / 81.92, 1)} cents`],
  semitones: [1, ([value = 0]) => `${inSign(value - 0x40, 0)} semitones`],
  /** Of a sample: its period is in nanoseconds. */
  rate: [3, (data) => String(Math.round(1e9 / Math.max(1, number21(data))))],
  name: [16, (data) => textOf(data)],
  timecode: [4, timeCodeText],
  target: [5, ([sub, ...time]) => (sub === 1 ? `to ${timeCodeText(Uint8Array.from(time))}` : '')],
  muid: [4, muidText],
  maker: [3, (data) => manufacturerAt(data, 0).name],
};

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
  describe(sysex) {
    const [, both] = subIdsOf(sysex);
    const what = describe(sysex, NON_REALTIME, NON_REALTIME_DETAILS);
    if (both === '06 02') return what + identityDetail(sysex);
    if (both === FILE_DUMP_HEADER) return what + fileDetail(sysex, 14);
    return both === FILE_DUMP_REQUEST ? what + fileDetail(sysex, 10) : what;
  },

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
  describe: (sysex) => describe(sysex, REALTIME, REALTIME_DETAILS),
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
  details: Readonly<Record<string, string>>,
): string {
  const [sub1, both] = subIdsOf(sysex);
  const name = names.get(both) ?? names.get(sub1);
  if (name === undefined) return sub1 === '' ? 'no sub-id' : `unknown sub-id ${both}`;
  let isAll = true;
  const detail = (details[both] ?? details[sub1] ?? '').replace(
    /\{(\w+)@(\d+)\}/g,
    (_, format: string, at: string) => {
      const [length, text] = FORMATS[format]!;
      const data = dataOf(sysex, Number(at));
      isAll &&= data.length >= length;
      return isAll ? text(data) : '';
    },
  );
  return isAll ? (name + detail).trimEnd() : name;
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
  const name = textOf(sysex.subarray(nameAt, -1));
  return sysex.length < nameAt
    ? ''
    : `: ${textOf(sysex.subarray(6, 10))}${name === '' ? '' : ` "${name}"`}`;
}

function textOf(bytes: Uint8Array): string {
  const printable = bytes.filter((byte) => byte >= 0x20 && byte < 0x7f);
  return String.fromCharCode(...printable).trim();
}

function number14([low = 0, high = 0]: Uint8Array): number {
  return low | (high << 7);
}

function number21(data: Uint8Array): number {
  return number14(data) | ((data[2] ?? 0) << 14);
}

/** `+12.5`, `-3`, `0`. */
function inSign(value: number, digits: number): string {
  const text = String(Number(value.toFixed(digits)) || 0);
  return value > 0 ? `+${text}` : text;
}

function balanceText(value: number): string {
  if (value === 0) return 'center';
  const share = Math.round((Math.abs(value) / (value > 0 ? 0x1fff : 0x2000)) * 100);
  return `${share} % ${value > 0 ? 'right' : 'left'}`;
}

/** Who of MIDI-CI: 28 bits, all of them for everybody. Source: MIDI-CI 1.2, "MUID". */
function muidText(data: Uint8Array): string {
  const muid = number21(data) | ((data[3] ?? 0) << 21);
  return muid === 0x0fffffff ? 'everybody' : muid.toString(16).toUpperCase().padStart(7, '0');
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
