/** Counting what is played, and what is gathered for the picture of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TakeStatistics } from '../../../../src/cli/pictures/take-statistics.js';
import { EventBatch, EventKind } from '../../../../src/midi/event-batch.js';

const packed = (...bytes: number[]) => bytes[0]! | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);

test('notes, controllers, realtime and sysex, and when something was played last', () => {
  const take = new TakeStatistics();
  const batch = new EventBatch();
  batch.addShort(10, 0, packed(0x90, 60, 64));
  batch.addShort(20, 0, packed(0xb0, 7, 100));
  batch.addBytes(30, 0, EventKind.SYSEX, Uint8Array.of(0xf0, 0x7d, 0xf7));
  batch.addShort(40, 0, packed(0xfe));
  batch.addBytes(50, 0, EventKind.MARKER, Uint8Array.of(0x61));
  take.add(batch);
  assert.equal(take.messages, 4, 'a remark of midirec is none');
  assert.equal(take.notes, 1);
  assert.equal(take.controls, 1);
  assert.deepEqual([take.sysex, take.sysexBytes], [1, 3]);
  assert.deepEqual([take.lastPlayedMs, take.lastMs], [30, 50]);
});

test('what is of no channel is no controller event: it is not in the file', () => {
  const take = new TakeStatistics();
  const batch = new EventBatch();
  batch.addShort(10, 0, packed(0xf2, 1, 2));
  batch.addShort(20, 0, packed(0xf3, 4));
  batch.addShort(30, 0, packed(0xf6));
  take.add(batch);
  assert.deepEqual([take.messages, take.controls, take.notes], [3, 0, 0]);
});

test('nothing played yet', () => {
  const take = new TakeStatistics();
  const batch = new EventBatch();
  batch.addShort(5, 0, packed(0xf8));
  take.add(batch);
  assert.deepEqual([take.lastPlayedMs, take.lastMs], [undefined, 5]);
});

test('held notes, by device, channel and key', () => {
  const take = new TakeStatistics();
  const batch = new EventBatch();
  batch.addShort(0, 0, packed(0x90, 60, 1));
  batch.addShort(0, 0, packed(0x90, 60, 2));
  batch.addShort(0, 0, packed(0x91, 60, 1));
  batch.addShort(0, 3, packed(0x9f, 127, 1));
  batch.addShort(0, 1, packed(0x80, 60, 0));
  take.add(batch);
  assert.equal(take.heldKeys, 3);
  batch.clear();
  batch.addShort(1, 0, packed(0x90, 60, 0));
  batch.addShort(1, 0, packed(0x80, 60, 64));
  batch.addShort(1, 3, packed(0x8f, 127, 64));
  take.add(batch);
  assert.equal(take.heldKeys, 1);
});

test('channels, by input: notes, their range, controllers; a beat that can be told', () => {
  const take = new TakeStatistics();
  const batch = new EventBatch();
  for (let beat = 0; beat < 40; beat++) {
    batch.addShort(beat * 500, 1, packed(0x92, 60 + (beat % 5), 90));
    batch.addShort(beat * 500 + 200, 1, packed(0x82, 60 + (beat % 5), 0));
  }
  batch.addShort(20_000, 0, packed(0xe0, 0, 64));
  take.add(batch);
  take.end(21_000);
  assert.deepEqual(
    take.channels.map((counts) => Object.values(counts)),
    [
      [0, 1, 0, 1, 128, -1],
      [1, 3, 40, 0, 60, 64],
    ],
  );
  assert.equal(take.guessTempo(), 120);
  assert.deepEqual([take.roll.lowestKey, take.roll.highestKey], [60, 64]);
});

test('what is held at the end sounds to the end, in the picture', () => {
  const take = new TakeStatistics();
  const batch = new EventBatch();
  batch.addShort(0, 0, packed(0x90, 60, 90));
  take.add(batch);
  take.end(1000);
  const cells = take.roll.columnsOf(60, 4, 1000);
  assert.deepEqual(
    cells.map(({ voice }) => voice),
    [1, 1, 1, 1],
  );
});
