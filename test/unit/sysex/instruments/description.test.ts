/** What a message is said to be by the table, and what of it is a doubt. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeByTable } from '../../../../src/sysex/instruments/description.js';
import { loadInstruments } from '../../../../src/sysex/instruments/load.js';

const { table } = await loadInstruments();
const describe = (...bytes: number[]) => describeByTable(Uint8Array.from(bytes), table);

test('a message that is too short for its kind is like it, and by how much', () => {
  const { what, checksum } = describe(0xf0, 0x43, 0, 9, 0x20, 0, ...Array(4000).fill(0), 0xf7);
  assert.equal(what, 'like DX7, 32 voices, but 97 bytes too short');
  assert.equal(checksum, 'unknown');
});

test('a wrong checksum comes with what it would have to be', () => {
  const voice = [0xf0, 0x43, 0, 0, 1, 0x1b, ...Array(155).fill(1), 0, 0xf7];
  const { what, checksum, expected } = describe(...voice);
  assert.deepEqual([what, checksum, expected], ['DX7, 1 voice', 'wrong', -155 & 0x7f]);
});

test('an identity reply names the models that answer so', () => {
  // Roland JV-2080 owner's manual, "Identity Reply Message": family 6A 00, number 05 00.
  const reply = [0xf0, 0x7e, 0x10, 6, 2, 0x41, 0x6a, 0, 5, 0, 0, 0, 1, 0, 0xf7];
  assert.match(describe(...reply).what, /^identity reply: Roland.*JV-2080/);
  reply[6] = 0x7f;
  assert.match(describe(...reply).what, /^identity reply: Roland, family 127, [^(]*$/);
});

test('an MKS-70 that packs seven bytes in eight has the high bits last', () => {
  const name = [...Buffer.from('SYNTH BASS / PAD  ')];
  const data = [...name, ...Array(31).fill(0)];
  const packed: number[] = [];
  for (let from = 0; from < 49; from += 7) packed.push(...data.slice(from, from + 7), 0);
  const message = [0xf0, 0x41, 0x3a, 0, 0x24, 0x30, 1, 0, 0, ...packed, 0xf7];
  const patches = table.recognise(Uint8Array.from(message))?.patches;
  assert.equal(patches?.[0]?.name, 'SYNTH BASS / PAD');
});
