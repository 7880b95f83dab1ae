/** Disks that stall for seconds or fail below the file system, and readers that stop reading: real ones, and the patience they take. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { LiveTake, played } from '../support/live-take.js';
import { runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { parseWithMidiParserJs } from '../support/smf-parsers.js';

const DISK_MIB = 64;
const STORE_MIB = 4;

/** A file system of its own, in a file that lies on a small disk. */
class LoopDisk {
  readonly folder: string;
  readonly #store: string;

  /** Undefined where this cannot be had: it takes the superuser, loop devices and ext4. */
  static mount(t: TestContext): LoopDisk | undefined {
    const place = mkdtempSync(join(tmpdir(), 'midirec-loop-'));
    const disk = new LoopDisk(place);
    const image = join(disk.#store, 'image');
    mkdirSync(disk.folder);
    mkdirSync(disk.#store);
    const commands = [
      ['mount', '-t', 'tmpfs', '-o', `size=${STORE_MIB}m`, 'midirec-test', disk.#store],
      ['truncate', '-s', `${DISK_MIB}m`, image],
      ['mkfs.ext4', '-q', image],
      ['mount', '-o', 'loop', image, disk.folder],
    ];
    t.after(() => {
      for (const mounted of [disk.folder, disk.#store]) {
        spawnSync('umount', [mounted], { stdio: 'ignore' });
      }
      rmSync(place, { recursive: true });
    });
    const works = commands.every(([command, ...args]) => {
      return spawnSync(command!, args, { stdio: 'ignore' }).status === 0;
    });
    return works ? disk : undefined;
  }

  private constructor(place: string) {
    this.folder = join(place, 'disk');
    this.#store = join(place, 'store');
  }

  /** From now on whoever writes waits. */
  freeze(): void {
    execFileSync('fsfreeze', ['-f', this.folder]);
  }

  thaw(): void {
    execFileSync('fsfreeze', ['-u', this.folder]);
  }

  /** From now on writing new blocks fails, below the file system. */
  breakDown(): void {
    spawnSync('sh', ['-c', 'cat /dev/zero > ballast'], { cwd: this.#store, stdio: 'ignore' });
  }
}

/** Files are read from the disk, not from what the system remembers of them. */
function forgetCaches(): void {
  execFileSync('sh', ['-c', 'sync; echo 3 > /proc/sys/vm/drop_caches']);
}

const CANNOT = 'no loop disk can be mounted here';
const skip = process.platform !== 'linux' && 'the disks are those of Linux';

describe('disks', { skip }, () => {
  it('a disk that stalls for eight seconds: said, and nothing is lost', async (t) => {
    const disk = LoopDisk.mount(t);
    if (disk === undefined) return t.skip(CANNOT);
    const take = await LiveTake.start(t, { cwd: disk.folder });
    await pause(700);
    disk.freeze();
    await pause(8000);
    disk.thaw();
    await take.said(/the disk takes the take again: nothing was lost/);
    assert.match(take.stderr, /the disk has not answered for 5 seconds/);
    assert.equal(await take.finish(), 0);
    forgetCaches();
    assert.deepEqual(played(take.file), take.sent);
  });

  it('a disk that is stalled at the end, for six seconds: waited for, and nothing is lost', async (t) => {
    const disk = LoopDisk.mount(t);
    if (disk === undefined) return t.skip(CANNOT);
    const take = await LiveTake.start(t, { cwd: disk.folder });
    await pause(700);
    disk.freeze();
    await pause(1000);
    setTimeout(() => disk.thaw(), 6000);
    assert.equal(await take.finish(), 0);
    forgetCaches();
    assert.deepEqual(played(take.file), take.sent);
  });

  it('a disk that does not come back: the take is in the temporary folder after ten seconds', async (t) => {
    const disk = LoopDisk.mount(t);
    if (disk === undefined) return t.skip(CANNOT);
    const env = { TMPDIR: temporaryFolder(t) };
    const take = await LiveTake.start(t, { cwd: disk.folder, env });
    await pause(700);
    disk.freeze();
    await pause(1000);
    const ended = take.finish();
    await take.said(/the disk does not answer; the whole take is in/);
    // The system ends no process that has a thread in a write.
    disk.thaw();
    assert.equal(await ended, 1);
    const [name] = readdirSync(env.TMPDIR);
    assert.deepEqual(played(join(env.TMPDIR, name!)), take.sent);
    parseWithMidiParserJs(readFileSync(take.file));
  });

  it('a disk that fails below the file system: the whole take is in the temporary folder', async (t) => {
    const disk = LoopDisk.mount(t);
    if (disk === undefined) return t.skip(CANNOT);
    const env = { TMPDIR: temporaryFolder(t) };
    const take = await LiveTake.start(t, { cwd: disk.folder, env });
    await pause(1500);
    disk.breakDown();
    await take.said(/cannot write to .*take\.mid: .*the take goes on in memory/);
    await pause(2500);
    assert.equal(await take.finish(), 1);
    forgetCaches();
    const [name] = readdirSync(env.TMPDIR);
    assert.deepEqual(played(join(env.TMPDIR, name!)), take.sent);
    const onDisk = played(take.file);
    assert.ok(onDisk.length > 1000);
    assert.deepEqual(onDisk, take.sent.slice(0, onDisk.length));
  });
});

describe('readers', { skip, concurrency: 4 }, () => {
  it('a FIFO as output that nobody reads: given up after ten seconds, the take is kept', async (t) => {
    const cwd = temporaryFolder(t);
    const env = { TMPDIR: temporaryFolder(t) };
    execFileSync('mkfifo', [join(cwd, 'out')]);
    const args = ['record', '-d', 'demo', '--duration', '300ms', '-o', 'out'];
    const run = await runMidirec(args, { cwd, env });
    assert.equal(run.code, 1);
    assert.match(
      run.stderr,
      /cannot write to out: nothing reads from it \(ENXIO\); the whole take is in/,
    );
    const [name] = readdirSync(env.TMPDIR);
    assert.ok(played(join(env.TMPDIR, name!)).length > 0);
  });

  it('a FIFO as output whose reader stops: given up after ten seconds, the take is kept', async (t) => {
    const env = { TMPDIR: temporaryFolder(t) };
    const folder = temporaryFolder(t);
    const out = join(folder, 'out');
    execFileSync('mkfifo', [out]);
    const reader = spawn('sh', ['-c', 'exec 3< "$0"; sleep 60', out], { stdio: 'ignore' });
    t.after(() => reader.kill('SIGKILL'));
    const take = await LiveTake.start(t, { args: ['-o', out], env });
    // More than a pipe holds.
    await pause(8000);
    const startMs = performance.now();
    assert.equal(await take.finish(), 1);
    assert.ok(performance.now() - startMs < 15_000);
    assert.match(take.stderr, /cannot write to .*out: .*the whole take is in/);
    const [name] = readdirSync(env.TMPDIR);
    assert.deepEqual(played(join(env.TMPDIR, name!)), take.sent);
  });

  it('a reader of --json that stops for good: the take is saved, the end comes after ten seconds, exit 3', async (t) => {
    const take = await LiveTake.start(t, { args: ['--json', '-o', 'take.mid'] });
    take.child.stdout!.pause();
    await pause(3000);
    const startMs = performance.now();
    await take.quiet();
    take.child.kill('SIGINT');
    const code = await new Promise((resolve) => take.child.on('exit', resolve));
    assert.ok(performance.now() - startMs < 15_000);
    assert.equal(code, 3);
    assert.match(take.stderr, /standard output is no longer read: the end of --json is missing/);
    assert.deepEqual(played(take.file), take.sent);
  });
});
