import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { knownInstruments } from '../../../../src/cli/files/known-instruments.js';
import {
  patchesIn,
  patchLines,
  unknownIn,
  unknownLine,
} from '../../../../src/cli/show/show-patches.js';

const table = await knownInstruments({ warn: assert.fail });

function ascii(text: string, length: number): number[] {
  return [...text.padEnd(length)].map((character) => character.charCodeAt(0));
}

/** One voice of a DX7: 155 bytes, the last ten of which are its name. */
function dx7Voice(name: string): { bytes: Uint8Array } {
  const data = [...Array(145).fill(1), ...ascii(name, 10)];
  const sum = -data.reduce((all, byte) => all + byte, 0) & 0x7f;
  return { bytes: Uint8Array.from([0xf0, 0x43, 0, 0, 1, 0x1b, ...data, sum, 0xf7]) };
}

async function linesOf(messages: { bytes: Uint8Array }[], room: number): Promise<string[]> {
  const lines: string[] = [];
  for (const patches of patchesIn(messages, table)) {
    for await (const line of patchLines(patches, room, new Chalk({ level: 0 }))) lines.push(line);
  }
  return lines;
}

test('voices of one instrument stand together, in as many columns as there is room for', async () => {
  const voices = ['BRASS', 'STRINGS', 'HARP'].map(dx7Voice);
  assert.deepEqual(await linesOf(voices, 80), [
    'DX7: 3 voices',
    '1  BRASS     2  STRINGS   3  HARP',
  ]);
  assert.deepEqual(await linesOf(voices, 10), [
    'DX7: 3 voices',
    '1  BRASS',
    '2  STRINGS',
    '3  HARP',
  ]);
});

test('each of several banks has a heading', async () => {
  const data = Array.from({ length: 32 }, () => [...Array(118).fill(1), ...ascii('A', 10)]).flat();
  const sum = -data.reduce((all, byte) => all + byte, 0) & 0x7f;
  const bank = { bytes: Uint8Array.from([0xf0, 0x43, 0, 9, 0x20, 0, ...data, sum, 0xf7]) };
  const lines = await linesOf([bank, bank], 400);
  assert.deepEqual(
    lines.filter((line) => !line.startsWith(' ')),
    ['DX7: 64 voices', 'bank 1 of 2: 32 voices', 'bank 2 of 2: 32 voices'],
  );
  assert.equal((await linesOf([bank], 400)).filter((line) => /bank/.test(line)).length, 0);
});

test('what no table knows is a guess, and called one', async () => {
  const words = [
    'Warm Pad',
    'Deep Bass',
    'Glass Bell',
    'Church Organ',
    'Soft Flute',
    'Harpsichord',
  ];
  const messages = words.map((word, index) => ({
    bytes: Uint8Array.from([
      0xf0,
      0,
      0x21,
      0x7f,
      index,
      ...Array(40).fill(index),
      ...ascii(word, 14),
      3,
      0xf7,
    ]),
  }));
  const [headline, ...lines] = await linesOf(messages, 20);
  assert.equal(headline, 'looks like 6 names');
  assert.deepEqual(
    lines,
    words.map((word, index) => `${index + 1}  ${word}`),
  );
});

test('the same words over and over are no names', async () => {
  const row = [...Array(20).fill(5), ...ascii('Rhubarb', 8), ...Array(12).fill(3)];
  const bytes = Uint8Array.from([0xf0, 0, 0x21, 0x7f, ...row, ...row, ...row, ...row, 0xf7]);
  assert.deepEqual(await linesOf([{ bytes }], 80), []);
});

test('of what no table knows, how many there are, how long, and how they begin', () => {
  const message = (length: number) => ({
    bytes: Uint8Array.from([0xf0, 0, 0x21, 0x7f, 9, ...Array(length - 6).fill(length), 0xf7]),
  });
  const shape = unknownIn([message(20), message(30), message(20), dx7Voice('HARP')], table)!;
  assert.equal(
    unknownLine(shape),
    '3 messages (2 of 20 bytes, 1 of 30 bytes) that no table knows, all begin with f0 00 21 7f 09',
  );
  assert.deepEqual(shape.lengths, [
    { length: 20, count: 2 },
    { length: 30, count: 1 },
  ]);
  assert.match(
    unknownLine(unknownIn([message(20), message(20)], table)!),
    /^2 messages of 20 bytes that no table knows, /,
  );
  assert.equal(unknownIn([dx7Voice('HARP')], table), undefined);
});

test('noise has no names', async () => {
  let state = 1;
  const noise = () => {
    state = (state * 48_271) % 0x7fff_ffff;
    return state & 0x7f;
  };
  const messages = Array.from({ length: 30 }, () => ({
    bytes: Uint8Array.from([0xf0, 0, 0x21, 0x7f, ...Array.from({ length: 200 }, noise), 0xf7]),
  }));
  assert.deepEqual(await linesOf(messages, 80), []);
});
