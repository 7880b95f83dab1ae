/** Disks that fill up, end, or go away in the midst of a take: what is on them stays whole, and the rest finds a place. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { dumped, LiveTake, played } from '../support/live-take.js';
import { MIDIREC, runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { parseWithMidiFile, parseWithMidiParserJs } from '../support/smf-parsers.js';

const skip = process.platform === 'win32' && 'there are no FIFOs on Windows';

/** A disk of `kilobytes`, or undefined where none may be mounted. */
function mountSmallDisk(t: TestContext, kilobytes: number): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-disk-'));
  const options = ['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'midirec-test', folder];
  const isMounted = spawnSync('mount', options, { stdio: 'ignore' }).status === 0;
  t.after(() => {
    if (isMounted) execFileSync('umount', ['-l', folder]);
    rmdirSync(folder);
  });
  return isMounted ? folder : undefined;
}

function assertReadable(path: string): void {
  for (const parse of [parseWithMidiFile, parseWithMidiParserJs]) parse(readFileSync(path));
}

/** The recorder has a folder for temporary files of its own. */
async function startOn(t: TestContext, cwd: string, prepare?: string) {
  const temporary = temporaryFolder(t);
  const env = { TMPDIR: temporary };
  const take = await LiveTake.start(t, { cwd, env, ...(prepare !== undefined && { prepare }) });
  const temporaryFiles = () => readdirSync(temporary).map((name) => join(temporary, name));
  return { take, temporaryFiles };
}

const FULL = /cannot write to .*take\.mid: no space left on the disk \(ENOSPC\)/;

/** It is always full. */
const noFullDevice = !existsSync('/dev/full') && 'there is no /dev/full';

describe('disks', { skip, concurrency: 8 }, () => {
  it('a full disk that gets room again: nothing is lost, exit 0', async (t) => {
    const folder = mountSmallDisk(t, 256);
    if (folder === undefined) return t.skip('no disk may be mounted here');
    writeFileSync(join(folder, 'ballast'), Buffer.alloc(236 * 1024));
    const { take, temporaryFiles } = await startOn(t, folder);
    await take.said(FULL);
    assertReadable(take.file);
    await pause(300);
    rmSync(join(folder, 'ballast'));
    await take.said(/the disk takes the take again: nothing was lost/);
    assert.equal(await take.finish(), 0);
    assert.deepEqual(played(take.file), take.sent);
    assert.deepEqual(readdirSync(folder), ['take.mid']);
    assert.deepEqual(temporaryFiles(), []);
  });

  it('a disk that stays full: said at once, the whole take goes to the temporary folder, exit 1', async (t) => {
    const folder = mountSmallDisk(t, 16);
    if (folder === undefined) return t.skip('no disk may be mounted here');
    const { take, temporaryFiles } = await startOn(t, folder);
    await take.said(FULL);
    assertReadable(take.file);
    assert.equal(await take.finish(), 1);
    const [whole, ...others] = temporaryFiles();
    assert.deepEqual(others, []);
    assert.deepEqual(played(whole!), take.sent);
    assert.match(take.stderr, new RegExp(`the whole take is in ${whole}`));
    const onDisk = played(take.file);
    assert.ok(onDisk.length > 500);
    assert.deepEqual(onDisk, take.sent.slice(0, onDisk.length));
    assertReadable(take.file);
  });

  it('a limit for the size of files, everywhere: the parts of the take are named, exit 1', async (t) => {
    // The unit is 512 bytes in some shells, 1024 in others.
    const { take, temporaryFiles } = await startOn(t, temporaryFolder(t), 'ulimit -f 40');
    await take.said(/cannot write to .*take\.mid: the file is too large \(EFBIG\)/);
    await pause(300);
    assert.equal(await take.finish(), 1);
    const [rest, ...others] = temporaryFiles();
    assert.deepEqual(others, []);
    assert.match(take.stderr, new RegExp(`the take begins in .*take\\.mid and goes on in ${rest}`));
    assert.deepEqual([...played(take.file), ...played(rest!)], take.sent);
  });

  it('no place at all: the loss is counted to the message, exit 3', async (t) => {
    const folder = mountSmallDisk(t, 16);
    if (folder === undefined) return t.skip('no disk may be mounted here');
    const take = await LiveTake.start(t, { cwd: folder, env: { TMPDIR: folder } });
    await take.said(FULL);
    assert.equal(await take.finish(), 3);
    const onDisk = played(take.file);
    assert.deepEqual(onDisk, take.sent.slice(0, onDisk.length));
    const [, count] = /([\d,]+) messages lost: there was no place for them/.exec(take.stderr)!;
    assert.equal(Number(count!.replaceAll(',', '')), take.sent.length - onDisk.length);
    assertReadable(take.file);
    assert.deepEqual(readdirSync(folder), ['take.mid']);
  });

  it('a full disk under sysex-dump: whole messages on it, the rest in the temporary folder, exit 1', async (t) => {
    const folder = mountSmallDisk(t, 16);
    if (folder === undefined) return t.skip('no disk may be mounted here');
    const temporary = temporaryFolder(t);
    const take = await LiveTake.start(t, {
      command: 'sysex-dump',
      args: ['-o', 'dump.syx'],
      cwd: folder,
      env: { TMPDIR: temporary },
    });
    await take.said(/cannot write to dump\.syx: no space left on the disk/);
    const file = join(folder, 'dump.syx');
    assert.ok(dumped(file).length > 0);
    assert.equal(await take.finish(), 1);
    const [rest, ...others] = readdirSync(temporary).map((name) => join(temporary, name));
    assert.deepEqual(others, []);
    assert.match(take.stderr, new RegExp(`the rest of it is in ${rest}`));
    assert.deepEqual([...dumped(file), ...dumped(rest!)], take.sent);
  });

  it('a take that someone removes while it grows is there again at the end', async (t) => {
    const { take } = await startOn(t, temporaryFolder(t));
    await pause(700);
    rmSync(take.file);
    assert.equal(await take.finish(), 0);
    assert.deepEqual(played(take.file), take.sent);
  });

  it('a folder that goes away with the take in it: the temporary folder has it, exit 1', async (t) => {
    const cwd = temporaryFolder(t);
    mkdirSync(join(cwd, 'stick'));
    const temporary = temporaryFolder(t);
    const args = ['-o', 'stick/take.mid'];
    const take = await LiveTake.start(t, { cwd, args, env: { TMPDIR: temporary } });
    await pause(700);
    rmSync(join(cwd, 'stick'), { recursive: true });
    assert.equal(await take.finish(), 1);
    const [name] = readdirSync(temporary);
    assert.match(take.stderr, /cannot write to .*take\.mid: there is no such folder/);
    assert.deepEqual(played(join(temporary, name!)), take.sent);
  });

  it('a take that is renamed while it grows: the take is where it was asked for', async (t) => {
    const { take } = await startOn(t, temporaryFolder(t));
    await pause(700);
    renameSync(take.file, join(take.cwd, 'moved.mid'));
    assert.equal(await take.finish(), 0);
    assert.deepEqual(played(take.file), take.sent);
    assertReadable(join(take.cwd, 'moved.mid'));
  });

  it('a full disk under --split-idle: the take that finds no place there goes to the temporary folder', async (t) => {
    const folder = mountSmallDisk(t, 8);
    if (folder === undefined) return t.skip('no disk may be mounted here');
    writeFileSync(join(folder, 'ballast'), '');
    const temporary = temporaryFolder(t);
    spawnSync('sh', ['-c', 'cat /dev/zero > ballast'], { cwd: folder, stdio: 'ignore' });
    const run = await runMidirec(
      ['record', '-d', 'demo', '--split-idle', '1s', '-o', '{take}.mid', '--duration', '1s'],
      { cwd: folder, env: { TMPDIR: temporary } },
    );
    assert.equal(run.code, 1, run.stderr);
    const [name] = readdirSync(temporary);
    assert.match(run.stderr, /cannot write to .*001\.mid: no space left .*this take goes to/);
    assert.ok(played(join(temporary, name!)).length > 0);
  });

  it('a full device as output: the take stays in the temporary folder, exit 1', {
    skip: noFullDevice,
  }, async (t) => {
    const temporary = temporaryFolder(t);
    const run = await runMidirec(
      ['record', '-d', 'demo', '-o', '/dev/full', '--duration', '300ms'],
      { env: { TMPDIR: temporary } },
    );
    assert.equal(run.code, 1);
    assert.match(run.stderr, /cannot write to \/dev\/full: no space left on the disk/);
    const [name] = readdirSync(temporary);
    assert.ok(played(join(temporary, name!)).length > 0);
  });

  it('--json to a full disk: said, and the recording goes on to its end, exit 1', {
    skip: noFullDevice,
  }, async (t) => {
    const cwd = temporaryFolder(t);
    const full = openSync('/dev/full', 'w');
    t.after(() => closeSync(full));
    for (const [file, args] of [
      ['take.mid', ['record', '-d', 'demo', '--json', '--duration', '1s', '-o', 'take.mid']],
      [
        'dump.syx',
        [
          'sysex-dump',
          '-d',
          'demo synth',
          '--request',
          'F0 7D 01 01 F7',
          '--json',
          '-o',
          'dump.syx',
        ],
      ],
    ] as const) {
      const run = spawnSync(process.execPath, [MIDIREC, ...args], {
        cwd,
        env: { ...process.env, MIDIREC_BACKEND: 'embedded' },
        stdio: ['ignore', full, 'pipe'],
      });
      const said = run.stderr.toString();
      assert.equal(run.status, 1, said);
      assert.match(said, /cannot write to standard output: no space left/);
      if (file === 'take.mid') assert.match(said, /take\.mid: 1\.\d s, [5-9] notes/);
      else assert.equal(dumped(join(cwd, file)).length, 1);
    }
  });

  it('standard output that takes nothing: said, exit 1', { skip: noFullDevice }, async (t) => {
    const cwd = temporaryFolder(t);
    const run = spawnSync(
      'sh',
      ['-c', '"$0" "$@" > /dev/full', process.execPath, MIDIREC, 'list'],
      { cwd },
    );
    assert.equal(run.status, 1);
    assert.match(run.stderr.toString(), /cannot write to standard output: no space left/);
  });
});
