import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterBatch } from '../../../src/cli/event-filter.js';
import { Tally } from '../../../src/cli/tally.js';
import { EventBatch, EventKind } from '../../../src/midi/event-batch.js';

function someEvents(): EventBatch {
  const batch = new EventBatch(2);
  batch.addShort(1, 0, 0x403c90);
  batch.addShort(2, 0, 0xf8);
  batch.addBytes(3, 0, EventKind.SYSEX, Uint8Array.of(0xf0, 0x7d, 0xf7));
  batch.addShort(4, 0, 0x403e91);
  batch.addBytes(5, 0, EventKind.MARKER, Uint8Array.of(0x41));
  batch.addShort(6, 0, 0x7f40b1);
  batch.addShort(7, 0, 0x003c90);
  batch.addShort(8, 0, 0xfe);
  return batch;
}

test('counting', () => {
  const tally = new Tally();
  tally.add(someEvents());
  const { messages, notes, controls, realtime, sysex, sysexBytes, heldNotes } = tally;
  assert.deepEqual(
    { messages, notes, controls, realtime, sysex, sysexBytes, heldNotes },
    { messages: 8, notes: 2, controls: 1, realtime: 2, sysex: 1, sysexBytes: 3, heldNotes: 1 },
  );
  assert.equal(tally.lastPlayedMs, 7, 'active sensing is not playing');
  assert.equal(tally.lastMs, 8);
});

test('filtering keeps order and times; messages without a channel pass', () => {
  const batch = someEvents();
  filterBatch(batch, { channelMask: 0b10, keepSysex: false });
  assert.deepEqual([...batch.timeMs.subarray(0, batch.count)], [2, 4, 5, 6, 8]);
  assert.equal(batch.kind[2], EventKind.MARKER);
  assert.equal(batch.payload[2]?.[0], 0x41);
});
