/** Banks taken apart into single patches, and made of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { banksOf, singlesOf, unitsOf } from '../../../../../src/sysex/instruments/banks/banks.js';
import { loadInstruments } from '../../../../../src/sysex/instruments/load.js';

const { table } = await loadInstruments();

const sumToZero = (data: readonly number[]) => -data.reduce((sum, byte) => sum + byte, 0) & 0x7f;
const ascii = (text: string, length: number) => [...Buffer.from(text.padEnd(length))];

/** One operator of the DX7, each value its own: as it is sent alone, and as a bank packs it (owner's manual, "voice data format"). */
function operator(salt: number): { alone: number[]; packed: number[] } {
  const levels = Array.from({ length: 8 }, (_, at) => (at * 7 + salt) % 100);
  const [bp, ld, rd, lc, rc] = [39 + salt, 1 + salt, 2 + salt, salt % 4, (salt + 1) % 4];
  const [rs, ams, kvs, ol, mode, fc, ff, det] = [salt, 1, salt % 8, 90, salt % 2, 20, 33, 9];
  return {
    alone: [...levels, bp, ld, rd, lc, rc, rs, ams, kvs, ol, mode, fc, ff, det],
    packed: [
      ...[...levels, bp, ld, rd, (rc << 2) | lc, (det << 3) | rs],
      ...[(kvs << 2) | ams, ol, (fc << 1) | mode, ff],
    ],
  };
}

/** A voice of the DX7, both ways. */
function voice(name: string): { alone: number[]; packed: number[] } {
  const operators = [1, 2, 3, 4, 5, 6].map(operator);
  const pitch = [99, 98, 97, 96, 50, 51, 52, 53];
  const [alg, fb, oks, lfo, lks, lfw, pms, transpose] = [31, 6, 1, [35, 1, 2, 3], 1, 4, 5, 24];
  return {
    alone: [
      ...operators.flatMap(({ alone }) => alone),
      ...[...pitch, alg, fb, oks, ...lfo, lks, lfw, pms, transpose, ...ascii(name, 10)],
    ],
    packed: [
      ...operators.flatMap(({ packed }) => packed),
      ...[...pitch, alg, (oks << 3) | fb, ...lfo, (pms << 4) | (lfw << 1) | lks, transpose],
      ...ascii(name, 10),
    ],
  };
}

const NAMES = Array.from({ length: 32 }, (_, at) => `VOICE ${at + 1}`);

function dx7Bank(): Uint8Array {
  const data = NAMES.flatMap((name) => voice(name).packed);
  return Uint8Array.of(0xf0, 0x43, 2, 9, 0x20, 0, ...data, sumToZero(data), 0xf7);
}

function dx7Voice(name: string): Uint8Array {
  const data = voice(name).alone;
  return Uint8Array.of(0xf0, 0x43, 2, 0, 1, 0x1b, ...data, sumToZero(data), 0xf7);
}

test("voices of a DX7's bank become messages of one voice, and these the bank again", () => {
  const singles = singlesOf(dx7Bank(), table)!;
  assert.deepEqual(
    singles.map(({ bytes }) => bytes),
    NAMES.map(dx7Voice),
  );
  const banks = banksOf(NAMES.map(dx7Voice), table)!;
  assert.deepEqual(banks, [{ bytes: dx7Bank(), emptyPlaces: 0 }]);
});

test('places that nothing is given for are silent and have no name; more than a bank make two', () => {
  const [bank] = banksOf(NAMES.slice(0, 3).map(dx7Voice), table)!;
  assert.equal(bank?.emptyPlaces, 29);
  const { patches, checksum } = table.recognise(bank!.bytes)!;
  assert.equal(checksum.verdict, 'right');
  assert.deepEqual(
    patches.map(({ name }) => name),
    [...NAMES.slice(0, 3), ...Array(29).fill('')],
  );
  assert.equal(banksOf([...NAMES, 'ONE MORE'].map(dx7Voice), table)?.length, 2);
});

test('what is of two kinds, no patch, or too large for its bits makes no bank', () => {
  const request = Uint8Array.of(0xf0, 0x43, 0x20, 9, 0xf7);
  assert.equal(banksOf([dx7Voice('A'), request], table), undefined);
  assert.equal(banksOf([request, request], table), undefined);
  assert.equal(banksOf([dx7Bank(), dx7Voice('A')], table), undefined);
  const loud = dx7Voice('A');
  loud[6 + 135] = 8;
  assert.equal(banksOf([loud], table), undefined);
});

test('pieces of one patch of a memory stay together, messages without patches stand alone', () => {
  // A JV-1080 patch: its common data at 03 00 00 00 hold the name, its tones follow at 10 00, 12 00.
  const piece = (address: number[], data: number[]) => {
    const body = [...address, ...data];
    return Uint8Array.of(0xf0, 0x41, 0x10, 0x6a, 0x12, ...body, sumToZero(body), 0xf7);
  };
  const patch = (name: string) => [
    piece([3, 0, 0, 0], [...ascii(name, 12), ...Array(60).fill(0)]),
    piece([3, 0, 0x10, 0], Array(20).fill(1)),
    piece([3, 0, 0x12, 0], Array(20).fill(2)),
  ];
  const other = Uint8Array.of(0xf0, 0x7d, 1, 2, 3, 0xf7);
  const units = unitsOf([...patch('Piano'), ...patch('Organ'), other], table);
  assert.deepEqual(
    units.map(({ name, messages }) => [name, messages.length]),
    [
      ['Piano', 3],
      ['Organ', 3],
      [undefined, 1],
    ],
  );
});

test('property: no message, however broken, is taken apart into something else', () => {
  const bank = dx7Bank();
  fc.assert(
    fc.property(fc.nat(bank.length - 1), fc.nat(127), (at, value) => {
      const broken = bank.slice();
      broken[at] = value;
      const units = unitsOf([broken], table);
      if (units.length === 1) assert.deepEqual(units[0]?.messages, [broken]);
      else assert.equal(units.length, 32);
    }),
    { numRuns: 50 },
  );
});
