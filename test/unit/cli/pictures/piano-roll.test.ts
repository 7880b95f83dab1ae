/** The grid behind the piano roll: its size never changes, and what was played can be read from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PianoRoll } from '../../../../src/cli/pictures/piano-roll.js';

/** As HeldKeys names notes. */
const slotOf = (device: number, channel: number, key: number) =>
  (device << 11) | (channel << 7) | key;

/** A key as text: a digit (the voice) where it sounds, `*` where it is struck, `.` for silence. */
function rowOf(roll: PianoRoll, key: number, columns: number, lengthMs: number): string {
  return roll
    .columnsOf(key, columns, lengthMs)
    .map(({ voice, isOnset }) => (voice === 0 ? '.' : isOnset ? '*' : voice.toString(36)))
    .join('');
}

test('a note fills its time', () => {
  const roll = new PianoRoll();
  assert.equal(roll.isEmpty, true);
  roll.noteOn(200, slotOf(0, 2, 60));
  roll.noteOff(500, slotOf(0, 2, 60));
  roll.end(1000);
  assert.equal(rowOf(roll, 60, 10, 1000), '..*33.....');
  assert.equal(rowOf(roll, 61, 10, 1000), '..........');
  assert.deepEqual([roll.lowestKey, roll.highestKey], [60, 60]);
});

test('a note struck again is seen to be one; what is held sounds to the end', () => {
  const roll = new PianoRoll();
  roll.noteOn(0, slotOf(0, 0, 60));
  roll.noteOff(400, slotOf(0, 0, 60));
  roll.noteOn(400, slotOf(0, 0, 60));
  roll.noteOff(700, slotOf(0, 0, 60));
  roll.noteOn(700, slotOf(0, 0, 60));
  roll.end(1000);
  assert.equal(rowOf(roll, 60, 10, 1000), '*11.*1.*11');
});

test('two inputs may hold the same key on one channel, and are told apart', () => {
  const roll = new PianoRoll();
  roll.noteOn(0, slotOf(0, 0, 60));
  roll.noteOn(100, slotOf(1, 0, 60));
  roll.noteOff(200, slotOf(0, 0, 60));
  roll.noteOff(900, slotOf(1, 0, 60));
  roll.end(1000);
  assert.equal(rowOf(roll, 60, 10, 1000), '**hhhhhhh.');
});

test('the grid stretches: from milliseconds to days', () => {
  const roll = new PianoRoll();
  const hourMs = 3_600_000;
  roll.noteOn(0, slotOf(0, 0, 40));
  roll.noteOff(10, slotOf(0, 0, 40));
  for (let hour = 0; hour < 48; hour += 2) {
    roll.noteOn(hour * hourMs, slotOf(0, 1, 60));
    roll.noteOff((hour + 1) * hourMs, slotOf(0, 1, 60));
  }
  roll.end(48 * hourMs);
  // The last stretch that a note reaches into is filled whole.
  assert.match(rowOf(roll, 60, 48, 48 * hourMs), /^(\*\.){23}\*[.2]$/);
  assert.equal(rowOf(roll, 40, 8, 48 * hourMs), '*.......');
});

test('a note at the very end is there, however long the take', () => {
  for (const lengthMs of [1000, 5001, 86_000_600]) {
    const roll = new PianoRoll();
    roll.noteOn(0, slotOf(0, 0, 60));
    roll.noteOff(10, slotOf(0, 0, 60));
    roll.noteOn(lengthMs - 1, slotOf(0, 0, 72));
    roll.end(lengthMs);
    assert.match(rowOf(roll, 72, 75, lengthMs), /^\.{74}\*$/, `${lengthMs} ms`);
  }
});

test('times that cannot be do no harm', () => {
  const roll = new PianoRoll();
  for (const timeMs of [-5, Number.NaN, 1e300, Number.POSITIVE_INFINITY]) {
    roll.noteOn(timeMs, slotOf(0, 0, 60));
    roll.noteOff(timeMs, slotOf(0, 0, 60));
  }
  roll.end(0);
  assert.equal(roll.columnsOf(60, 4, 1e300).length, 4);
});
