/** Tests of the growing .syx on a real disk: what is there already, and what comes to be. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { SyxFile } from '../../../../src/files/growing/syx-file.js';
import { splitPath } from '../../../../src/files/growing/syx-split-target.js';
import { SyxFileTarget } from '../../../../src/files/growing/syx-target.js';
import { type Clock, systemClock } from '../../../../src/midi/clock.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { ioError, MemoryDisk } from '../../../support/smf-memory-disk.js';

const OLD = 'what was there';
const MESSAGE = Uint8Array.of(0xf0, 1, 2, 3, 0xf7);
const IS_POSIX = process.platform !== 'win32';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midirec-syx-'));
  path = join(folder, 'dump.syx');
});

afterEach(() => rmSync(folder, { recursive: true }));

const open = (overwrite: boolean, split = false, where = path, clock: Clock = new FakeClock()) =>
  new SyxFile({ path: where, overwrite, split, clock });

test('a new file has the messages, and nothing stands beside it', async () => {
  const file = open(false);
  file.append(MESSAGE);
  file.append(MESSAGE);
  assert.deepEqual((await file.close()).paths, [path]);
  assert.deepEqual([...readFileSync(path)], [...MESSAGE, ...MESSAGE]);
  assert.deepEqual(readdirSync(folder), ['dump.syx']);
});

test('an existing file is refused without overwrite, and untouched', () => {
  writeFileSync(path, OLD);
  assert.throws(() => open(false), { code: 'OUTPUT_EXISTS', exitCode: 2 });
  assert.equal(readFileSync(path, 'utf8'), OLD);
});

test('an existing file stays what it is until the first message, and for good if none comes', async () => {
  writeFileSync(path, OLD);
  const empty = open(true);
  assert.equal(readFileSync(path, 'utf8'), OLD);
  assert.deepEqual((await empty.close()).paths, []);
  assert.equal(readFileSync(path, 'utf8'), OLD);
  const file = open(true);
  file.append(MESSAGE);
  await file.close();
  assert.deepEqual([...readFileSync(path)], [...MESSAGE]);
  assert.deepEqual(readdirSync(folder), ['dump.syx']);
});

test('a replaced file keeps its mode, and a link stays a link', { skip: !IS_POSIX }, async () => {
  const target = join(folder, 'target.syx');
  writeFileSync(target, OLD);
  chmodSync(target, 0o600);
  symlinkSync(target, path);
  const file = open(true);
  file.append(MESSAGE);
  await file.close();
  assert.deepEqual([...readFileSync(target)], [...MESSAGE]);
  assert.equal(statSync(target).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(folder).sort(), ['dump.syx', 'target.syx']);
});

for (const [name, where] of [
  ['a folder', '.'],
  ['a name in no folder', 'none/dump.syx'],
  ['a name that ends in a slash', 'dump/'],
] as const) {
  test(`${name} cannot be the output`, () => {
    for (const split of [false, true]) {
      if (split && where === '.') continue;
      assert.throws(() => open(false, split, `${folder}/${where}`), { code: 'OUTPUT_UNWRITABLE' });
    }
    assert.deepEqual(readdirSync(folder), []);
  });
}

test('a split dump is refused where a file with a number is, whichever it is', () => {
  writeFileSync(join(folder, 'dump-007.syx'), OLD);
  assert.throws(() => open(false, true), { code: 'OUTPUT_EXISTS', message: /dump-007\.syx/ });
  assert.deepEqual(readdirSync(folder), ['dump-007.syx']);
});

test('a split dump with overwrite replaces number by number; other names are none of its business', async () => {
  for (const name of ['dump-001.syx', 'dump-003.syx', 'dump.syx', 'dump-1.syx', 'dump-001.mid']) {
    writeFileSync(join(folder, name), OLD);
  }
  const file = open(true, true);
  assert.equal(readFileSync(join(folder, 'dump-001.syx'), 'utf8'), OLD);
  file.append(MESSAGE);
  file.append(MESSAGE);
  const { paths } = await file.close();
  assert.deepEqual(paths, [splitPath(path, 1), splitPath(path, 2)]);
  for (const place of paths) assert.deepEqual([...readFileSync(place)], [...MESSAGE]);
  assert.equal(readFileSync(join(folder, 'dump-003.syx'), 'utf8'), OLD);
  assert.equal(readFileSync(path, 'utf8'), OLD);
  assert.equal(readdirSync(folder).length, 6);
});

test('a split dump with overwrite replaces no file that has come since it began', async () => {
  for (const number of [1, 3]) writeFileSync(splitPath(path, number), OLD);
  const file = open(true, true);
  writeFileSync(splitPath(path, 2), 'precious');
  file.append(MESSAGE);
  file.append(MESSAGE);
  const { paths } = await file.close();
  assert.equal(readFileSync(splitPath(path, 2), 'utf8'), 'precious');
  assert.deepEqual(paths, [splitPath(path, 1), splitPath(path, 3)]);
  for (const place of paths) assert.deepEqual([...readFileSync(place)], [...MESSAGE]);
});

test('names of split files', () => {
  assert.equal(splitPath('dump.syx', 1), 'dump-001.syx');
  assert.equal(splitPath('a.b/bank', 12), join('a.b', 'bank-012.syx'));
  assert.equal(splitPath('x/y.SYX', 1000), join('x', 'y-1000.SYX'));
});

test('a FIFO gets the dump when it is complete', { skip: !IS_POSIX }, async () => {
  execFileSync('mkfifo', [path]);
  // Its reader takes the system's time, not a clock's.
  const file = open(false, false, path, systemClock);
  file.append(MESSAGE);
  const reading = readFile(path);
  const { paths, trouble } = await file.close();
  assert.equal(trouble, undefined);
  assert.deepEqual(paths, [path]);
  assert.deepEqual([...(await reading)], [...MESSAGE]);
});

test('discarding leaves the folder as it was', async () => {
  mkdirSync(join(folder, 'other'));
  const file = open(false);
  file.append(MESSAGE);
  await file.discard();
  assert.equal(existsSync(path), false);
  assert.deepEqual(readdirSync(folder), ['other']);
});

test('a write that fails after the same bytes, and more, were put without it takes nothing away', async () => {
  const disk = new MemoryDisk();
  const target = new SyxFileTarget(disk, path, false);
  let fail = () => {};
  const file = disk.files.get(path)!;
  file.write = () =>
    new Promise((_, reject) => {
      fail = () => reject(ioError('EIO'));
    });
  const put = target.put([MESSAGE]);
  target.putNow(MESSAGE);
  target.putNow(MESSAGE);
  fail();
  await assert.rejects(put, /EIO/);
  assert.deepEqual([...disk.read(path)!], [...MESSAGE, ...MESSAGE]);
  assert.equal(target.messages, 2);
});

test('a removed dump that cannot be made again is lost, and no more than it; what came later is named', async () => {
  const disk = new MemoryDisk();
  const file = new SyxFile({
    path,
    overwrite: false,
    clock: new FakeClock(),
    disk,
    waitingBytesLimit: 8,
  });
  file.append(MESSAGE);
  await new Promise((resolve) => setImmediate(resolve));
  // The disk of the dump takes nothing more; the folder for temporary files does.
  disk.fault = (step) => (step.kind === 'write' && step.file === 0 ? ioError('ENOSPC') : undefined);
  file.append(MESSAGE);
  await new Promise((resolve) => setImmediate(resolve));
  file.append(MESSAGE);
  file.append(MESSAGE);
  disk.files.delete(path);
  disk.onRead = () => {
    throw ioError('EIO');
  };
  const { paths, messages, lost, trouble } = await file.close();
  assert.equal(messages, 3);
  assert.deepEqual(lost, { messages: 1, byteLength: MESSAGE.length });
  assert.equal(paths.length, 1);
  assert.ok(!paths.includes(path), 'a path that is not there is not listed');
  assert.match(trouble?.hint ?? '', /what came later is in /);
});

test('a dump into which another program has written is not called whole', async () => {
  for (const [spoil, lost] of [
    [() => truncateSync(path, 0), 2],
    [() => writeFileSync(path, 'X', { flag: 'r+' }), 1],
  ] as const) {
    const file = open(false);
    file.append(MESSAGE);
    file.append(MESSAGE);
    while (file.waitingBytes > 0) await nextTurn();
    spoil();
    file.append(MESSAGE);
    const { trouble, messages, lost: missing } = await file.close();
    assert.match(trouble!.message, /dump\.syx is damaged: another program has written to it/);
    assert.deepEqual([messages, missing?.messages], [3 - lost, lost]);
    rmSync(path);
  }
});

test('of a long message that has become the dump, and what came behind it, all is as it was put', async () => {
  const file = open(false);
  const long = open(false, false, join(folder, 'long.syx'));
  long.append(Uint8Array.of(0xf0, 1));
  long.append(Uint8Array.of(2, 0xf7));
  assert.equal(file.adopt(long), true);
  file.append(MESSAGE);
  const { trouble, messages } = await file.close();
  assert.deepEqual([trouble, messages], [undefined, 2]);
});
