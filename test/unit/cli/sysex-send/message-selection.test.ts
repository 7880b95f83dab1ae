/** Which messages of a file are sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  parseMessageNumbers,
  parsePatchName,
  selectMessages,
  selectPatch,
} from '../../../../src/cli/sysex-send/message-selection.js';
import { SyxMessages } from '../../../../src/files/syx/syx-messages.js';
import { MidirecError } from '../../../../src/midi/errors.js';
import { loadInstruments } from '../../../../src/sysex/instruments/load.js';

const { table } = await loadInstruments();

const USAGE = (why: RegExp) => (error: unknown) =>
  error instanceof MidirecError &&
  error.exitCode === 2 &&
  why.test(`${error.message} ${error.hint}`);

/** A DX7's voice, 155 bytes of which the last ten are its name. */
function voice(name: string): Uint8Array {
  const data = [...Array(145).fill(1), ...Buffer.from(name.padEnd(10))];
  const sum = -data.reduce((all, byte) => all + byte, 0) & 0x7f;
  return Uint8Array.of(0xf0, 0x43, 0, 0, 1, 0x1b, ...data, sum, 0xf7);
}

const NAMES = ['BRASS 1', 'BRASS 2', 'HARP', 'BRASS'];
const source = () => new SyxMessages(Uint8Array.from(Buffer.concat(NAMES.map(voice))));

test('an empty name is in every name, and is refused', () => {
  for (const text of ['', ' '])
    assert.throws(() => parsePatchName(text), USAGE(/empty.*--messages/));
  assert.equal(parsePatchName('BRASS'), 'BRASS');
});

test('numbers and runs of them, in the order of the file', () => {
  const chosen = selectMessages(source(), parseMessageNumbers('4, 1-2'));
  assert.equal(chosen.count, 3);
  assert.equal(chosen.sysexBytes, 3 * 163);
  assert.deepEqual(chosen.message(2), { bytes: voice('BRASS'), number: 4 });
  const { selected } = selectPatch(chosen, 'brass', table);
  assert.equal(selected.message(0).number, 4, 'of what was chosen before, still as in the file');
});

test('what is no number, or none of the file, is refused', () => {
  for (const text of ['', '0', '3-1', 'a', '1,,2', '-1']) {
    assert.throws(() => parseMessageNumbers(text), USAGE(/not a list of messages/), text);
  }
  assert.throws(() => selectMessages(source(), [[2, 5]]), USAGE(/no message 5: the file has 4/));
});

test('a patch by its name, or by a part that only it has', () => {
  assert.deepEqual(selectPatch(source(), 'brass', table).selected.message(0).bytes, voice('BRASS'));
  assert.deepEqual(selectPatch(source(), 'ar', table).selected.message(0).bytes, voice('HARP'));
  assert.throws(() => selectPatch(source(), 'ss', table), USAGE(/several patches: "BRASS 1", "BR/));
  assert.throws(() => selectPatch(source(), 'FLUTE', table), USAGE(/there are "BRASS 1"/));
});

test('a name with more spaces in it than are typed, as the DX7 has them', () => {
  const padded = () =>
    new SyxMessages(Uint8Array.from(Buffer.concat(['BRASS   1', 'BRASS   2'].map(voice))));
  assert.deepEqual(
    selectPatch(padded(), 'brass 1', table).selected.message(0).bytes,
    voice('BRASS   1'),
  );
});
