/** The live line, in every width: what is dropped first, and that loss never is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import { TakeStatistics } from '../../../../src/cli/pictures/take-statistics.js';
import {
  describeLive,
  type LiveState,
  pictureLines,
} from '../../../../src/cli/pictures/take-text.js';
import { batchOf } from '../../../support/smf-takes.js';

function stateOf(lost: number): LiveState {
  const take = new TakeStatistics();
  take.notes = 1234;
  take.sysexBytes = 4104;
  return { timeMs: 65_000, messagesPerSecond: 12.4, take, buffersFree: 64, lost };
}

const plain = new Chalk({ level: 0 });

test('all of it, where there is room', () => {
  assert.equal(
    describeLive(stateOf(0), 117, plain),
    '1:05  1,234 notes  12 messages/s  0 held  sysex 4,104 bytes  64 buffers free',
  );
  assert.equal(
    describeLive({ ...stateOf(0), buffersFree: undefined }, 117, plain),
    '1:05  1,234 notes  12 messages/s  0 held  sysex 4,104 bytes',
  );
});

test('never wider than asked for; loss stays, in red', () => {
  const red = new Chalk({ level: 1 });
  for (let columns = 4; columns < 120; columns++) {
    const calm = describeLive(stateOf(0), columns, plain);
    assert.ok(calm.length <= columns, calm);
    const line = describeLive(stateOf(3), columns, red);
    const text = stripVTControlCharacters(line);
    assert.ok(text.length <= columns, text);
    if (columns >= 9) assert.match(text, /3 lost!$/);
    assert.ok(line.includes('\u001b[31m'));
  }
});

test('several inputs: what each did last, and which is at work', () => {
  const state = stateOf(0);
  state.take.add(batchOf([60_000, '903c40', 0], [64_900, '904840', 1]));
  const line = describeLive(
    { ...state, names: ['Keystation', 'A very long name', 'Pads'] },
    117,
    plain,
  );
  assert.match(
    line,
    /1:05 {2}1,236 notes {2}Keystation C4 {2}A very long n… \*C5 {2}Pads - {2}12 messages/,
  );
  assert.doesNotMatch(describeLive({ ...state, names: ['Keystation'] }, 117, plain), /Keystation/);
});

test('inputs on one channel: a line each with a sign and a name of its own', async () => {
  const take = new TakeStatistics();
  take.add(batchOf([0, '903c40', 0], [10, '904840', 1], [20, '914840', 1], [30, '904c40', 2]));
  take.end(1000);
  const look = { columns: 80, unicode: false, chalk: plain, pictures: true };
  const lines = async (names: string[]) =>
    (await pictureLines(take, 1000, names, look)).slice(-4).map((line) => line.trim());
  assert.deepEqual(await lines(['Keys', 'Pads', 'Pads']), [
    '1 channel 1  1 note  C4  Keys',
    '3 channel 1  1 note  C5  Pads (1)',
    '2 channel 2  1 note  C5  Pads (1)',
    '4 channel 1  1 note  E5  Pads (2)',
  ]);
  assert.match((await lines(['', 'Pads', '']))[3]!, /E5 {2}track 3$/);
});
