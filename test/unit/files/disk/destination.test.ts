/** Where a take may go, on the real disk: free names, files to replace, links, FIFOs, and what is refused. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  closeSync,
  constants,
  createReadStream,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, test } from 'node:test';
import { streamFile } from '../../../../src/files/disk/device-copy.js';
import { TakeFile } from '../../../../src/files/growing/take-file.js';
import { type Clock, systemClock } from '../../../../src/midi/clock.js';
import { type ErrorCode, MidirecError } from '../../../../src/midi/errors.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { batchOf, parseThrice, TAKE_SETTINGS } from '../../../support/smf-takes.js';

const isWindows = process.platform === 'win32';
let folder: string;
const clock = new FakeClock();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midirec-test-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function open(path: string | undefined, overwrite = false, by: Clock = clock): TakeFile {
  return TakeFile.open({
    ...TAKE_SETTINGS,
    path,
    overwrite,
    deviceNames: ['Piano'],
    clock: by,
  });
}

function assertRefused(path: string, code: ErrorCode, message: RegExp, overwrite = false): void {
  const before = readdirSync(folder);
  assert.throws(
    () => open(path, overwrite),
    (error) => {
      assert.ok(error instanceof MidirecError, String(error));
      assert.equal(error.code, code);
      assert.match(error.message, message);
      assert.equal(error.exitCode, 2);
      assert.ok(error.hint);
      return true;
    },
  );
  assert.deepEqual(readdirSync(folder), before);
}

function eventsIn(bytes: Uint8Array): string[] {
  return parseThrice(bytes).tracks[0]!.filter((line) => !line.includes(' ff'));
}

test('a new file is a valid take from the first moment, and the only file', async () => {
  const path = join(folder, 'take.mid');
  const take = open(path);
  assert.deepEqual(readdirSync(folder), ['take.mid']);
  assert.deepEqual(eventsIn(readFileSync(path)), []);
  take.write(batchOf([1, '903c40']));
  const result = await take.close(2);
  assert.deepEqual(readdirSync(folder), ['take.mid']);
  assert.equal(result.path, path);
  assert.equal(result.byteLength, statSync(path).size);
  assert.deepEqual(eventsIn(readFileSync(path)), ['1 903c40']);
});

test('a take that is dropped unclosed is on the disk', async () => {
  const path = join(folder, 'take.mid');
  const take = open(path);
  take.write(batchOf([1, '903c40']));
  await clock.advanceUntil('all is written', () => take.waitingBytes === 0);
  assert.deepEqual(eventsIn(readFileSync(path)), ['1 903c40']);
  take.discard();
  assert.deepEqual(readdirSync(folder), []);
});

test('an existing file is refused, and replaced with overwrite only once there is something', async () => {
  const path = join(folder, 'take.mid');
  writeFileSync(path, 'precious', { mode: 0o640 });
  assertRefused(path, 'OUTPUT_EXISTS', /exists already/);
  open(path, true).discard();
  assert.equal(readFileSync(path, 'utf8'), 'precious');
  assert.deepEqual(readdirSync(folder), ['take.mid']);
  const take = open(path, true);
  assert.equal(readFileSync(path, 'utf8'), 'precious');
  take.write(batchOf([1, '903c40']));
  await clock.advanceUntil('the file is replaced', () => take.path === path);
  assert.deepEqual(eventsIn(readFileSync(path)), ['1 903c40']);
  await take.close(2);
  assert.deepEqual(eventsIn(readFileSync(path)), ['1 903c40']);
  assert.deepEqual(readdirSync(folder), ['take.mid']);
  if (!isWindows) assert.equal(statSync(path).mode & 0o777, 0o640);
});

test('only the file that was there at the start is replaced, not what has come there since', async () => {
  const path = join(folder, 'take.mid');
  writeFileSync(path, 'old');
  const take = open(path, true);
  // As programs save: written beside it, and renamed.
  writeFileSync(join(folder, 'new'), 'precious');
  renameSync(join(folder, 'new'), path);
  take.write(batchOf([1, '903c40']));
  await take.flush();
  assert.equal(readFileSync(path, 'utf8'), 'precious');
  const result = await take.close(2);
  assert.equal(readFileSync(path, 'utf8'), 'precious');
  assert.equal(result.path, join(folder, 'take-2.mid'));
  assert.match(result.trouble!.message, /another file has taken the place/);
  assert.deepEqual(eventsIn(readFileSync(result.path)), ['1 903c40']);
  assert.deepEqual(readdirSync(folder).sort(), ['take-2.mid', 'take.mid']);
});

test('a file that was to be replaced and is gone: the take has its name', async () => {
  const path = join(folder, 'take.mid');
  writeFileSync(path, 'old');
  const take = open(path, true);
  rmSync(path);
  take.write(batchOf([1, '903c40']));
  const result = await take.close(2);
  assert.deepEqual([result.path, result.trouble], [path, undefined]);
  assert.deepEqual(readdirSync(folder), ['take.mid']);
});

test('an empty take replaces a file, too, if it is closed', async () => {
  const path = join(folder, 'take.mid');
  writeFileSync(path, 'old');
  await open(path, true).close(5);
  assert.deepEqual(eventsIn(readFileSync(path)), []);
  assert.deepEqual(readdirSync(folder), ['take.mid']);
});

test('what can hold no file is refused', () => {
  mkdirSync(join(folder, 'sub'));
  writeFileSync(join(folder, 'plain'), '');
  assertRefused(join(folder, 'sub'), 'OUTPUT_UNWRITABLE', /it is a folder/);
  assertRefused(join(folder, 'sub'), 'OUTPUT_UNWRITABLE', /it is a folder/, true);
  assertRefused(join(folder, 'take.mid/'), 'OUTPUT_UNWRITABLE', /names no file/);
  assertRefused('', 'OUTPUT_UNWRITABLE', /names no file/);
  assertRefused(join(folder, 'none', 'take.mid'), 'OUTPUT_UNWRITABLE', /no such folder/);
  assertRefused(join(folder, 'plain', 'take.mid'), 'OUTPUT_UNWRITABLE', /./);
  assertRefused(
    join(folder, 'x'.repeat(300)),
    'OUTPUT_UNWRITABLE',
    isWindows ? /./ : /name is too long/,
  );
});

test('what may not be written to is refused', {
  skip: isWindows || process.getuid?.() === 0,
}, () => {
  const path = join(folder, 'take.mid');
  writeFileSync(path, '', { mode: 0o444 });
  assertRefused(path, 'OUTPUT_UNWRITABLE', /permission denied/, true);
  chmodSync(folder, 0o555);
  assertRefused(join(folder, 'other.mid'), 'OUTPUT_UNWRITABLE', /permission denied/);
  chmodSync(folder, 0o755);
});

test('impossible tempos and resolutions leave nothing on the disk', () => {
  const options = { ...TAKE_SETTINGS, path: join(folder, 'take.mid'), deviceNames: [], clock };
  assert.throws(() => TakeFile.open({ ...options, bpm: 1 }), RangeError);
  assert.throws(() => TakeFile.open({ ...options, ppq: 0 }), RangeError);
  assert.deepEqual(readdirSync(folder), []);
});

test('a symbolic link stays one; its target is the take', { skip: isWindows }, async () => {
  mkdirSync(join(folder, 'takes'));
  const link = join(folder, 'latest.mid');
  symlinkSync('takes/one.mid', link);
  for (const overwrite of [false, true]) {
    const take = open(link, overwrite);
    take.write(batchOf([1, '903c40']));
    await take.close(2);
    assert.equal(readlinkSync(link), 'takes/one.mid');
    assert.deepEqual(readdirSync(join(folder, 'takes')), ['one.mid']);
    assert.deepEqual(eventsIn(readFileSync(link)), ['1 903c40']);
  }
  assertRefused(link, 'OUTPUT_EXISTS', /latest\.mid exists/);
  symlinkSync('circle', join(folder, 'circle'));
  assertRefused(join(folder, 'circle'), 'OUTPUT_UNWRITABLE', /circles/);
});

test('a FIFO gets the finished take', { skip: isWindows }, async () => {
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  // Its reader takes the system's time, not a clock's.
  const take = open(fifo, false, systemClock);
  take.write(batchOf([1, `f0${'11'.repeat(200_000)}f7`]));
  const closing = take.close(2);
  const [received, result] = await Promise.all([buffer(createReadStream(fifo)), closing]);
  assert.equal(result.trouble, undefined);
  assert.equal(result.path, fifo);
  assert.equal(eventsIn(received).length, 1);
  assert.ok(lstatSync(fifo).isFIFO());
});

test('the reader of a FIFO may come later by as long as this process was stopped', {
  skip: isWindows,
}, async () => {
  const fifo = join(folder, 'fifo');
  execFileSync('mkfifo', [fifo]);
  const take = open(fifo);
  take.write(batchOf([1, '903c40']));
  const closing = take.close(2);
  await clock.advanceAsync(100);
  clock.stall(60_000);
  await clock.advanceAsync(100);
  const reader = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
  await clock.advanceAsync(100);
  assert.equal((await closing).trouble, undefined);
  closeSync(reader);
});

test('a device gets the take, and one that fails leaves it in a file', {
  skip: isWindows,
}, async () => {
  assert.equal((await open('/dev/null').close(2)).path, '/dev/null');
  if (process.platform !== 'linux') return;
  const result = await open('/dev/full').close(2);
  assert.equal(result.trouble?.code, 'WRITE_FAILED');
  assert.match(result.trouble.message, /\/dev\/full: no space left/);
  assert.deepEqual(eventsIn(readFileSync(result.path)), []);
  rmSync(result.path);
});

test('for standard output the take waits in a temporary file, and is streamed from there', async () => {
  const take = open(undefined);
  take.write(batchOf([1, '903c40']));
  const { path } = await take.close(2);
  const stream = new PassThrough();
  const received = buffer(stream);
  await streamFile(path, stream);
  stream.end();
  assert.deepEqual(eventsIn(await received), ['1 903c40']);
  const gone = new PassThrough();
  gone.destroy();
  await assert.rejects(streamFile(path, gone));
  rmSync(path);
});
