/** A take in whose place, or in whose file, somebody else has written meanwhile: nothing of theirs is lost, and no damage is called whole. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { JournalUnreadable } from '../../../../src/files/growing/journal-scanner.js';
import { rewriteTake } from '../../../../src/files/growing/take-rewrite.js';
import { runs } from '../../../support/long-tests.js';
import { ioError, MemoryDisk } from '../../../support/smf-memory-disk.js';
import { batchOf, openTake, parseThrice, TAKE_PATH } from '../../../support/smf-takes.js';

const FOREIGN = Buffer.from('precious');
const BESIDE = resolve('/takes/take-2.mid');

/** Somebody removes the growing file, and puts another one there. */
function replaceTake(disk: MemoryDisk, path = TAKE_PATH): void {
  disk.files.delete(path);
  disk.create(path, FOREIGN);
}

test('a file that has come into the place of the growing one stays; the take stands beside it', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  replaceTake(disk);
  const result = await take.close(2);
  assert.deepEqual(Buffer.from(disk.read(TAKE_PATH)!), FOREIGN);
  assert.equal(result.path, BESIDE);
  assert.equal(result.lost, undefined);
  assert.match(result.trouble!.message, /another file has taken the place of .*take\.mid/);
  assert.equal(result.trouble!.hint, `the whole take is in ${BESIDE}`);
  assert.deepEqual([...disk.files.keys()].sort(), [BESIDE, TAKE_PATH].sort());
  assert.ok(parseThrice(disk.read(BESIDE)!).tracks[0]!.includes('1 903c40'));
});

test('… and beside that, if the place beside it is taken, too', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  replaceTake(disk);
  disk.create(BESIDE, FOREIGN);
  const result = await take.close(2);
  assert.equal(result.path, resolve('/takes/take-3.mid'));
  assert.deepEqual(Buffer.from(disk.read(BESIDE)!), FOREIGN);
});

test('a growing file that was emptied is not called complete: what cannot be read is counted', async () => {
  const { take, clock, disk } = openTake();
  for (let nth = 0; nth < 40; nth++) take.write(batchOf([nth, '903c40']));
  await clock.advanceAsync(500);
  disk.files.get(TAKE_PATH)!.truncateNow(0);
  take.write(batchOf([50, '803c00']));
  await clock.advanceAsync(500);
  const result = await take.close(60);
  assert.equal(result.canonical, false);
  assert.deepEqual(result.lost, { count: 41, firstTimeMs: 0, lastTimeMs: 50 });
  assert.equal(result.events, 0);
  assert.match(result.trouble!.message, /take\.mid is damaged: another program has written to it/);
  assert.doesNotMatch(result.trouble!.hint!, /complete/);
});

test('a disk that cannot be read back at the end: no word of a complete take', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  disk.onRead = () => {
    throw ioError('EIO');
  };
  const result = await take.close(2);
  assert.match(result.trouble!.message, /take\.mid is damaged: input\/output error \(EIO\)/);
  assert.equal(result.lost?.count, 1);
  assert.ok(parseThrice(disk.read(TAKE_PATH)!).tracks[0]!.includes('1 903c40'));
});

test('nowhere to write: nothing stands behind the end of the file that grew', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  const file = disk.files.get(TAKE_PATH)!;
  const whole = file.content.length;
  disk.fault = (step) => {
    if (step.kind === 'create') return ioError('ENOSPC');
    if (step.kind !== 'write' || step.position < whole) return undefined;
    // As a full disk does: a part of it is there.
    disk.fault = (next) => (next.kind === 'create' ? ioError('ENOSPC') : undefined);
    file.writeNow(step.position, step.bytes.subarray(0, 3));
    disk.fault = (next) =>
      next.kind === 'create' || (next.kind === 'write' && next.position >= whole)
        ? ioError('ENOSPC')
        : undefined;
    return ioError('ENOSPC');
  };
  take.write(batchOf([2, '803c00']));
  const result = await take.close(3);
  assert.equal(result.lost?.count, 1);
  assert.equal(disk.read(TAKE_PATH)!.length, whole);
  assert.ok(parseThrice(disk.read(TAKE_PATH)!).tracks[0]!.includes('1 903c40'));
});

for (const format of [0, 1] as const) {
  test(`no other place, and little room: what is on the disk is whole, the others are counted, format ${format}`, async () => {
    for (let room = 0; room < 120; room += 7) {
      const { take, clock, disk } = openTake({ format });
      take.write(batchOf([1, '903c40']));
      await clock.advanceAsync(500);
      const capacity = disk.read(TAKE_PATH)!.length + room;
      disk.fault = (step) =>
        step.kind === 'create' ||
        (step.kind === 'write' && step.position + step.bytes.length > capacity)
          ? ioError('ENOSPC')
          : undefined;
      const notes = Array.from(
        { length: 20 },
        (_, nth) => [1000 + nth, '803c00', nth % 2] as const,
      );
      take.write(batchOf(...notes.slice(0, 10)));
      await clock.advanceAsync(500);
      take.write(batchOf(...notes.slice(10)));
      const result = await take.close(2000);
      const saved = parseThrice(disk.read(TAKE_PATH)!)
        .tracks.flat()
        .filter((line) => line.endsWith('803c00'));
      assert.deepEqual(
        saved,
        notes.slice(0, saved.length).map(([timeMs]) => `${timeMs} 803c00`),
      );
      assert.equal((result.lost?.count ?? 0) + saved.length, 20);
      assert.equal(result.byteLength, disk.read(TAKE_PATH)!.length);
    }
  });
}

test('no room for a large sysex, and no other place: the last end of track is the only one', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  const capacity = disk.read(TAKE_PATH)!.length + 50;
  disk.fault = (step) =>
    step.kind === 'create' ||
    (step.kind === 'write' && step.position + step.bytes.length > capacity)
      ? ioError('ENOSPC')
      : undefined;
  take.write(batchOf([1000, '803c00'], [1001, `f0${'01'.repeat(200)}f7`]));
  const result = await take.close(2000);
  assert.equal(result.lost?.count, 2);
  const bytes = Buffer.from(disk.read(TAKE_PATH)!);
  // Some readers stop at the first one, and would miss the note.
  assert.equal(bytes.indexOf('ff2f00', 'hex'), bytes.length - 3);
  assert.ok(parseThrice(bytes).tracks[0]!.includes('1 903c40'));
});

test('property: a journal of any bytes is rewritten or refused, and keeps nobody busy', () => {
  const shape = {
    format: 0 as const,
    ppq: 500,
    tempoMicroseconds: 500_000,
    timeSignature: { numerator: 4, denominator: 4 },
    tracks: [{ name: undefined, device: undefined, channels: undefined }],
    endTick: 0x0fff_ffff,
  };
  const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 0xff, 0xf0, 0x80, 0x90, 0x7f));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), fc.array(byte, { maxLength: 80 }), (a, b) => {
      for (const bytes of [a, Uint8Array.from(b)]) {
        const disk = new MemoryDisk();
        const file = disk.create('/journal', bytes);
        const target = disk.create('/target', new Uint8Array(0));
        const events = { parts: [{ file, start: 0, end: bytes.length }], waiting: [] };
        try {
          rewriteTake(events, shape, target);
        } catch (error) {
          assert.ok(error instanceof JournalUnreadable, String(error));
        }
      }
    }),
    { numRuns: runs(3000) },
  );
});
