/** The table itself: every entry is checked, and messages made after the makers' manuals are understood. */
import assert from 'node:assert/strict';
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

test('at least 60 models of 29 families', () => {
  assert.ok(table.instruments.length >= 60, `${table.instruments.length}`);
});

test('each entry names where its facts come from', () => {
  for (const { id, sources } of table.instruments) assert.ok(sources.length > 0, id);
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
