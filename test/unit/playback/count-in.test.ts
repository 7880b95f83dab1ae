/** What becomes of what is played before the first bar. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CountIn } from '../../../src/playback/count-in.js';
import { rowsOf } from '../../support/capture-bed.js';
import { batchOf } from '../../support/smf-takes.js';

test('times count from the first beat', () => {
  const countIn = new CountIn();
  const batch = batchOf([2000, '903c40'], [2500, '803c40', 1]);
  assert.deepEqual(rowsOf(countIn.place(batch, 2000)), [
    [0, 0, 'short', '90 3c 40'],
    [500, 1, 'short', '80 3c 40'],
  ]);
});

test('before it: state, sysex and keys that are held stand at the first beat; what has ended does not', () => {
  const countIn = new CountIn();
  const early = batchOf(
    [100, 'c005'],
    [100, 'b00764'],
    [200, 'b00750'],
    [300, '903c40'],
    [400, '803c40'],
    [500, 'f07d01f7'],
    [600, '#a remark'],
    [1990, '903e50'],
    [1995, '914050', 1],
  );
  assert.equal(countIn.place(early, 2000).count, 0);
  assert.deepEqual(rowsOf(countIn.place(batchOf([2100, '803e40']), 2000)), [
    [0, 0, 'sysex', 'f0 7d 01 f7'],
    [0, 0, 'marker', 'a remark'],
    [0, 0, 'short', 'c0 05'],
    [0, 0, 'short', 'b0 07 50'],
    [0, 0, 'short', '90 3e 50'],
    [0, 1, 'short', '91 40 50'],
    [100, 0, 'short', '80 3e 40'],
  ]);
  assert.equal(countIn.droppedNotes, 1);
});

test('if nothing comes after it, the state is still in the take', () => {
  const countIn = new CountIn();
  countIn.place(batchOf([100, 'c005']), Number.POSITIVE_INFINITY);
  assert.deepEqual(rowsOf(countIn.end()), [[0, 0, 'short', 'c0 05']]);
  assert.equal(countIn.end().count, 0);
});

test('a key struck twice: the one that is held is the later', () => {
  const countIn = new CountIn();
  countIn.place(batchOf([100, '903c40'], [200, '903c50']), 1000);
  assert.deepEqual(rowsOf(countIn.end()), [[0, 0, 'short', '90 3c 50']]);
  assert.equal(countIn.droppedNotes, 1);
});
