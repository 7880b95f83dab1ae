/** Whole files that get their names, on the real disk: what nobody said to replace stays. */
import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { inspectDestination } from '../../../../src/files/disk/destination.js';
import { moveBeside, writePieces, writeWhole } from '../../../../src/files/disk/naming.js';
import { nodeDisk } from '../../../../src/files/disk/node-disk.js';
import { ioError, MemoryDisk } from '../../../support/smf-memory-disk.js';

const BYTES = Buffer.from('whole');
let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midirec-naming-'));
  path = join(folder, 'song.mid');
});

afterEach(() => rmSync(folder, { recursive: true }));

const contents = () =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );

test('a file is written under a free name, and nothing stands beside it', () => {
  writeWhole(nodeDisk, inspectDestination(path, false), BYTES);
  assert.deepEqual(contents(), { 'song.mid': 'whole' });
});

test('a file that has come there since the look is not replaced', () => {
  const destination = inspectDestination(path, false);
  writeFileSync(path, 'precious');
  assert.throws(() => writeWhole(nodeDisk, destination, BYTES), { code: 'EEXIST' });
  assert.deepEqual(contents(), { 'song.mid': 'precious' });
});

test('with overwrite the file that was there is replaced, and its mode stays', () => {
  writeFileSync(path, 'old');
  chmodSync(path, 0o600);
  writeWhole(nodeDisk, inspectDestination(path, true), BYTES);
  assert.deepEqual(contents(), { 'song.mid': 'whole' });
  if (process.platform !== 'win32') assert.equal(statSync(path).mode & 0o777, 0o600);
});

test('with overwrite, too, a file that has come there since the look stays', () => {
  writeFileSync(path, 'old');
  const destination = inspectDestination(path, true);
  writeFileSync(join(folder, 'new'), 'precious');
  renameSync(join(folder, 'new'), path);
  assert.throws(() => writeWhole(nodeDisk, destination, BYTES), { code: 'EEXIST' });
  assert.deepEqual(contents(), { 'song.mid': 'precious' });
});

test('… even if the file system has given it the number of the one that is gone', () => {
  writeFileSync(path, 'precious');
  const destination = inspectDestination(path, true);
  const replaced = { ...destination.replaced!, birthtimeMs: Date.now() - 60_000 };
  assert.throws(() => writeWhole(nodeDisk, { ...destination, replaced }, BYTES), {
    code: 'EEXIST',
  });
  assert.deepEqual(contents(), { 'song.mid': 'precious' });
});

test('a disk that will not rename leaves nothing behind', () => {
  const disk = new MemoryDisk();
  disk.fault = ({ kind }) => (kind === 'rename' ? ioError('EACCES') : undefined);
  assert.throws(() => writeWhole(disk, inspectDestination(path, false), BYTES), { code: 'EACCES' });
  assert.equal(disk.files.size, 0);
});

test('a file in pieces has its name when it is on the disk, and nothing is left if it cannot be', async () => {
  const pieces = [{ position: 0, bytes: BYTES }];
  for (const fails of [false, true]) {
    const disk = new MemoryDisk();
    const kinds: string[] = [];
    disk.fault = ({ kind }) => {
      kinds.push(kind);
      return fails && kind === 'sync' ? ioError('EIO') : undefined;
    };
    const written = writePieces(disk, inspectDestination(path, false), pieces);
    assert.equal(disk.read(path), undefined);
    if (fails) await assert.rejects(written, { code: 'EIO' });
    else assert.equal(await written, BYTES.length);
    assert.deepEqual([...disk.files.keys()], fails ? [] : [path]);
    if (!fails) assert.ok(kinds.indexOf('sync') < kinds.indexOf('rename'), kinds.join());
  }
});

test('beside a name that is taken: the first number that is free', () => {
  for (const name of ['song.mid', 'song-2.mid', 'song-4.mid', 'from']) {
    writeFileSync(join(folder, name), name);
  }
  assert.equal(moveBeside(nodeDisk, join(folder, 'from'), path), join(folder, 'song-3.mid'));
  assert.equal(contents()['song-3.mid'], 'from');
  assert.equal(readdirSync(folder).length, 4);
});

test('what goes to redirected standard output is put behind what is there', {
  skip: process.platform === 'win32',
}, () => {
  writeFileSync(path, 'before ');
  writeWhole(nodeDisk, { kind: 'special', path, mode: undefined }, BYTES);
  assert.equal(readFileSync(path, 'utf8'), 'before whole');
});

test('the handle of a new file is of its own name, not of one that is gone', {
  skip: process.platform !== 'linux',
}, () => {
  // Some file servers truncate by name, and fail for a handle whose name is gone.
  const file = nodeDisk.create(path, BYTES);
  const handles = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      return [];
    }
  });
  assert.deepEqual(
    handles.filter((name) => name.startsWith(folder)),
    [path],
  );
  file.truncateNow(2);
  file.close();
  assert.deepEqual(contents(), { 'song.mid': 'wh' });
});
