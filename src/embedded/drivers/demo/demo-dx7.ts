/**
 * A DX7 among the demo instruments: 32 voices with names, and one being edited.
 *
 * It is device number 1, answers no identity request, as no instrument of its time does, and takes
 * dumps only if their checksum is right.
 *
 * Source: Yamaha DX7 owner's manual, "MIDI data format": formats 0 (one voice, 155 bytes) and 9 (32
 * voices, packed to 128 bytes each), dump requests (sub-status 2), checksum.
 */
import { SYSEX_END, SYSEX_START } from '../../../midi/status.js';
import { sumOf } from '../../../sysex/checksums.js';
import { beginsWith, type DemoInstrument, nameBytes, type Say } from './demo-instrument.js';

const YAMAHA = 0x43;
const ONE_VOICE = 0x00;
const BANK = 0x09;
const VOICES = 32;
const PACKED = 128;
const PACKED_NAME = 118;
const UNPACKED = 155;
const NAME_LENGTH = 10;
const OPERATORS = 6;
const PACKED_OPERATOR = 17;
const HIGHEST_OF_MOST = 99;
/** By place: curves; detune and rate scaling; key velocity and amplitude sensitivity; coarse frequency and mode. */
const HIGHEST_OF_OPERATOR: Readonly<Record<number, number>> = { 11: 15, 12: 119, 13: 31, 15: 63 };
/** By place behind the operators: algorithm; feedback and sync; LFO; transposition. */
const HIGHEST_OF_ALL: Readonly<Record<number, number>> = { 8: 31, 9: 15, 14: 11, 15: 48 };
/** F0 43 00, format, two bytes of count before the data; checksum and F7 after it. */
const AROUND = 8;

const SOUNDS = ['BRASS', 'STRINGS', 'PIANO', 'ORGAN', 'BASS', 'LEAD', 'FLUTE', 'BELLS'];

export function createDemoDx7(): DemoInstrument {
  let bank = Uint8Array.from(
    Array.from({ length: VOICES }, (_, index) => packedVoice(index)).flat(),
  );
  let edited = unpackVoice(bank.subarray(0, PACKED));
  return {
    longest: VOICES * PACKED + AROUND,
    hear(message: Uint8Array, say: Say): void {
      if (beginsWith(message, [SYSEX_START, YAMAHA, 0x20, BANK, SYSEX_END])) {
        say(dump(BANK, bank));
      } else if (beginsWith(message, [SYSEX_START, YAMAHA, 0x20, ONE_VOICE, SYSEX_END])) {
        say(dump(ONE_VOICE, edited));
      } else if (isDump(message, BANK, VOICES * PACKED)) {
        bank = message.slice(6, -2);
      } else if (isDump(message, ONE_VOICE, UNPACKED)) {
        edited = message.slice(6, -2);
      }
    },
  };
}

function packedVoice(index: number): number[] {
  const name = `${SOUNDS[index >> 2]} ${(index & 3) + 1}`;
  const parameters = Array.from(
    { length: PACKED_NAME },
    (_, at) => (at * 5 + index * 3) % (highestAt(at) + 1),
  );
  return [...parameters, ...nameBytes(name, NAME_LENGTH)];
}

/** What a byte of a packed voice can be at most; those that several parameters share have less than all their bits. */
function highestAt(at: number): number {
  const isOperator = at < OPERATORS * PACKED_OPERATOR;
  const highest = isOperator
    ? HIGHEST_OF_OPERATOR[at % PACKED_OPERATOR]
    : HIGHEST_OF_ALL[at - OPERATORS * PACKED_OPERATOR];
  return highest ?? HIGHEST_OF_MOST;
}

/** An operator's 17 bytes become 21, the 16 common ones 19; the name stays as it is. */
function unpackVoice(packed: Uint8Array): Uint8Array {
  const voice: number[] = [];
  for (let operator = 0; operator < OPERATORS; operator++) {
    const at = operator * PACKED_OPERATOR;
    const [curves = 0, rate = 0, sensitivity = 0, level = 0, coarse = 0, fine = 0] =
      packed.subarray(at + 11);
    voice.push(...packed.subarray(at, at + 11), curves & 3, curves >> 2, rate & 7);
    voice.push(sensitivity & 3, sensitivity >> 2, level, coarse & 1, coarse >> 1, fine, rate >> 3);
  }
  const common = packed.subarray(OPERATORS * PACKED_OPERATOR, PACKED_NAME);
  const [algorithm = 0, feedback = 0] = common.subarray(8);
  const [lfo = 0, transpose = 0] = common.subarray(14);
  voice.push(...common.subarray(0, 8), algorithm, feedback & 7, feedback >> 3);
  voice.push(...common.subarray(10, 14), lfo & 1, (lfo >> 1) & 7, lfo >> 4, transpose);
  return Uint8Array.from([...voice, ...packed.subarray(PACKED_NAME)]);
}

function dump(format: number, data: Uint8Array): Uint8Array {
  const count = [data.length >> 7, data.length & 0x7f];
  const checksum = -sumOf(data, 0, data.length) & 0x7f;
  return Uint8Array.of(SYSEX_START, YAMAHA, 0, format, ...count, ...data, checksum, SYSEX_END);
}

function isDump(message: Uint8Array, format: number, length: number): boolean {
  const head = [SYSEX_START, YAMAHA, 0x00, format, length >> 7, length & 0x7f];
  if (message.length !== length + AROUND || !beginsWith(message, head)) return false;
  return sumOf(message, 6, message.length - 1) === 0;
}
