/** Outputs that are no plain new file: links, devices, read-only files, FIFOs, and the same name twice. */
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  linkSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { eventually } from '../support/contract-fixture.js';
import { LiveTake, played } from '../support/live-take.js';
import { runHosted } from '../support/midirec-host.js';
import { MIDIREC, runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';

const skip = process.platform === 'win32' && 'Windows has other links and devices';
const DEMO = ['record', '-d', 'demo', '--duration', '150ms'];

describe('outputs', { skip, concurrency: 6 }, () => {
  it('four recorders started at once without a name write four files', async (t) => {
    const cwd = temporaryFolder(t);
    const runs = await Promise.all(Array.from({ length: 4 }, () => runMidirec(DEMO, { cwd })));
    assert.deepEqual(
      runs.map(({ code }) => code),
      new Array(4).fill(0),
    );
    const names = readdirSync(cwd);
    assert.equal(names.length, 4);
    for (const name of names) assert.ok(played(join(cwd, name)).length > 0);
  });

  it('four recorders started at once with one name: one writes it, three say that it exists', async (t) => {
    const cwd = temporaryFolder(t);
    const args = [...DEMO, '-o', 'take.mid'];
    const runs = await Promise.all(Array.from({ length: 4 }, () => runMidirec(args, { cwd })));
    assert.deepEqual(runs.map(({ code }) => code).sort(), [0, ...new Array(3).fill(2)]);
    for (const { code, stderr } of runs) if (code === 2) assert.match(stderr, /exists already/);
    assert.deepEqual(readdirSync(cwd), ['take.mid']);
    assert.ok(played(join(cwd, 'take.mid')).length > 0);
  });

  it('four recorders with --force and one name: the takes of all, and it is said where', async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, 'take.mid'), 'old');
    const args = ['record', '-d', 'demo', '--duration', '1s', '--force', '-o', 'take.mid'];
    const runs = await Promise.all(Array.from({ length: 4 }, () => runMidirec(args, { cwd })));
    const said = runs.map(({ stderr }) => stderr).join();
    const names = readdirSync(cwd);
    for (const { code, stderr } of runs) {
      if (code === 0) continue;
      assert.equal(code, 1, stderr);
      assert.match(stderr, /another file has taken the place of .*the whole take is in/);
    }
    // A recorder that began when another had ended may replace what that one made.
    const replaced = runs.filter(({ code }) => code === 0).length - 1;
    assert.ok(names.length >= runs.length - replaced, said);
    assert.ok(!names.some((name) => name.includes('midirec-tmp')), said);
    for (const name of names) assert.ok(played(join(cwd, name)).length > 0, name);
  });

  it('a symbolic link stays one; the file at its end is the take', async (t) => {
    const cwd = temporaryFolder(t);
    symlinkSync('real.mid', join(cwd, 'dangling.mid'));
    writeFileSync(join(cwd, 'old.mid'), 'old');
    symlinkSync('old.mid', join(cwd, 'link.mid'));
    const runs = await Promise.all([
      runHosted([...DEMO, '-o', 'dangling.mid'], { cwd }),
      runHosted([...DEMO, '--force', '-o', 'link.mid'], { cwd }),
    ]);
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0],
      runs.map(({ stderr }) => stderr).join(),
    );
    assert.equal(readlinkSync(join(cwd, 'dangling.mid')), 'real.mid');
    assert.equal(readlinkSync(join(cwd, 'link.mid')), 'old.mid');
    for (const name of ['real.mid', 'old.mid']) {
      assert.ok(lstatSync(join(cwd, name)).isFile());
      assert.ok(played(join(cwd, name)).length > 0);
    }
    assert.equal(readdirSync(cwd).length, 4);
  });

  it('a symbolic link to a file that is there needs --force, as the file does', async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, 'old.mid'), 'precious');
    symlinkSync('old.mid', join(cwd, 'link.mid'));
    symlinkSync('loop.mid', join(cwd, 'loop.mid'));
    const run = await runHosted([...DEMO, '-o', 'link.mid'], { cwd });
    assert.equal(run.code, 2);
    assert.match(run.stderr, /exists already/);
    const loop = await runHosted([...DEMO, '-o', 'loop.mid'], { cwd });
    assert.equal(loop.code, 2);
    assert.match(loop.stderr, /symbolic links go in circles/);
    assert.equal(readFileSync(join(cwd, 'old.mid'), 'utf8'), 'precious');
  });

  it('--force keeps the permissions of the file, and leaves its other names what they were', async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, 'take.mid'), 'old', { mode: 0o640 });
    chmodSync(join(cwd, 'take.mid'), 0o640);
    linkSync(join(cwd, 'take.mid'), join(cwd, 'other.mid'));
    const run = await runHosted([...DEMO, '--force', '-o', 'take.mid'], { cwd });
    assert.equal(run.code, 0, run.stderr);
    assert.equal(statSync(join(cwd, 'take.mid')).mode & 0o777, 0o640);
    assert.equal(readFileSync(join(cwd, 'other.mid'), 'utf8'), 'old');
  });

  it('a read-only file stays what it is, also with --force', async (t) => {
    const cwd = temporaryFolder(t);
    const path = join(cwd, 'take.mid');
    writeFileSync(path, 'precious');
    // To the superuser nothing is read-only, so somebody else records.
    const isRoot = process.getuid?.() === 0;
    const nobody = isRoot ? { uid: 65534, gid: 65534 } : {};
    chmodSync(cwd, 0o777);
    chmodSync(path, 0o444);
    const run = spawnSync(process.execPath, [MIDIREC, ...DEMO, '--force', '-o', 'take.mid'], {
      cwd,
      ...nobody,
      env: { ...process.env, MIDIREC_BACKEND: 'embedded' },
    });
    if (
      run.status === null ||
      /ERR_MODULE_NOT_FOUND|Cannot find module|EACCES: permission denied, open/.test(
        run.stderr.toString(),
      )
    ) {
      return t.skip('nobody else may read the program here');
    }
    assert.equal(run.status, 2, run.stderr.toString());
    assert.match(run.stderr.toString(), /cannot write to take\.mid: permission denied/);
    assert.equal(readFileSync(path, 'utf8'), 'precious');
    assert.deepEqual(readdirSync(cwd), ['take.mid']);
  });

  it('a device takes the finished file; nothing is left in the temporary folder', async (t) => {
    const env = { TMPDIR: temporaryFolder(t) };
    const run = await runMidirec([...DEMO, '-o', '/dev/null'], { env });
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(readdirSync(env.TMPDIR), []);
  });

  it('a FIFO takes the finished file', async (t) => {
    const cwd = temporaryFolder(t);
    execFileSync('mkfifo', [join(cwd, 'out')]);
    const reader = spawn('cat', ['out'], {
      cwd,
      stdio: ['ignore', openSync(join(cwd, 'got.mid'), 'w'), 'ignore'],
    });
    const done = new Promise((resolve) => reader.on('exit', resolve));
    const run = await runMidirec([...DEMO, '-o', 'out'], { cwd });
    await done;
    assert.equal(run.code, 0, run.stderr);
    assert.ok(played(join(cwd, 'got.mid')).length > 0);
  });

  it('standard output that is a file, a pipe, or named as /dev/stdout', async (t) => {
    const cwd = temporaryFolder(t);
    const scripts = ['"$@" -o - > a.mid', '"$@" -o - | cat > b.mid', '"$@" -o /dev/stdout > c.mid'];
    for (const script of scripts) {
      const shell = ['-c', script, 'sh', process.execPath, MIDIREC, ...DEMO];
      const run = spawnSync('sh', shell, {
        cwd,
        env: { ...process.env, MIDIREC_BACKEND: 'embedded' },
      });
      assert.equal(run.status, 0, `${script}: ${run.stderr}`);
    }
    assert.deepEqual(readdirSync(cwd), ['a.mid', 'b.mid', 'c.mid']);
    for (const name of readdirSync(cwd)) assert.ok(played(join(cwd, name)).length > 0, name);
  });

  it('what a killed recorder has left beside a take is touched by no later one', async (t) => {
    const cwd = temporaryFolder(t);
    const leftover = 'take.mid.midirec-tmp-0123456789ab';
    writeFileSync(join(cwd, leftover), 'left');
    const run = await runHosted([...DEMO, '-o', 'take.mid'], { cwd });
    assert.equal(run.code, 0, run.stderr);
    const forced = await runHosted([...DEMO, '--force', '-o', 'take.mid'], { cwd });
    assert.equal(forced.code, 0, forced.stderr);
    assert.equal(readFileSync(join(cwd, leftover), 'utf8'), 'left');
    assert.deepEqual(readdirSync(cwd), ['take.mid', leftover]);
  });

  it('--force: until something is played the old file is there, afterwards the new one', async (t) => {
    const cwd = temporaryFolder(t);
    writeFileSync(join(cwd, 'take.mid'), 'old');
    const silent = await runMidirec(['record', '-d', 'loopback', '--force', '-o', 'take.mid'], {
      cwd,
      onStart: (child) => untilSaid(child, 'recording').then(() => child.kill('SIGKILL')),
    });
    assert.equal(silent.signal, 'SIGKILL');
    assert.equal(readFileSync(join(cwd, 'take.mid'), 'utf8'), 'old');
    const take = await LiveTake.start(t, { cwd, args: ['--force', '-o', 'take.mid'] });
    await eventually('the new one', () => readFileSync(take.file, 'latin1') !== 'old', 30_000);
    take.child.kill('SIGKILL');
    await take.ended;
    await take.player.stop();
    assert.ok(played(take.file).length > 0);
  });
});
