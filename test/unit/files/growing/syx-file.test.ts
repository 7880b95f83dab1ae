/** Tests of the growing .syx: whole at every message boundary, whatever the disk does. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import type { SyxFileOptions } from '../../../../src/files/growing/growing-dump.js';
import { SyxFile } from '../../../../src/files/growing/syx-file.js';
import { SyxMessages } from '../../../../src/files/syx/syx-messages.js';
import type { MidirecError } from '../../../../src/midi/errors.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { temporaryFolder } from '../../../support/run-midirec.js';
import { type DiskStep, ioError, MemoryDisk } from '../../../support/smf-memory-disk.js';

const PATH = '/no-such-folder/dump.syx';
let disk: MemoryDisk;
let clock: FakeClock;
let events: string[];

beforeEach(() => {
  disk = new MemoryDisk();
  clock = new FakeClock();
  events = [];
});

function open(options: Partial<SyxFileOptions> = {}): SyxFile {
  return new SyxFile({
    path: PATH,
    overwrite: false,
    clock,
    disk,
    onTrouble: (error: MidirecError) => events.push(`trouble: ${error.message}`),
    onRecovered: () => events.push('recovered'),
    onMoved: (path) => events.push(`moved: ${path}`),
    ...options,
  });
}

/** A message of `length` bytes whose data is `fill`. */
function sysex(length: number, fill = 1): Uint8Array {
  const message = new Uint8Array(length).fill(fill);
  message[0] = 0xf0;
  message[length - 1] = 0xf7;
  return message;
}

const lengths = (bytes: Uint8Array | undefined) =>
  [...new SyxMessages(bytes?.slice() ?? new Uint8Array(0))].map((message) => message.bytes.length);

const isWrite = (step: DiskStep) => step.kind === 'write' || step.kind === 'create';

test('messages are in the file and synced as they come', async () => {
  const file = open();
  assert.deepEqual(disk.read(PATH), new Uint8Array(0));
  for (const length of [10, 20, 5]) {
    file.append(sysex(length));
    await nextTurn();
    assert.equal(file.waitingBytes, 0);
    assert.equal(disk.log.at(-1)?.kind, 'sync');
  }
  assert.deepEqual(lengths(disk.read(PATH)), [10, 20, 5]);
  assert.deepEqual(await file.close(), {
    paths: [PATH],
    messages: 3,
    byteLength: 35,
    lost: undefined,
    trouble: undefined,
  });
  assert.equal(await file.close(), await file.close());
  assert.equal(disk.files.get(PATH)?.isOpen, false);
  assert.throws(() => file.append(sysex(3)), /closed/);
  assert.equal(clock.pendingTimers, 0);
});

test('what is appended just before the end is in the file', async () => {
  const file = open();
  for (let index = 0; index < 500; index++) file.append(sysex(3 + index));
  const { messages, byteLength } = await file.close();
  assert.equal(messages, 500);
  assert.equal(disk.read(PATH)?.length, byteLength);
  assert.deepEqual(
    lengths(disk.read(PATH)),
    Array.from({ length: 500 }, (_, index) => 3 + index),
  );
});

test('no message leaves no file', async () => {
  assert.deepEqual((await open().close()).paths, []);
  assert.equal(disk.files.size, 0);
});

test('a dump that is discarded leaves no file', async () => {
  const file = open();
  file.append(sysex(10));
  await nextTurn();
  await file.discard();
  assert.equal(disk.files.size, 0);
  assert.equal(clock.pendingTimers, 0);
});

test('a path that can hold no file is refused, and nothing is done', () => {
  disk.fault = (step) => (step.kind === 'create' ? ioError('EACCES') : undefined);
  assert.throws(() => open(), { code: 'OUTPUT_UNWRITABLE', exitCode: 2 });
  assert.throws(() => open({ split: true }), { code: 'OUTPUT_UNWRITABLE' });
  disk.fault = (step) => (step.kind === 'create' ? ioError('EEXIST') : undefined);
  assert.throws(() => open(), { code: 'OUTPUT_EXISTS' });
  assert.equal(disk.files.size, 0);
});

test('a full disk is tried again, and the dump goes on when there is room', async () => {
  const file = open();
  file.append(sysex(10));
  await nextTurn();
  disk.fault = (step) => (isWrite(step) ? ioError('ENOSPC') : undefined);
  file.append(sysex(20));
  await clock.advanceAsync(2500);
  file.append(sysex(30));
  assert.equal(file.waitingBytes, 50);
  assert.deepEqual(lengths(disk.read(PATH)), [10]);
  disk.fault = () => undefined;
  await clock.advanceAsync(1000);
  assert.deepEqual(lengths(disk.read(PATH)), [10, 20, 30]);
  assert.deepEqual(events, [
    `trouble: cannot write to ${PATH}: no space left on the disk (ENOSPC)`,
    'recovered',
  ]);
  assert.equal((await file.close()).trouble, undefined);
});

test('half a message that a full disk took does not stay', async () => {
  const file = open();
  file.append(sysex(10));
  await nextTurn();
  disk.fault = (step) => {
    if (step.kind !== 'sync') return undefined;
    return ioError('EIO');
  };
  file.append(sysex(20));
  await nextTurn();
  assert.deepEqual(lengths(disk.read(PATH)), [10]);
  disk.fault = () => undefined;
  await file.close();
  assert.deepEqual(lengths(disk.read(PATH)), [10, 20]);
});

const isOutsideTemp = (step: DiskStep) =>
  (step.kind === 'write' && step.file === 0) ||
  (step.kind === 'create' && !step.path.startsWith('/temp/'));

test('a disk that stays full to the end: the rest is in the temporary folder', async () => {
  const file = open();
  file.append(sysex(10));
  await nextTurn();
  disk.fault = (step) => (isOutsideTemp(step) ? ioError('ENOSPC') : undefined);
  file.append(sysex(20));
  file.append(sysex(30));
  const { paths, messages, trouble } = await file.close();
  assert.equal(messages, 3);
  assert.match(paths[1] ?? '', /^\/temp\/dump-rest-[0-9a-f]{8}\.syx$/);
  assert.deepEqual(lengths(disk.read(PATH)), [10]);
  assert.deepEqual(lengths(disk.read(paths[1] ?? '')), [20, 30]);
  assert.equal(trouble?.code, 'WRITE_FAILED');
  assert.ok(trouble?.hint?.includes(paths[1] ?? '?'));
  assert.equal(clock.pendingTimers, 0);
});

test('when the memory is full the dump moves to the temporary folder and goes on there', async () => {
  const file = open({ waitingBytesLimit: 100 });
  disk.fault = (step) => (isOutsideTemp(step) ? ioError('ENOSPC') : undefined);
  for (let index = 0; index < 10; index++) {
    file.append(sysex(30, index));
    await nextTurn();
  }
  const { paths, messages, lost } = await file.close();
  assert.equal(messages, 10);
  assert.equal(lost, undefined);
  assert.equal(paths.length, 1);
  assert.equal(lengths(disk.read(paths[0])).length, 10);
  assert.equal(disk.read(PATH), undefined, 'the file that stayed empty is gone');
  assert.equal(events.length, 2);
  assert.match(events[1], /^moved: \/temp\//);
});

test('when there is no room anywhere, what is lost is counted', async () => {
  const file = open({ waitingBytesLimit: 100 });
  disk.fault = (step) => (isWrite(step) ? ioError('ENOSPC') : undefined);
  for (let index = 0; index < 10; index++) {
    file.append(sysex(30));
    await nextTurn();
  }
  const { paths, messages, lost, trouble } = await file.close();
  assert.deepEqual({ paths, messages }, { paths: [], messages: 0 });
  assert.deepEqual(lost, { messages: 10, byteLength: 300 });
  assert.equal(trouble?.code, 'WRITE_FAILED');
});

test('a write that hangs does not keep the end from coming', async () => {
  const file = open();
  disk.isStalled = true;
  file.append(sysex(10));
  file.append(sysex(20));
  const closing = file.close();
  await clock.advanceAsync(2000);
  assert.equal((await closing).messages, 2);
  assert.deepEqual(lengths(disk.read(PATH)), [10, 20]);
});

test('one message larger than the limit is written by a disk that is well', async () => {
  const file = open({ waitingBytesLimit: 100 });
  file.append(sysex(1000));
  await nextTurn();
  assert.deepEqual(lengths(disk.read(PATH)), [1000]);
  assert.equal((await file.close()).lost, undefined);
});

test('a file that someone removes while it grows is made again', async () => {
  const file = open();
  file.append(sysex(10));
  await nextTurn();
  disk.remove(PATH);
  file.append(sysex(20));
  await nextTurn();
  const result = await file.close();
  assert.deepEqual([result.paths, result.trouble, result.lost], [[PATH], undefined, undefined]);
  assert.deepEqual(lengths(disk.read(PATH)), [10, 20]);
  assert.ok([...disk.files.values()].every(({ isOpen }) => !isOpen));
});

test('a file that someone removes with its folder is made again in the temporary folder', async () => {
  const file = open();
  file.append(sysex(10));
  await nextTurn();
  disk.remove(PATH);
  disk.fault = (step) =>
    step.kind === 'create' && step.path === PATH ? ioError('ENOENT') : undefined;
  const result = await file.close();
  assert.match(result.trouble!.message, /was removed while the dump was written to it/);
  assert.equal(result.trouble!.hint, `the dump is in ${result.paths[0]}`);
  assert.deepEqual(lengths(disk.read(result.paths[0]!)), [10]);
});

test('only the file that was there at the start is replaced, not what has come there since', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'dump.syx');
  writeFileSync(path, 'old');
  const file = new SyxFile({ path, overwrite: true, clock });
  writeFileSync(join(folder, 'new'), 'precious');
  renameSync(join(folder, 'new'), path);
  file.append(sysex(10));
  const { paths, messages, trouble } = await file.close();
  t.after(() => rmSync(paths[0]!));
  assert.equal(readFileSync(path, 'utf8'), 'precious');
  assert.deepEqual(readdirSync(folder), ['dump.syx']);
  assert.equal(messages, 1);
  assert.equal(trouble?.hint, `the rest of it is in ${paths[0]}`);
  assert.deepEqual(lengths(readFileSync(paths[0]!)), [10]);
});

test('each message gets a file of its own', async () => {
  const file = open({ split: true });
  assert.equal(disk.files.size, 0, 'nothing before the first message');
  for (let index = 1; index <= 12; index++) file.append(sysex(10 + index));
  const { paths } = await file.close();
  assert.equal(paths[0], '/no-such-folder/dump-001.syx');
  assert.equal(paths[11], '/no-such-folder/dump-012.syx');
  assert.deepEqual(
    paths.map((path) => disk.read(path)?.length),
    Array.from({ length: 12 }, (_, index) => 11 + index),
  );
});

test('a file that came to be there while a split dump runs keeps its number', async () => {
  disk.create('/no-such-folder/dump-002.syx', Uint8Array.of(1)).close();
  const file = open({ split: true });
  file.append(sysex(10));
  file.append(sysex(11));
  const { paths } = await file.close();
  assert.deepEqual(paths, ['/no-such-folder/dump-001.syx', '/no-such-folder/dump-003.syx']);
  assert.deepEqual(disk.read('/no-such-folder/dump-002.syx'), Uint8Array.of(1));
});

test('property: every prefix of what the disk is told holds only whole messages, in order', async () => {
  const action = fc.oneof(
    fc.integer({ min: 2, max: 40 }).map((length) => ({ length })),
    fc.constant('turn' as const),
    fc.constantFrom('ENOSPC', 'EIO').map((code) => ({ code })),
    fc.constant('heal' as const),
  );
  const run = fc.asyncProperty(fc.array(action, { maxLength: 30 }), async (actions) => {
    disk = new MemoryDisk();
    clock = new FakeClock();
    const sent: number[] = [];
    const file = open();
    for (const step of actions) {
      if (step === 'turn') await clock.advanceAsync(1000);
      else if (step === 'heal') disk.fault = () => undefined;
      else if ('code' in step) disk.fault = (at) => (isWrite(at) ? ioError(step.code) : undefined);
      else sent.push(step.length) && file.append(sysex(step.length));
      const soFar = lengths(disk.read(PATH));
      assert.deepEqual(soFar, sent.slice(0, soFar.length));
    }
    disk.fault = () => undefined;
    assert.equal((await file.close()).messages, sent.length);
    assert.deepEqual(lengths(disk.read(PATH)), sent);
    assert.equal(clock.pendingTimers, 0);
  });
  await fc.assert(run);
});

const PIECES_PATH = '/no-such-folder/dump.incomplete.syx';

/** A dump of its own that holds one message in pieces. */
function inPieces(...pieces: Uint8Array[]): SyxFile {
  const long = open({ path: PIECES_PATH });
  for (const piece of pieces) long.append(piece);
  return long;
}

test('a message that was written in pieces becomes the file, without being copied', async () => {
  const file = open();
  const message = sysex(30);
  const long = inPieces(message.subarray(0, 10), message.subarray(10));
  assert.ok(file.adopt(long));
  file.append(sysex(5));
  const written = disk.log.filter(isWrite).length;
  const { messages, byteLength, paths, lost, trouble } = await file.close();
  await nextTurn();
  assert.deepEqual(
    { messages, byteLength, lost, trouble },
    { messages: 2, byteLength: 35, lost: undefined, trouble: undefined },
  );
  assert.deepEqual(paths, [PATH]);
  assert.deepEqual(lengths(disk.read(PATH)), [30, 5]);
  assert.equal(disk.read(PIECES_PATH), undefined);
  assert.ok(written <= 5, `${written} writes`);
});

test('… or comes behind what is in it, in its turn', async () => {
  const file = open();
  file.append(sysex(10));
  const message = sysex(0x10_0000);
  const long = inPieces(message.subarray(0, 0x8_0000), message.subarray(0x8_0000));
  assert.ok(file.adopt(long));
  file.append(sysex(5));
  const { messages, lost } = await file.close();
  assert.deepEqual({ messages, lost }, { messages: 3, lost: undefined });
  assert.deepEqual(lengths(disk.read(PATH)), [10, 0x10_0000, 5]);
  await nextTurn();
  assert.equal(disk.read(PIECES_PATH), undefined);
});

test('… or a file of its own among others, in its turn', async () => {
  const file = open({ split: true, path: '/tmp/no-such-file.syx' });
  file.append(sysex(10));
  assert.ok(file.adopt(inPieces(sysex(20).subarray(0, 10), sysex(20).subarray(10))));
  file.append(sysex(5));
  const { messages, paths, byteLength } = await file.close();
  assert.deepEqual({ messages, byteLength }, { messages: 3, byteLength: 35 });
  assert.deepEqual(
    paths.map((path) => disk.read(path)?.length),
    [10, 20, 5],
  );
  assert.equal(disk.read(PIECES_PATH), undefined);
});

test('a message that the disk has no room for stays where it is, and the file is whole', async () => {
  const file = open();
  file.append(sysex(10));
  const long = inPieces(sysex(0x10_0000));
  await nextTurn();
  await nextTurn();
  disk.fault = (step) => (step.kind === 'write' && step.file === 0 ? ioError('ENOSPC') : undefined);
  assert.equal(file.adopt(long), false);
  disk.fault = () => undefined;
  file.append(sysex(5));
  assert.equal((await file.close()).messages, 2);
  assert.deepEqual(lengths(disk.read(PATH)), [10, 5]);
  await long.close();
  assert.deepEqual(lengths(disk.read(PIECES_PATH)), [0x10_0000]);
});
