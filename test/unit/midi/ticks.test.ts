/** What a Standard MIDI File can say of ticks and tempo, and what is refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPpq, microsecondsPerQuarter } from '../../../src/midi/ticks.js';

test('the tempo is what the file can say', () => {
  assert.equal(microsecondsPerQuarter(120), 500_000);
  assert.equal(microsecondsPerQuarter(113), 530_973);
});

test('what does not fit a file is refused', () => {
  for (const bpm of [0, -1, 3, Number.NaN, 1e9]) {
    assert.throws(() => microsecondsPerQuarter(bpm), RangeError);
  }
  for (const ppq of [0, -1, 0.5, 0x8000, Number.NaN]) {
    assert.throws(() => checkPpq(ppq), RangeError);
  }
  for (const ppq of [1, 960, 0x7fff]) checkPpq(ppq);
});
