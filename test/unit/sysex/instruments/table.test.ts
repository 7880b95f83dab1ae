/** The table itself: every entry is checked, and messages made after the makers' manuals are understood. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { loadInstruments } from '../../../../src/sysex/instruments/load.js';

const { table } = await loadInstruments();

const SUM_TO_ZERO = (data: readonly number[]) => -data.reduce((sum, byte) => sum + byte, 0) & 0x7f;

function ascii(text: string, length = text.length): number[] {
  return [...text.padEnd(length)].map((character) => character.charCodeAt(0));
}

/** 32 voices of a DX7, each named, packed as the manual's table "bulk data format" has it. */
function dx7Bank(names: readonly string[]): Uint8Array {
  const data = names.flatMap((name) => [...Array(118).fill(50), ...ascii(name, 10)]);
  return Uint8Array.from([0xf0, 0x43, 0, 9, 0x20, 0, ...data, SUM_TO_ZERO(data), 0xf7]);
}

const NAMES = Array.from({ length: 32 }, (_, index) => `VOICE ${index + 1}`);

test('at least 60 instruments', () => {
  assert.ok(table.instruments.length >= 60, `${table.instruments.length}`);
});

test('each entry names where its facts come from', () => {
  for (const { id, sources } of table.instruments) assert.ok(sources.length > 0, id);
});

test('docs/instruments.md lists those that were only read in documents', () => {
  const text = readFileSync(new URL('../../../../../docs/instruments.md', import.meta.url), 'utf8');
  const [, section = ''] = /## Only read in manuals\n([^#]*)/.exec(text) ?? [];
  const listed = section.trim().split('\n\n').at(-1)!.replace(/\.$/, '').split(/,\s+/);
  assert.deepEqual(
    listed,
    table.instruments.filter(({ tried }) => !tried).map(({ id }) => id),
  );
});

test('a bank of a DX7: 32 names, checksum right, and wrong with what it has to be', () => {
  const bank = dx7Bank(NAMES);
  const found = table.recognise(bank);
  assert.equal(found?.instrument.name, 'DX7');
  assert.equal(found?.kind.name, '32 voices');
  assert.deepEqual(found?.checksum, { verdict: 'right' });
  assert.deepEqual(
    found?.patches.map(({ name }) => name),
    NAMES,
  );
  const sum = bank[4102];
  bank[4102] ^= 1;
  assert.deepEqual(table.recognise(bank)?.checksum, {
    verdict: 'wrong',
    at: 4102,
    expected: sum,
    found: sum ^ 1,
  });
});

test('a bank that is too short is said to be, by how much', () => {
  const misfit = table.misfit(Uint8Array.from([...dx7Bank(NAMES).subarray(0, 4000), 0xf7]));
  assert.equal(misfit?.instrument.name, 'DX7');
  assert.equal(misfit?.missing, 103);
});

test("pieces of a D-50's memory: its patches by number and name, in its own characters", () => {
  // Patch 12 begins at 02 03 40, its name 180 hex further on; A is 1, a blank 0.
  const name = [1, 27, 0, 2].concat(Array(14).fill(0));
  const body = [2, 6, 0x40, ...name];
  const message = Uint8Array.from([0xf0, 0x41, 0, 0x14, 0x12, ...body, SUM_TO_ZERO(body), 0xf7]);
  assert.deepEqual(table.recognise(message)?.checksum, { verdict: 'right' });
  const [{ area, patches }] = table.memoryPatches([message]).areas;
  assert.equal(area, 'patches');
  assert.deepEqual(
    patches.map(({ number, name }) => [number, name]),
    [['12', 'Aa B']],
  );
});

test('an instrument is found by any of its names, and requests are made for its device number', () => {
  for (const name of ['dx7', 'DX7', 'Yamaha DX7', 'tx7', 'DX-7']) {
    assert.equal(table.find(name)?.id, 'dx7', name);
  }
  assert.equal(table.find('theremin'), undefined);
});

/** Bytes as one stream of bits, the low ones first, seven a byte: as a Voyager sends a bank. */
function bitStream(bytes: readonly number[]): number[] {
  const bits = bytes.flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1));
  return Array.from({ length: Math.ceil(bits.length / 7) }, (_, at) =>
    bits.slice(at * 7, at * 7 + 7).reduce((sum, bit, place) => sum | (bit << place), 0),
  );
}

/** Seven bytes behind one that has their high bits, the first one's lowest. */
function sevens(bytes: readonly number[]): number[] {
  const groups = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) =>
    bytes.slice(at * 7, at * 7 + 7),
  );
  return groups.flatMap((group) => [
    group.reduce((high, byte, place) => high | ((byte >> 7) << place), 0),
    ...group.map((byte) => byte & 0x7f),
  ]);
}

const VOYAGER_BANK = bitStream([
  ...NAMES.concat(NAMES, NAMES, NAMES).flatMap((name) => [
    ...Array(87).fill(0xc1),
    ...ascii(name, 24),
    ...Array(17).fill(0xff),
  ]),
  0,
  0,
  0,
]);

for (const [what, name, bytes, first, count] of [
  ['a bank of a Voyager', 'Voyager', [4, 1, 0, 1, ...VOYAGER_BANK], ['1', 'VOICE 1'], 128],
  [
    'a program of a K2600, whose name ends with a zero',
    'K2600',
    [7, 0, 0x78, 9, 1, 4, 1, 0x4b, 0, 1, 0, 0, ...ascii('Two Pads'), 0, 1, ...Array(20).fill(3)],
    ['203', 'Two Pads'],
    1,
  ],
  [
    'a program of a TEO-5',
    'TEO-5',
    [
      0x10,
      0x5a,
      2,
      1,
      3,
      ...sevens([...Array(159).fill(0x81), ...ascii('Slow', 20), ...Array(3923).fill(0)]),
    ],
    ['2-04', 'Slow'],
    1,
  ],
  [
    'instruments of a Morpheus',
    'Morpheus',
    [0x18, 0xc, 0, 0xf, 2, 0, ...[1, 2].flatMap((n) => [n, 14, ...ascii(`Reed ${n}`, 11), 0])],
    ['1', 'Reed 1'],
    2,
  ],
  [
    'a program of a 3rd Wave, a number before each character',
    '3rd Wave',
    [
      0,
      2,
      0x4a,
      1,
      3,
      ...Array.from({ length: 1151 }, (_, at) => [0, at & 0x7f, 0, at < 2 ? 65 + at : 0]).flat(),
    ],
    ['1', 'AB'],
    1,
  ],
] as const) {
  test(`${what}: names at their places`, () => {
    const found = table.recognise(Uint8Array.from([0xf0, ...bytes, 0xf7]));
    assert.equal(found?.instrument.name, name);
    assert.equal(found?.patches.length, count);
    const [patch] = found?.patches ?? [];
    assert.deepEqual([patch?.number, patch?.name], first);
  });
}

test('the preset name of a Solaris stands in its memory, two bytes a character', () => {
  const body = [0x20, 0, 0, ...ascii('INIT', 20).flatMap((byte) => [0, byte]), 0, 0];
  const bytes = [0xf0, 0, 0x12, 0x34, 0, 0x10, 0x11, ...body, SUM_TO_ZERO(body), 0xf7];
  const message = Uint8Array.from(bytes);
  assert.deepEqual(table.recognise(message)?.checksum, { verdict: 'right' });
  assert.equal(table.memoryPatches([message]).areas[0]!.patches[0]!.name, 'INIT');
});
