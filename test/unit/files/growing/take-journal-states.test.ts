/**
 * A take at every moment: whatever part of its writes has reached the disk, three readers read it.
 *
 * A killed program leaves a prefix of its writes. A power cut leaves, of what was written since
 * the last sync, any sectors in any order.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runs } from '../../../support/long-tests.js';
import type { DiskStep, MemoryDisk } from '../../../support/smf-memory-disk.js';
import { PARSERS } from '../../../support/smf-parsers.js';
import { batchOf, type EventNotation, openTake, TAKE_PATH } from '../../../support/smf-takes.js';

const SECTOR = 512;

type WriteStep = DiskStep & { kind: 'write' };

/** The bytes of a file, with writes in any order, whole or in part. */
class Surface {
  bytes = new Uint8Array(0);

  put(position: number, bytes: Uint8Array): void {
    const end = position + bytes.length;
    if (end > this.bytes.length) {
      const longer = new Uint8Array(end);
      longer.set(this.bytes);
      this.bytes = longer;
    }
    this.bytes.set(bytes, position);
  }
}

/**
 * The file at `path` after `steps`; the last writes, those after the last sync, are handed to `loseSome`.
 * Undefined: none of the take's own has that name.
 *
 * @param losesNames - new names that no sync of the folder has followed are lost as well
 */
function replay(
  steps: readonly DiskStep[],
  loseSome: (writes: WriteStep[]) => WriteStep[],
  path = TAKE_PATH,
  losesNames = false,
): Uint8Array | undefined {
  const namesSafe = steps.findLastIndex(({ kind }) => kind === 'syncFolder');
  const surfaces = new Map<number, Surface>();
  const pending = new Map<number, WriteStep[]>();
  const names = new Map<string, number>();
  const settle = (file: number, writes: WriteStep[]) => {
    for (const { position, bytes } of writes) surfaces.get(file)!.put(position, bytes);
    pending.set(file, []);
  };
  for (const [at, step] of steps.entries()) {
    if (step.kind === 'create') {
      names.set(step.path, step.file);
      surfaces.set(step.file, new Surface());
      pending.set(step.file, []);
      surfaces.get(step.file)!.put(0, step.bytes);
    } else if (step.kind === 'write') {
      pending.get(step.file)!.push(step);
    } else if (step.kind === 'sync') {
      settle(step.file, pending.get(step.file)!);
    } else if (step.kind === 'rename' && !(losesNames && at > namesSafe)) {
      names.set(step.to, names.get(step.from)!);
    }
  }
  const file = names.get(path);
  if (file === undefined) return undefined;
  settle(file, loseSome(pending.get(file)!));
  return surfaces.get(file)!.bytes;
}

/** Cuts writes at the borders of sectors. */
function sectorsOf(writes: WriteStep[]): WriteStep[] {
  return writes.flatMap((write) => {
    const pieces: WriteStep[] = [];
    for (let done = 0; done < write.bytes.length; ) {
      const position = write.position + done;
      const length = SECTOR - (position % SECTOR);
      pieces.push({ ...write, position, bytes: write.bytes.slice(done, done + length) });
      done += length;
    }
    return pieces;
  });
}

/** A generator of numbers below 1, the same on every run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

/** The musician's events of all tracks; every track must have its end, and only events that are known. */
function eventsOf(tracks: string[][]): string[] {
  for (const track of tracks) assert.match(track.at(-1)!, /ff2f $/);
  return tracks.flat().filter((line) => !/^\d+ ff(01 $|2f|51|58|03|09|21)/.test(line));
}

/** Events that each reader finds; all must be a beginning of `expected`. */
function countEvents(bytes: Uint8Array, expected: readonly string[]): number[] {
  return PARSERS.map((parse) => {
    const events = eventsOf(parse(bytes).tracks);
    assert.deepEqual(events, expected.slice(0, events.length));
    return events.length;
  });
}

/** Records a take of several flushes: small ones, one of many sectors, one of a single byte more. */
async function recordTake(format: 0 | 1) {
  const opened = openTake({ format, deviceNames: ['A'] });
  const random = pseudoRandom(format + 1);
  const expected: string[] = [];
  const flushes = [3, 1, 900, 2, 0, 120, 5];
  let timeMs = 0;
  for (const count of flushes) {
    const events: EventNotation[] = [];
    for (let nth = 0; nth < count; nth++) {
      timeMs += Math.floor(random() * 40);
      const isSysex = random() < 0.02;
      const length = Math.floor(random() * 700);
      const hex = isSysex ? `f0${'11'.repeat(length)}f7` : '903c40';
      events.push([timeMs, hex]);
      expected.push(isSysex ? `${timeMs} f0 ${hex.slice(2)}` : `${timeMs} 903c40`);
    }
    opened.take.write(batchOf(...events));
    await opened.clock.advanceAsync(600);
  }
  opened.take.write(batchOf([timeMs, 'c105']));
  expected.push(`${timeMs} c105`);
  await opened.take.close(timeMs + 5);
  return { disk: opened.disk, expected };
}

/** Keeps any sectors, in any order. */
function loseSectors(random: () => number): (writes: WriteStep[]) => WriteStep[] {
  return (writes) =>
    sectorsOf(writes)
      .filter(() => random() < 0.5)
      .sort(() => random() - 0.5);
}

function lastSyncBefore(log: readonly DiskStep[], end: number): number {
  for (let at = end; at > 0; at--) {
    const { kind } = log[at - 1]!;
    if (kind === 'sync' || kind === 'create' || kind === 'syncFolder') return at;
  }
  return 0;
}

function assertEveryPrefix(disk: MemoryDisk, expected: readonly string[]): void {
  let seen = [0, 0, 0];
  for (let end = 1; end <= disk.log.length; end++) {
    const counts = countEvents(replay(disk.log.slice(0, end), (writes) => writes)!, expected);
    for (const [reader, count] of counts.entries()) assert.ok(count >= seen[reader]!);
    seen = counts;
  }
  assert.deepEqual(seen, [expected.length, expected.length, expected.length]);
}

function assertPowerCuts(disk: MemoryDisk, expected: readonly string[], rounds: number): void {
  const random = pseudoRandom(7);
  for (let end = 1; end <= disk.log.length; end++) {
    const steps = disk.log.slice(0, end);
    const safe = replay(disk.log.slice(0, lastSyncBefore(disk.log, end)), () => [])!;
    const safeCounts = countEvents(safe, expected);
    for (let round = 0; round < rounds; round++) {
      const bytes = replay(steps, loseSectors(random), TAKE_PATH, round % 2 === 0)!;
      const counts = countEvents(bytes, expected);
      for (const [reader, count] of counts.entries()) assert.ok(count >= safeCounts[reader]!);
    }
  }
}

for (const format of [0, 1] as const) {
  test(`after any number of writes the take is whole, format ${format}`, async () => {
    const { disk, expected } = await recordTake(format);
    assert.ok(disk.log.filter(({ kind }) => kind === 'sync').length > 12);
    assertEveryPrefix(disk, expected);
  });

  test(`after a power cut at any moment the take is whole, format ${format}`, async () => {
    const { disk, expected } = await recordTake(format);
    assertPowerCuts(disk, expected, runs(12));
  });
}

test('a take that replaces a file: until its name is safe the old file is there, then a whole take', async () => {
  // There is such a file on the real disk, where a take looks before it is opened.
  const path = import.meta.filename;
  const { take, clock, disk } = openTake({ path, overwrite: true });
  const expected: string[] = [];
  for (let nth = 0; nth < 4; nth++) {
    take.write(batchOf([nth, '903c40']));
    expected.push(`${nth} 903c40`);
    await clock.advanceAsync(600);
  }
  await take.close(5);
  const random = pseudoRandom(3);
  let seen = 0;
  for (let end = 1; end <= disk.log.length; end++) {
    const steps = disk.log.slice(0, end);
    const whole = replay(steps, (writes) => writes, path);
    const [count] = whole === undefined ? [0] : countEvents(whole, expected);
    assert.ok(count! >= seen, 'the old file never comes back');
    seen = count!;
    for (const losesNames of [true, false]) {
      const bytes = replay(steps, loseSectors(random), path, losesNames);
      if (bytes !== undefined) countEvents(bytes, expected);
    }
  }
  assert.equal(seen, expected.length);
});

test('after each flush all readers have what was flushed, and a second of it is never missing', async () => {
  const { take, clock, disk } = openTake();
  for (let second = 0; second < 5; second++) {
    take.write(batchOf([second * 1000, '903c40'], [second * 1000 + 1, '803c00']));
    await clock.advanceAsync(1000);
    for (const parse of PARSERS) {
      const events = eventsOf(parse(disk.read(TAKE_PATH)!).tracks);
      assert.equal(events.length, 2 * (second + 1));
    }
  }
  await take.close(5000);
});

test('the length of the growing chunk lies within one sector', async () => {
  for (const format of [0, 1] as const) {
    const { disk } = await recordTake(format);
    const writes = disk.log.filter((step): step is WriteStep => step.kind === 'write');
    const lengths = writes.filter(({ file, bytes }) => file === 0 && bytes.length === 4);
    assert.ok(lengths.length >= 6);
    for (const { position } of lengths) assert.ok(position + 4 <= 64);
  }
});
