/** A take whose own disk takes no more: it goes on in the folder for temporary files, and what can be put together is. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { type DiskStep, ioError, type MemoryDisk } from '../../../support/smf-memory-disk.js';
import { batchOf, openTake, parseThrice, TAKE_PATH } from '../../../support/smf-takes.js';

const isWrite = ({ kind }: DiskStep) => kind === 'write';
const hex = (text: string) => Buffer.from(text).toString('hex');

/** Files in the folder for temporary files. */
function spares(disk: MemoryDisk): string[] {
  return [...disk.files.keys()].filter((path) => dirname(path) === disk.tempFolder);
}

/**
 * A take of 60 events, of which the first 10 are on its own disk; that is full then.
 *
 * @param fillsBoth - the one that it moves to is full after that, too
 */
async function openFull(format: 0 | 1, fillsBoth = false) {
  const moves: string[] = [];
  const opened = openTake({
    format,
    deviceNames: ['Piano', 'Pads'],
    limits: { waitingBytes: 100, trackBytes: 1e9 },
    onMoved: (path) => moves.push(path),
  });
  const { take, clock, disk } = opened;
  const play = async (from: number, to: number) => {
    for (let nth = from; nth < to; nth++)
      take.write(batchOf([nth * 10, `90${key(nth)}40`, nth % 2]));
    await clock.advanceAsync(1000);
  };
  await play(0, 10);
  const isFull = (step: DiskStep) =>
    onOwnDisk(disk, step) ||
    (fillsBoth && 'file' in step && disk.files.get(moves[0]!)?.number === step.file);
  disk.fault = (step) => (isWrite(step) && isFull(step) ? ioError('ENOSPC') : undefined);
  // With a few that have failed others wait in the encoder when the take moves.
  const failing = fillsBoth ? 12 : 40;
  await play(10, failing);
  await play(failing, 60);
  return { ...opened, moves, play };
}

const key = (nth: number) => nth.toString(16).padStart(2, '0');

function onOwnDisk(disk: MemoryDisk, step: DiskStep): boolean {
  if (!('file' in step)) return false;
  const onSpare = spares(disk).some((path) => disk.files.get(path)!.number === step.file);
  return !onSpare;
}

/** The notes of all tracks, as `tick key`, in order. */
function notesIn(bytes: Uint8Array): string[] {
  return parseThrice(bytes)
    .tracks.flat()
    .filter((line) => / 90/.test(line))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
}

const ALL = Array.from({ length: 60 }, (_, nth) => `${nth * 10} 90${key(nth)}40`);

for (const format of [0, 1] as const) {
  test(`format ${format}: beyond the bound the take goes on elsewhere, whole and on time; the end puts both together`, async () => {
    const { take, disk, moves } = await openFull(format);
    const [spare] = spares(disk);
    assert.deepEqual(moves, [spare]);
    assert.match(spare!, /take-rest-[0-9a-f]{8}\.mid$/);
    const begins = notesIn(disk.read(TAKE_PATH)!);
    assert.deepEqual(begins, ALL.slice(0, 10));
    assert.deepEqual(notesIn(disk.read(spare!)!), ALL.slice(10));
    assert.equal(take.waitingBytes, 0);

    disk.fault = () => undefined;
    const result = await take.close(700);
    assert.deepEqual([result.path, result.canonical, result.lost], [TAKE_PATH, true, undefined]);
    assert.equal(result.trouble, undefined);
    assert.deepEqual([...disk.files.keys()], [TAKE_PATH]);
    assert.deepEqual(notesIn(disk.read(TAKE_PATH)!), ALL);
    if (format === 0) return;
    const { tracks } = parseThrice(disk.read(TAKE_PATH)!);
    assert.equal(tracks[1]![0], `0 ff03 ${hex('Piano')}`);
    assert.deepEqual(
      tracks[2]!.filter((line) => / 90/.test(line)),
      ALL.filter((_, nth) => nth % 2 === 1),
    );
  });
}

test('after the move, what is played while a flush is under way writes over nothing of it', async () => {
  const { take, disk, clock } = await openFull(1);
  const [spare] = spares(disk);
  const file = disk.files.get(spare!)!;
  let go = () => {};
  const mayWrite = new Promise<void>((resolve) => {
    go = resolve;
  });
  file.write = async (position, bytes) => {
    await mayWrite;
    file.writeNow(position, bytes);
  };
  take.write(batchOf([600, '903c40', 0], [610, '903d40', 1]));
  await clock.advanceAsync(500);
  take.write(batchOf([620, '903e40', 0], [630, '903f40', 1]));
  go();
  await clock.advanceAsync(500);
  const played = ['600 903c40', '610 903d40', '620 903e40', '630 903f40'];
  assert.deepEqual(notesIn(disk.read(spare!)!).slice(-4), played);
});

test('a second place that fails as soon as the take has moved: what it had not taken is on time, too', async () => {
  const { take, disk } = await openFull(1, true);
  const [spare] = spares(disk);
  disk.files.get(spare!)!.readNow = () => {
    throw ioError('EIO');
  };
  const { lost } = await take.close(700);
  assert.equal(lost, undefined);
  const [rest] = spares(disk).filter((path) => path !== spare);
  const notes = notesIn(disk.read(rest!)!);
  assert.ok(notes.length > 10 && notes.length < 48, `${notes.length}`);
  assert.deepEqual(notes, ALL.slice(-notes.length));
});

test('a second place that fails, reading included: what it had not taken is saved by itself, on time', async () => {
  const { take, disk, play } = await openFull(1);
  const [spare] = spares(disk);
  const gone = disk.files.get(spare!)!;
  gone.readNow = () => {
    throw ioError('EIO');
  };
  disk.fault = (step) => ('file' in step && step.file === gone.number ? ioError('EIO') : undefined);
  await play(60, 64);
  const { lost } = await take.close(700);
  assert.equal(lost, undefined);
  const [rest] = spares(disk).filter((path) => path !== spare);
  const played = [60, 61, 62, 63].map((nth) => `${nth * 10} 90${key(nth)}40`);
  assert.deepEqual(notesIn(disk.read(rest!)!), played);
});

test('a disk that stays full: the whole take is in the folder for temporary files', async () => {
  const { take, disk } = await openFull(1);
  const full = disk.fault;
  disk.fault = (step) =>
    step.kind === 'create' && dirname(step.path) !== disk.tempFolder
      ? ioError('ENOSPC')
      : full(step);
  const result = await take.close(700);
  assert.equal(dirname(result.path), disk.tempFolder);
  assert.equal(result.trouble?.hint, `the whole take is in ${result.path}`);
  assert.deepEqual(spares(disk), [result.path]);
  assert.deepEqual(notesIn(disk.read(result.path)!), ALL);
});

test('no room to put the parts together: both stay, whole, and it is said which they are', async () => {
  const { take, disk } = await openFull(1);
  const [spare] = spares(disk);
  const full = disk.fault;
  disk.fault = (step) => (step.kind === 'create' ? ioError('ENOSPC') : full(step));
  const result = await take.close(700);
  assert.equal(result.trouble?.hint, `the take begins in ${TAKE_PATH} and goes on in ${spare}`);
  assert.equal(result.lost, undefined);
  const both = [TAKE_PATH, spare!].flatMap((path) => notesIn(disk.read(path)!));
  assert.deepEqual(both, ALL);
});

test('a disk that is gone, reading included: what it had not taken is saved by itself', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  take.write(batchOf([20, '803c00'], [30, '903d40']));
  const own = disk.files.get(TAKE_PATH)!;
  own.readNow = () => {
    throw ioError('EIO');
  };
  disk.fault = (step) => ('file' in step && step.file === own.number ? ioError('EIO') : undefined);
  const result = await take.close(40);
  const [rest] = spares(disk);
  assert.equal(result.trouble?.hint, `the take begins in ${TAKE_PATH} and goes on in ${rest}`);
  assert.equal(result.lost, undefined);
  const [track] = parseThrice(disk.read(rest!)!).tracks;
  assert.deepEqual(track!.slice(4), ['20 803c00', '30 903d40', '40 ff2f ']);
  assert.ok(parseThrice(disk.read(TAKE_PATH)!).tracks[0]!.includes('1 903c40'));
});

test('a growing file that someone removes is made again at the end', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  disk.remove(TAKE_PATH);
  const result = await take.close(2);
  assert.deepEqual([result.path, result.trouble, result.canonical], [TAKE_PATH, undefined, true]);
  assert.deepEqual(parseThrice(disk.read(TAKE_PATH)!).tracks[0]!.slice(3), ['1 903c40', '2 ff2f ']);
});

test('a growing file that was removed with its folder: the take goes to the folder for temporary files', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  disk.remove(TAKE_PATH);
  disk.fault = (step) =>
    step.kind === 'create' && dirname(step.path) !== disk.tempFolder
      ? ioError('ENOENT')
      : undefined;
  const result = await take.close(2);
  assert.equal(dirname(result.path), disk.tempFolder);
  assert.match(result.trouble!.message, /cannot write to .*take\.mid: there is no such folder/);
  assert.ok(parseThrice(disk.read(result.path)!).tracks[0]!.includes('1 903c40'));
});

test('a growing file that someone cuts short is not taken for the whole take', async () => {
  const { take, clock, disk } = openTake();
  for (let nth = 0; nth < 50; nth++) take.write(batchOf([nth, '903c40']));
  await clock.advanceAsync(500);
  take.write(batchOf([60, '803c00']));
  disk.files.get(TAKE_PATH)!.truncateNow(100);
  disk.files.get(TAKE_PATH)!.writeNow = () => {
    throw ioError('EIO');
  };
  const result = await take.close(61);
  assert.notEqual(result.trouble, undefined);
});
