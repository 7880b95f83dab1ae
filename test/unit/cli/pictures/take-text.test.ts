/** The live line, in every width: what is dropped first, and that loss never is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { Chalk } from 'chalk';
import { TakeStatistics } from '../../../../src/cli/pictures/take-statistics.js';
import { describeLive, type LiveState } from '../../../../src/cli/pictures/take-text.js';
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
