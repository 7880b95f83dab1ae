/**
 * The ten instruments of the rack of tests: the demo ones, and seven more, each after its manual: what it is asked with, what it
 * says, and what it takes back. Each is device number 1, or as it is delivered.
 *
 * Sources: the "MIDI data format" or "MIDI implementation" of the owner's manuals of Yamaha TX81Z, Yamaha
 * FB-01, Korg M1, Kawai K4, Sequential Prophet '08, Oberheim Matrix-1000 and Roland D-50.
 */
import { createDemoCz101 } from '../../../src/embedded/drivers/demo/demo-cz101.js';
import { createDemoDw8000 } from '../../../src/embedded/drivers/demo/demo-dw8000.js';
import { createDemoDx7 } from '../../../src/embedded/drivers/demo/demo-dx7.js';
import type { DemoInstrument } from '../../../src/embedded/drivers/demo/demo-instrument.js';
import { bytesOf, complement, type Machine, machineOf, type Slot } from './slots.js';

const textOf = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
const hexOf = (bytes: readonly number[]) =>
  bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');

/** Voices in the old format, performances and effects in the universal one, which counts its name. */
function tx81z(): Machine {
  const named = (name: string, length: number): Slot => {
    const count = 10 + length;
    return {
      ask: `F0 43 20 7E ${hexOf(textOf(name))} F7`,
      head: `F0 43 00 7E ${hexOf([count >> 7, count & 0x7f, ...textOf(name)])}`,
      length,
      check: complement(textOf(name)),
    };
  };
  return machineOf([
    { ask: 'F0 43 20 04 F7', head: 'F0 43 00 04 20 00', length: 4096, check: complement() },
    named('LM  8976AE', 23),
    // The request for the additional voice data brings the voice with it.
    {
      ask: ['F0 43 20 03 F7', `F0 43 20 7E ${hexOf(textOf('LM  8976AE'))} F7`],
      head: 'F0 43 00 03 00 5D',
      length: 93,
      check: complement(),
    },
    named('LM  8976PM', 2432),
    named('LM  8976PE', 110),
  ]);
}

/** Banks of 48 voices in packets, each with its count and checksum; an acknowledgement of each dump. */
function fb01(): Machine {
  const packets = (bank: number) => {
    const packet = (length: number, seed: number) => {
      const data = Array.from({ length }, (_, at) => (at * 3 + seed + bank) & 0x0f);
      return [length >> 7, length & 0x7f, ...data, complement()(data)];
    };
    return [packet(64, 0), ...Array.from({ length: 48 }, (_, voice) => packet(128, voice))].flat();
  };
  const bank = (number: number): Slot => {
    const data = packets(number);
    return {
      ask: `F0 43 75 00 20 00 0${number} F7`,
      head: `F0 43 75 00 00 00 0${number}`,
      length: data.length,
      fill: (at) => data[at]!,
    };
  };
  const configuration: Slot = {
    ask: 'F0 43 75 00 20 01 00 F7',
    head: 'F0 43 75 00 00 01 00 01 20',
    length: 160,
    check: complement(),
  };
  return machineOf([bank(0), bank(1), configuration], (isTaken, say) =>
    say(Uint8Array.from(bytesOf(`F0 43 60 0${isTaken ? 2 : 3} F7`))),
  );
}

/** No checksums; "data load completed" or "data load error" after each dump. */
function m1(): Machine {
  const dump = (ask: string, head: string, length: number): Slot => ({
    ask: `F0 42 30 19 ${ask} F7`,
    head: `F0 42 30 19 ${head}`,
    length,
  });
  return machineOf(
    [
      dump('1C 00', '4C 00', 16_343),
      dump('1D 00', '4D 00', 14_172),
      dump('10', '40', 164),
      dump('0E 00', '51', 26),
      dump('18 00', '48', 800),
      dump('0F 00', '50', 900),
    ],
    (isTaken, say) => say(Uint8Array.from(bytesOf(`F0 42 30 19 2${isTaken ? 3 : 4} F7`))),
  );
}

/** Each patch with a checksum of its own, which begins with A5; it says when it has written. */
function k4(): Machine {
  const blocks = (count: number, size: number) => {
    const bytes: number[] = [];
    for (let block = 0; block < count; block++) {
      const data = Array.from({ length: size - 1 }, (_, at) => (at + block) & 0x7f);
      bytes.push(...data, data.reduce((a, b) => a + b, 0xa5) & 0x7f);
    }
    return bytes;
  };
  const singles = blocks(64, 131);
  const multis = blocks(64, 77);
  const rest = [...blocks(1, 682), ...blocks(32, 35)];
  const dump = (what: string, data: number[]): Slot => ({
    ask: `F0 40 00 0${what[0]} 00 04 00 ${what.slice(1)} F7`,
    head: `F0 40 00 2${what[0]} 00 04 00 ${what.slice(1)}`,
    length: data.length,
    fill: (at) => data[at]!,
  });
  return machineOf(
    [dump('200', [...singles, ...multis, ...rest]), dump('100', singles), dump('140', multis)],
    (_, say) => say(Uint8Array.from(bytesOf('F0 40 00 40 00 04 F7'))),
  );
}

/** 256 programs one by one, and an identity reply. */
function prophet08(): Machine {
  const programs = Array.from({ length: 256 }, (_, number): Slot => {
    const place = hexOf([number >> 7, number & 0x7f]);
    return {
      ask: `F0 01 23 05 ${place} F7`,
      head: `F0 01 23 02 ${place}`,
      length: 439,
      fill: (at) => (at + number) & 0x7f,
    };
  });
  const edited: Slot = { ask: 'F0 01 23 06 F7', head: 'F0 01 23 03', length: 439 };
  return machineOf([...programs, edited], undefined, (message, say) => {
    if (hexOf([...message]).replace('7f', '00') !== 'f0 7e 00 06 01 f7') return;
    say(Uint8Array.from(bytesOf('F0 7E 00 06 02 01 23 00 00 00 01 00 00 00 F7')));
  });
}

/** A hundred patches after one request, in nibbles, low ones first; the checksum is that of the bytes. */
function matrix1000(): Machine {
  const check = (data: readonly number[]) =>
    data.reduce((sum, nibble, at) => sum + (at % 2 === 0 ? nibble : nibble << 4), 0) & 0x7f;
  const nibble = (at: number) => (at * 5) & 0x0f;
  const patches = Array.from(
    { length: 100 },
    (_, patch): Slot => ({
      ask: 'F0 10 06 04 00 00 F7',
      head: `F0 10 06 01 ${hexOf([patch])}`,
      length: 268,
      check,
      fill: (at) => (at + patch) & 0x0f,
    }),
  );
  return machineOf([
    ...patches,
    {
      ask: ['F0 10 06 04 00 00 F7', 'F0 10 06 04 03 00 F7'],
      head: 'F0 10 06 03 03',
      length: 344,
      check,
      fill: nibble,
    },
    { ask: 'F0 10 06 04 04 00 F7', head: 'F0 10 06 0D 00', length: 268, check, fill: nibble },
  ]);
}

const D50_SIZE = 64 * 448;
const D50_PIECE = 256;

/** Memory behind addresses of three bytes: RQ1 asks for a range, DT1 sends a piece. */
function d50(): Machine {
  const areas = new Map([
    [0, Array.from({ length: 448 }, (_, at) => at & 0x3f)],
    [sevenBits([2, 0, 0]), Array.from({ length: D50_SIZE }, (_, at) => (at * 3) & 0x3f)],
  ]);
  const areaAt = (address: number) =>
    [...areas].find(([from, data]) => address >= from && address < from + data.length);
  return {
    memory: () => JSON.stringify([...areas]),
    wipe() {
      for (const data of areas.values()) data.fill(1);
    },
    instrument: {
      longest: 600,
      hear(message, say) {
        const [, , , model, command] = message;
        const body = [...message.subarray(5, -2)];
        if (model !== 0x14 || message[2] !== 0 || complement()(body) !== message.at(-2)) return;
        const address = sevenBits(body.slice(0, 3));
        const [from, data] = areaAt(address) ?? [];
        if (from === undefined || data === undefined) return;
        if (command === 0x12) {
          for (const [at, byte] of body.slice(3).entries()) data[address - from + at] = byte;
        } else if (command === 0x11) {
          const to = Math.min(address + sevenBits(body.slice(3)), from + data.length);
          for (let at = address; at < to; at += D50_PIECE) {
            const piece = data.slice(at - from, Math.min(at + D50_PIECE, to) - from);
            const sent = [at >> 14, (at >> 7) & 0x7f, at & 0x7f, ...piece];
            say(Uint8Array.of(0xf0, 0x41, 0x00, 0x14, 0x12, ...sent, complement()(sent), 0xf7));
          }
        }
      },
    },
  };
}

function sevenBits(bytes: readonly number[]): number {
  return bytes.reduce((number, byte) => (number << 7) | byte, 0);
}

/** A demo instrument, whose memory is read and overwritten in its own language. */
function demoMachine(
  instrument: DemoInstrument,
  read: (hear: (...message: number[]) => void) => void,
  wipe: (hear: (...message: number[]) => void) => void,
): Machine {
  const said: number[] = [];
  const hear = (...message: number[]) =>
    instrument.hear(Uint8Array.from(message), (bytes) => said.push(...bytes));
  return {
    instrument,
    wipe: () => wipe(hear),
    memory() {
      said.length = 0;
      read(hear);
      return String(said);
    },
  };
}

function dx7(): Machine {
  const zeros = (length: number) => new Array<number>(length).fill(0);
  return demoMachine(
    createDemoDx7(),
    (hear) => {
      hear(0xf0, 0x43, 0x20, 0x09, 0xf7);
      hear(0xf0, 0x43, 0x20, 0x00, 0xf7);
    },
    (hear) => {
      hear(0xf0, 0x43, 0x00, 0x09, 0x20, 0x00, ...zeros(4097), 0xf7);
      hear(0xf0, 0x43, 0x00, 0x00, 0x01, 0x1b, ...zeros(156), 0xf7);
    },
  );
}

function dw8000(): Machine {
  const instrument = createDemoDw8000();
  const programs = Array.from({ length: 64 }, (_, program) => program);
  return demoMachine(
    instrument,
    (hear) => {
      for (const program of programs) {
        instrument.select!(0, program);
        hear(0xf0, 0x42, 0x30, 0x03, 0x10, 0xf7);
      }
    },
    (hear) => {
      hear(0xf0, 0x42, 0x30, 0x03, 0x40, ...new Array<number>(51).fill(0), 0xf7);
      for (const program of programs) hear(0xf0, 0x42, 0x30, 0x03, 0x11, program, 0xf7);
    },
  );
}

function cz101(): Machine {
  const tones = [...Array.from({ length: 16 }, (_, tone) => 0x20 + tone), 0x60];
  return demoMachine(
    createDemoCz101(),
    (hear) => {
      for (const tone of tones) hear(0xf0, 0x44, 0, 0, 0x70, 0x10, tone, 0x70, 0x31, 0xf7);
    },
    (hear) => {
      const data = new Array<number>(256).fill(0);
      for (const tone of tones) hear(0xf0, 0x44, 0, 0, 0x70, 0x20, tone, ...data, 0xf7);
    },
  );
}

/** By their ids in the table. */
export const MODELS: Readonly<Record<string, () => Machine>> = {
  dx7,
  tx81z,
  fb01,
  dw8000,
  m1,
  cz101,
  k4,
  'prophet-08': prophet08,
  'matrix-1000': matrix1000,
  d50,
};
