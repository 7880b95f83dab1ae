/** Marks: each at its time among the events, and no event moved. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBatch, EventKind } from '../../../src/midi/event-batch.js';
import { Marks } from '../../../src/takes/marks.js';
import { parseTrigger } from '../../../src/takes/trigger-rule.js';

const NOTE = 0x40_3c90;

function eventsAt(...timesMs: number[]): EventBatch {
  const batch = new EventBatch();
  for (const timeMs of timesMs) batch.addShort(timeMs, 1, NOTE);
  return batch;
}

function rowsOf(batch: EventBatch | undefined): (string | number)[][] {
  return Array.from({ length: batch?.count ?? 0 }, (_, row) => [
    batch!.timeMs[row]!,
    batch!.kind[row] === EventKind.MARKER ? Buffer.from(batch!.payload[row]!).toString() : 'note',
  ]);
}

test('a mark waits for the events before it, and lies before those after it', () => {
  const marks = new Marks([]);
  assert.equal(marks.add(1000), 'Mark 1');
  assert.equal(marks.add(1500, 'chorus'), 'chorus');
  assert.deepEqual(rowsOf(marks.place(eventsAt(900, 990))), [
    [900, 'note'],
    [990, 'note'],
  ]);
  assert.deepEqual(rowsOf(marks.place(eventsAt(995, 1005))), [
    [995, 'note'],
    [1000, 'Mark 1'],
    [1005, 'note'],
  ]);
  assert.equal(marks.takeUntil(1499), undefined);
  assert.deepEqual(rowsOf(marks.takeUntil(1500)), [[1500, 'chorus']]);
  assert.equal(marks.takeUntil(Number.POSITIVE_INFINITY), undefined);
});

test('what is played sets one at its own time, numbered in that order', () => {
  const marks = new Marks([parseTrigger('cc 66'), parseTrigger('note C4')]);
  const events = eventsAt(10);
  events.addShort(20, 0, 0x7f_42b0);
  events.addShort(30, 0, 0x00_42b0);
  assert.deepEqual(
    rowsOf(marks.place(events)).filter(([, text]) => text !== 'note' && text !== undefined),
    [
      [10, 'Mark 1'],
      [20, 'Mark 2'],
    ],
  );
});

test('without marks the events are the batch that came', () => {
  const events = eventsAt(1, 2);
  assert.equal(new Marks([]).place(events), events);
});

test('a mark before the take, in its count-in, stands at its beginning', () => {
  const marks = new Marks([]);
  marks.add(Number.NEGATIVE_INFINITY, 'at once');
  marks.add(-1500, 'ready');
  assert.equal(marks.takeUntil(-1), undefined);
  assert.deepEqual(rowsOf(marks.place(eventsAt(20))), [
    [0, 'at once'],
    [0, 'ready'],
    [20, 'note'],
  ]);
});
