import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBatch, EventKind } from '../../../src/midi/event-batch.js';
import { EventHistory } from '../../../src/takes/event-history.js';

function add(history: EventHistory, timeMs: number, packed: number): void {
  const batch = new EventBatch(1);
  batch.addShort(timeMs, 0, packed);
  history.add(batch);
}

function rows(kept: ReturnType<EventHistory['since']>): [number, string][] {
  return [...(kept?.batches ?? [])].flatMap((batch) =>
    Array.from({ length: batch.count }, (_, row): [number, string] => [
      batch.timeMs[row]!,
      batch.packed[row]!.toString(16),
    ]),
  );
}

/** What the kept events take, by what `since` gives. */
function keptBytes(history: EventHistory): number {
  const batches = [...(history.since(0)?.batches ?? [])];
  const payloads = batches.flatMap(({ payload }) => payload.map((bytes) => bytes?.length ?? 0));
  const ofPayloads = payloads.reduce((sum, length) => sum + length, 0);
  return batches.reduce((sum, { count }) => sum + 34 * count, ofPayloads);
}

test('what is kept starts shortly before its first event, with the state from before', () => {
  const history = new EventHistory(10_000, 1e9);
  add(history, 100, 0x05c0);
  add(history, 5000, 0x403c90);
  const kept = history.since(2000);
  assert.equal(kept?.startMs, 4500);
  assert.deepEqual(rows(kept), [
    [0, '5c0'],
    [500, '403c90'],
  ]);
});

test('nothing kept is nothing', () => {
  const history = new EventHistory(1000, 1e9);
  assert.equal(history.since(0), undefined);
  add(history, 5, 0x403c90);
  assert.equal(history.since(6), undefined);
});

test('what no one played makes no take, and none longer', () => {
  const history = new EventHistory(60_000, 1e9);
  for (let timeMs = 0; timeMs < 10_000; timeMs += 300) add(history, timeMs, 0xfe);
  assert.equal(history.since(0), undefined);
  add(history, 10_000, 0x403c90);
  add(history, 10_300, 0xfe);
  const kept = history.since(0);
  assert.equal(kept?.startMs, 9500);
  assert.deepEqual(rows(kept), [
    [100, 'fe'],
    [400, 'fe'],
    [500, '403c90'],
    [800, 'fe'],
  ]);
});

test('memory is bounded for large sysex as well', () => {
  const history = new EventHistory(1e9, 1_000_000);
  for (let timeMs = 0; timeMs < 200; timeMs++) {
    const batch = new EventBatch(1);
    batch.addBytes(timeMs, 0, EventKind.SYSEX, new Uint8Array(100_000));
    history.add(batch);
    assert.ok(keptBytes(history) < 1_300_000, `${keptBytes(history)}`);
  }
  assert.ok(history.missingSince(0)!.count > 0);
});

test('clear forgets events but not the state that they left behind', () => {
  const history = new EventHistory(10_000, 1e9);
  add(history, 100, 0x05c0);
  history.clear();
  assert.equal(history.allSince(0), undefined);
  add(history, 200, 0x403c90);
  assert.deepEqual(
    rows(history.since(0)).map(([, packed]) => packed),
    ['5c0', '403c90'],
  );
});

test('old events go, in pieces; memory is bounded however long it runs', () => {
  const history = new EventHistory(1000, 1e9);
  let most = 0;
  for (let timeMs = 0; timeMs < 200_000; timeMs++) {
    add(history, timeMs, 0x403c90);
    most = Math.max(most, history.allSince(0)!.count);
  }
  assert.ok(most < 3 * 4096, `${most} events`);
  assert.equal(history.missingSince(0), undefined);
  assert.equal(rows(history.since(199_999)).length, 1);
});

test('more than memory holds: the oldest go first, and it is said', () => {
  const history = new EventHistory(1e9, 100_000);
  for (let number = 0; number < 100; number++) {
    const batch = new EventBatch(1);
    batch.addBytes(number, 0, EventKind.SYSEX, new Uint8Array(50_000));
    history.add(batch);
    for (let row = 0; row < 4096; row++) add(history, number, 0x403c90);
  }
  const kept = rows(history.since(0)).length;
  assert.equal(history.missingSince(0)!.count + kept, 100 * 4097);
  assert.equal(history.missingSince(1000), undefined);
  assert.ok(keptBytes(history) < 500_000, `${keptBytes(history)}`);
  assert.deepEqual(history.allSince(0), { count: 100 * 4097, firstTimeMs: 0, lastTimeMs: 99 });
});

test('what was played and had no room is missing, also where nothing but clock is left; clock alone is not', () => {
  const history = new EventHistory(1e9, 100_000);
  const clock = (timeMs: number) => {
    for (let number = 0; number < 50_000; number++) add(history, timeMs, 0xf8);
  };
  clock(0);
  assert.equal(history.missingSince(0), undefined);
  add(history, 50_000, 0x403c90);
  clock(50_000);
  assert.equal(history.since(50_000), undefined);
  assert.ok(history.missingSince(50_000)!.count > 0);
});
