/** Several inputs in one order. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { mergeBatches } from '../../../../src/capture/timing/merge.js';
import { EventBatch, EventKind } from '../../../../src/midi/event-batch.js';
import { rowsOf } from '../../../support/capture-bed.js';

const FOREVER = Number.POSITIVE_INFINITY;

/** A batch of note-ons, `[timeMs, key, stampMs]` each. */
function batchOf(device: number, events: [timeMs: number, key: number, stampMs?: number][]) {
  const batch = new EventBatch(2);
  for (const [timeMs, key, stampMs] of events) {
    batch.addShort(timeMs, device, 0x400090 | (key << 8), stampMs);
  }
  return batch;
}

/** Keys of the events of a batch, in order. */
function keysOf(batch: EventBatch): number[] {
  return Array.from(batch.packed.subarray(0, batch.count), (packed) => (packed >>> 8) & 0x7f);
}

test('in order of time across inputs', () => {
  const target = new EventBatch();
  const sources = [
    batchOf(0, [
      [1, 1],
      [4, 4],
    ]),
    batchOf(1, []),
    batchOf(2, [
      [2, 2],
      [3, 3],
      [5, 5],
    ]),
  ];
  mergeBatches(sources, target, FOREVER);
  assert.deepEqual(keysOf(target), [1, 2, 3, 4, 5]);
  assert.deepEqual([...target.device.subarray(0, 5)], [0, 2, 2, 0, 2]);
  assert.deepEqual(
    sources.map((source) => source.count),
    [0, 0, 0],
  );
});

test('the same millisecond: in order of the callbacks, and else of the inputs', () => {
  const target = new EventBatch();
  const sources = [
    batchOf(0, [
      [7, 1, 7.9],
      [7, 2, 7.2],
    ]),
    batchOf(1, [
      [7, 3, 7.5],
      [7, 4, 7.9],
    ]),
  ];
  mergeBatches(sources, target, FOREVER);
  assert.deepEqual(keysOf(target), [3, 1, 2, 4]);
});

test('what is not before the watermark waits, payloads and all', () => {
  const source = new EventBatch(2);
  source.addShort(1, 0, 0x90);
  source.addBytes(2, 0, EventKind.SYSEX, Uint8Array.of(0xf0, 0xf7));
  source.addBytes(3, 0, EventKind.MARKER, new TextEncoder().encode('here'));
  const target = new EventBatch();
  mergeBatches([source], target, 2);
  assert.deepEqual(rowsOf(target), [[1, 0, 'short', '90 00 00']]);
  assert.deepEqual(rowsOf(source), [
    [2, 0, 'sysex', 'f0 f7'],
    [3, 0, 'marker', 'here'],
  ]);
  target.clear();
  mergeBatches([source], target, FOREVER);
  assert.deepEqual(rowsOf(target), [
    [2, 0, 'sysex', 'f0 f7'],
    [3, 0, 'marker', 'here'],
  ]);
  assert.deepEqual(source.payload, []);
});

test('an event that turns up after later ones were moved is moved to the time of those', () => {
  const target = new EventBatch();
  const late = batchOf(0, [
    [90, 1],
    [110, 2],
  ]);
  mergeBatches([late, batchOf(1, [[95, 3]])], target, FOREVER, 100);
  assert.deepEqual(rowsOf(target), [
    [100, 0, 'short', '90 01 40'],
    [100, 1, 'short', '90 03 40'],
    [110, 0, 'short', '90 02 40'],
  ]);
});

test('property: merging in steps, with any watermarks, is a stable sort by time and stamp', () => {
  const stamps = fc.array(
    fc.tuple(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 0, max: 9 })),
  );
  fc.assert(
    fc.property(fc.array(stamps, { maxLength: 4 }), fc.array(fc.nat(22)), (inputs, marks) => {
      const all: { timeMs: number; stampMs: number; device: number; key: number }[] = [];
      const sources = inputs.map((pairs, device) => {
        const sorted = pairs
          .map(([timeMs, part]) => ({ timeMs, stampMs: timeMs + part / 10 }))
          .sort((a, b) => a.timeMs - b.timeMs || a.stampMs - b.stampMs);
        all.push(...sorted.map((event, key) => ({ ...event, device, key })));
        return batchOf(
          device,
          sorted.map(({ timeMs, stampMs }, key) => [timeMs, key & 0x7f, stampMs]),
        );
      });
      const target = new EventBatch(1);
      for (const mark of marks.sort((a, b) => a - b)) mergeBatches(sources, target, mark);
      mergeBatches(sources, target, FOREVER);
      all.sort((a, b) => a.timeMs - b.timeMs || a.stampMs - b.stampMs || a.device - b.device);
      assert.deepEqual(
        rowsOf(target).map(([timeMs, device]) => [timeMs, device]),
        all.map(({ timeMs, device }) => [timeMs, device]),
      );
      assert.deepEqual(
        keysOf(target),
        all.map(({ key }) => key & 0x7f),
      );
    }),
    { numRuns: 300 },
  );
});
