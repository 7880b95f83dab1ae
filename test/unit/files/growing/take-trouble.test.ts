/** A take on a disk that fails, fills up or does not answer: nothing goes wrong in silence, and what is on the disk is whole. */
import assert from 'node:assert/strict';
import { dirname } from 'node:path';
import { test } from 'node:test';
import type { TakeResult } from '../../../../src/files/growing/growing-take.js';
import { type DiskStep, ioError } from '../../../support/smf-memory-disk.js';
import { PARSERS } from '../../../support/smf-parsers.js';
import {
  batchOf,
  closeTake,
  openTake,
  parseThrice,
  TAKE_PATH,
} from '../../../support/smf-takes.js';

const isWrite = ({ kind }: DiskStep) => kind === 'write';
const onJournal = (step: DiskStep) => 'file' in step && step.file === 0;
const isNewFile = ({ kind }: DiskStep) => kind === 'create';

function fullWhen(matches: (step: DiskStep) => boolean) {
  return (step: DiskStep) => (matches(step) ? ioError('ENOSPC') : undefined);
}

function openTroubled() {
  const reports: string[] = [];
  const opened = openTake({
    limits: { waitingBytes: 1000, trackBytes: 1e9 },
    onTrouble: (error) => reports.push(`${error.code}: ${error.message}`),
    onRecovered: () => reports.push('recovered'),
  });
  return { ...opened, reports };
}

function assertTrouble(result: TakeResult, message: RegExp): void {
  assert.equal(result.trouble?.code, 'WRITE_FAILED');
  assert.match(result.trouble.message, message);
}

/** Every way in which one flush can fail: at its first, second … step. */
for (let failingStep = 0; failingStep < 5; failingStep++) {
  test(`a flush that fails at step ${failingStep} is repeated, and reported once`, async () => {
    const opened = openTroubled();
    const { take, clock, disk, reports } = opened;
    take.write(batchOf([1, '903c40']));
    await clock.advanceAsync(500);
    let passes = failingStep;
    disk.fault = () => (passes-- > 0 ? undefined : ioError('EIO'));
    take.write(batchOf([2, '803c00']));
    await clock.advanceAsync(500);
    take.write(batchOf([3, 'c105']));
    await clock.advanceAsync(3000);
    assert.deepEqual(reports, [
      `WRITE_FAILED: cannot write to ${TAKE_PATH}: input/output error (EIO)`,
    ]);
    for (const parse of PARSERS) parse(disk.read(TAKE_PATH)!);
    disk.fault = () => undefined;
    await clock.advanceAsync(2000);
    assert.deepEqual(reports.slice(1), ['recovered']);
    assert.equal(take.waitingBytes, 0);
    const { parsed, result } = await closeTake(opened, 4);
    assert.equal(result.trouble, undefined);
    assert.deepEqual(parsed.tracks[0]!.slice(3), ['1 903c40', '2 803c00', '3 c105', '4 ff2f ']);
  });
}

test('beyond the bound events are lost, counted, and marked in the file', async () => {
  const opened = openTroubled();
  const { take, clock, disk } = opened;
  disk.fault = fullWhen(isWrite);
  for (let nth = 0; nth < 300; nth++) {
    take.write(batchOf([1000 + nth, '903c40']));
    if (nth % 100 === 0) await clock.advanceAsync(1000);
  }
  assert.ok(take.waitingBytes >= 1000 && take.waitingBytes < 1020);
  disk.fault = () => undefined;
  await clock.advanceAsync(2000);
  take.write(batchOf([2000, 'c105']));
  const { result, parsed } = await closeTake(opened, 2000);
  const kept = parsed.tracks[0]!.filter((line) => line.endsWith('903c40')).length;
  assert.deepEqual(result.lost, { count: 300 - kept, firstTimeMs: 1000 + kept, lastTimeMs: 1299 });
  assert.equal(result.events, kept + 1);
  const text = `${300 - kept} events were not recorded: the disk took no more`;
  assert.ok(parsed.tracks[0]!.includes(`2000 ff06 ${Buffer.from(text).toString('hex')}`));
});

test('a healthy disk takes a sysex larger than the bound', async () => {
  const opened = openTroubled();
  opened.take.write(batchOf([1, `f0${'00'.repeat(5000)}f7`]));
  opened.take.write(batchOf([2, 'c105']));
  const { result } = await closeTake(opened, 2);
  assert.equal(result.lost, undefined);
  assert.equal(result.events, 2);
});

test('a track that is full takes no more', async () => {
  const opened = openTake({ limits: { waitingBytes: 1e9, trackBytes: 60 } });
  for (let nth = 0; nth < 20; nth++) opened.take.write(batchOf([nth, '903c40']));
  const { result } = await closeTake(opened, 20);
  assert.equal(result.events + result.lost!.count, 20);
  assert.equal(result.lost!.lastTimeMs, 19);
});

test('a disk that does not answer is reported; at the end another one is asked', async () => {
  const opened = openTroubled();
  const { take, clock, disk, reports } = opened;
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  disk.isStalled = true;
  take.write(batchOf([2, '803c00']));
  await clock.advanceAsync(6000);
  assert.match(reports.join(), /the disk has not answered for 5 seconds/);
  take.write(batchOf([3, 'c105']));
  const closing = take.close(4);
  await clock.advanceAsync(10_000);
  const result = await closing;
  assert.equal(dirname(result.path), disk.tempFolder);
  assertTrouble(result, /cannot write to .*take\.mid: the disk does not answer/);
  const [partial] = parseThrice(disk.read(TAKE_PATH)!).tracks;
  assert.ok(partial!.includes('1 903c40'));
  assert.deepEqual(parseThrice(disk.read(result.path)!).tracks[0]!.slice(3), [
    '1 903c40',
    '2 803c00',
    '3 c105',
    '4 ff2f ',
  ]);
  assert.equal(clock.pendingTimers, 0);
});

test('a disk that hangs: what only memory has is safe before the disk is read', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  disk.isStalled = true;
  take.write(batchOf([2, '803c00']));
  await clock.advanceAsync(6000);
  let rest: Uint8Array | undefined;
  disk.onRead = () => {
    const path = [...disk.files.keys()].find((name) => name.includes('-rest-'));
    rest ??= path === undefined ? undefined : disk.read(path)?.slice();
    assert.ok(rest !== undefined, 'nothing is read before');
  };
  const closing = take.close(4);
  await clock.advanceAsync(10_000);
  await closing;
  assert.ok(parseThrice(rest!).tracks[0]!.includes('2 803c00'));
  assert.ok(![...disk.files.keys()].some((name) => name.includes('-rest-')), 'not needed any more');
});

test('a take that cannot be rewritten stays as it grew, whole', async () => {
  const opened = openTake();
  opened.take.write(batchOf([1, '903c40']));
  await opened.clock.advanceAsync(500);
  opened.take.write(batchOf([2, '803c00']));
  opened.disk.fault = fullWhen((step) => isWrite(step) && !onJournal(step));
  const { result, parsed } = await closeTake(opened, 9);
  assert.equal(result.canonical, false);
  assertTrouble(result, /final form: no space left/);
  assert.match(result.trouble!.hint!, /take\.mid is complete/);
  const events = parsed.tracks[0]!.filter((line) => !line.endsWith('ff01 '));
  assert.deepEqual(events.slice(2), ['1 903c40', '2 803c00', '9 ff2f ']);
});

test('a take whose place is held by another program stays as it grew, too', async () => {
  const opened = openTake();
  opened.take.write(batchOf([1, '903c40']));
  opened.disk.fault = fullWhen(({ kind }) => kind === 'rename');
  const { result, parsed } = await closeTake(opened, 2);
  assert.equal(result.canonical, false);
  assertTrouble(result, /final form/);
  assert.equal(parsed.tracks[0]!.at(-1), '2 ff2f ');
});

test('a file that cannot be replaced stays, and the take keeps its own name', async () => {
  // Looked for on the real disk, replaced on the one in memory.
  const opened = openTake({ path: import.meta.filename, overwrite: true });
  opened.take.write(batchOf([1, '903c40']));
  opened.disk.fault = (step) => (step.kind === 'rename' ? ioError('EACCES') : undefined);
  await opened.clock.advanceAsync(500);
  const result = await opened.take.close(2);
  assertTrouble(result, /cannot write to .*: permission denied/);
  assert.match(result.path, /\.midirec-tmp-/);
  assert.deepEqual([...opened.disk.files.keys()], [result.path]);
  const { tracks } = parseThrice(opened.disk.read(result.path)!);
  assert.deepEqual(tracks[0]!.slice(3), ['1 903c40', '2 ff2f ']);
});

test('a full disk at the end: the take goes to the folder for temporary files', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  take.write(batchOf([2, '803c00']));
  let elsewhere = -1;
  disk.fault = (step) => {
    if (step.kind === 'create' && dirname(step.path) === disk.tempFolder) elsewhere = step.file;
    return isWrite(step) && 'file' in step && step.file !== elsewhere
      ? ioError('ENOSPC')
      : undefined;
  };
  const result = await take.close(3);
  assertTrouble(result, /cannot write to .*take\.mid: no space left/);
  assert.equal(dirname(result.path), disk.tempFolder);
  assert.match(result.path, /\.mid$/);
  assert.equal(result.trouble!.hint, `the whole take is in ${result.path}`);
  const [track] = parseThrice(disk.read(result.path)!).tracks;
  assert.deepEqual(track!.slice(3), ['1 903c40', '2 803c00', '3 ff2f ']);
  const [partial] = parseThrice(disk.read(TAKE_PATH)!).tracks;
  assert.ok(partial!.includes('1 903c40'));
});

test('nowhere to write: the loss is counted, and it is said what is left, and where', async () => {
  const { take, clock, disk } = openTake();
  take.write(batchOf([1, '903c40']));
  await clock.advanceAsync(500);
  take.write(batchOf([2, '803c00'], [7, 'c105']));
  disk.fault = fullWhen((step) => isWrite(step) || isNewFile(step));
  const result = await take.close(9);
  assertTrouble(result, /cannot write to .*take\.mid: no space left/);
  assert.match(result.trouble!.hint!, /^everything up to then is in .*take\.mid$/);
  assert.deepEqual(result.lost, { count: 2, firstTimeMs: 1, lastTimeMs: 7 });
  assert.equal(result.events, 1);
  assert.deepEqual([...disk.files.keys()], [TAKE_PATH]);
  assert.ok(parseThrice(disk.read(TAKE_PATH)!).tracks[0]!.includes('1 903c40'));
});
