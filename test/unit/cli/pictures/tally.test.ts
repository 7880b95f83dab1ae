/** Counting what is played. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Tally } from '../../../../src/cli/pictures/tally.js';
import { EventBatch, EventKind } from '../../../../src/midi/event-batch.js';

const packed = (...bytes: number[]) => bytes[0]! | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);

test('notes, controllers, realtime and sysex, and when something was played last', () => {
  const tally = new Tally();
  const batch = new EventBatch();
  batch.addShort(10, 0, packed(0x90, 60, 64));
  batch.addShort(20, 0, packed(0xb0, 7, 100));
  batch.addBytes(30, 0, EventKind.SYSEX, Uint8Array.of(0xf0, 0x7d, 0xf7));
  batch.addShort(40, 0, packed(0xfe));
  batch.addBytes(50, 0, EventKind.MARKER, Uint8Array.of(0x61));
  tally.add(batch);
  assert.equal(tally.messages, 4, 'a remark of midirec is none');
  assert.equal(tally.notes, 1);
  assert.equal(tally.controls, 1);
  assert.equal(tally.realtime, 1);
  assert.deepEqual([tally.sysex, tally.sysexBytes], [1, 3]);
  assert.deepEqual([tally.lastPlayedMs, tally.lastMs], [30, 50]);
});

test('what is of no channel is no controller event: it is not in the file', () => {
  const tally = new Tally();
  const batch = new EventBatch();
  batch.addShort(10, 0, packed(0xf2, 1, 2));
  batch.addShort(20, 0, packed(0xf3, 4));
  batch.addShort(30, 0, packed(0xf6));
  tally.add(batch);
  assert.deepEqual([tally.messages, tally.controls, tally.notes], [3, 0, 0]);
});

test('nothing played yet', () => {
  const tally = new Tally();
  const batch = new EventBatch();
  batch.addShort(5, 0, packed(0xf8));
  tally.add(batch);
  assert.deepEqual([tally.lastPlayedMs, tally.lastMs], [undefined, 5]);
});

test('held notes, by device, channel and key', () => {
  const tally = new Tally();
  const batch = new EventBatch();
  batch.addShort(0, 0, packed(0x90, 60, 1));
  batch.addShort(0, 0, packed(0x90, 60, 2));
  batch.addShort(0, 0, packed(0x91, 60, 1));
  batch.addShort(0, 3, packed(0x9f, 127, 1));
  batch.addShort(0, 1, packed(0x80, 60, 0));
  tally.add(batch);
  assert.equal(tally.heldNotes, 3);
  batch.clear();
  batch.addShort(1, 0, packed(0x90, 60, 0));
  batch.addShort(1, 0, packed(0x80, 60, 64));
  batch.addShort(1, 3, packed(0x8f, 127, 64));
  tally.add(batch);
  assert.equal(tally.heldNotes, 1);
});
