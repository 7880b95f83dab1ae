/** The single program for Linux, in an empty folder where there is no Node.js. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import packageJson from '../../package.json' with { type: 'json' };
import {
  LINUX_ARM64_PROGRAM,
  LINUX_PROGRAM,
  programSkipReason,
  runBare,
} from '../support/programs.js';
import { MIDIREC, temporaryFolder } from '../support/run-midirec.js';
import { playedEvents } from '../support/wine-take.js';

describe('the single program for Linux', { skip: programSkipReason() ?? false }, () => {
  test('says its version, which it has from package.json', (t) => {
    const { status, stdout, stderr } = runBare(LINUX_PROGRAM, ['--version'], temporaryFolder(t));
    assert.deepEqual([status, stdout, stderr], [0, `${packageJson.version}\n`, '']);
  });

  test('lists the demo devices', (t) => {
    const { status, stdout } = runBare(LINUX_PROGRAM, ['list', '--json'], temporaryFolder(t));
    assert.equal(status, 0);
    const { backend, inputs } = JSON.parse(stdout);
    assert.equal(backend, 'embedded');
    assert.ok(inputs.some(({ name }: { name: string }) => name === 'Demo keyboard'));
  });

  test('records, from a copy under another name; nothing else is left in the folder', (t) => {
    const folder = temporaryFolder(t);
    const program = join(folder, 'recorder');
    copyFileSync(LINUX_PROGRAM, program);
    const args = ['record', '-d', 'demo keyboard', '--duration', '1s', '-o', 'take.mid'];
    const { status, stderr } = runBare(program, args, folder);
    assert.equal(status, 0, stderr);
    const events = playedEvents(readFileSync(join(folder, 'take.mid'))).flat();
    assert.ok(events.length > 5, `${events.length} events`);
    assert.deepEqual(readdirSync(folder).sort(), ['recorder', 'take.mid']);
  });

  test('has the completions in it', (t) => {
    const args = ['generate', 'completions', 'bash'];
    const { stdout } = runBare(LINUX_PROGRAM, args, temporaryFolder(t));
    assert.equal(stdout, execFileSync(process.execPath, [MIDIREC, ...args], { encoding: 'utf8' }));
  });

  test('says where winmm.dll would be needed', (t) => {
    const args = ['list', '--backend', 'winmm'];
    const { status, stderr } = runBare(LINUX_PROGRAM, args, temporaryFolder(t));
    assert.equal(status, 2);
    assert.match(stderr, /no winmm\.dll on this system/);
  });

  test('options of node on its own are not taken for those of midirec', (t) => {
    const { status, stderr } = runBare(LINUX_PROGRAM, ['--inspect'], temporaryFolder(t));
    assert.equal(status, 2);
    assert.match(stderr, /unknown option '--inspect'/);
  });
});

/** Debian's qemu-user and libc6-arm64-cross. */
const EMULATOR = ['qemu-aarch64', '-L', '/usr/aarch64-linux-gnu'] as const;
const hasEmulator =
  spawnSync(EMULATOR[0], ['--version']).error === undefined && existsSync(EMULATOR[2]);

test('the single program for Linux on ARM64 records, under qemu-user', {
  skip: programSkipReason() ?? (hasEmulator ? false : 'needs qemu-user and libc6-arm64-cross'),
}, (t) => {
  const folder = temporaryFolder(t);
  const args = ['record', '-d', 'demo keyboard', '--duration', '2s', '-o', 'take.mid'];
  const [emulator, ...options] = EMULATOR;
  const { status, stderr } = spawnSync(emulator, [...options, LINUX_ARM64_PROGRAM, ...args], {
    cwd: folder,
    encoding: 'utf8',
    timeout: 120_000,
  });
  assert.equal(status, 0, stderr);
  const events = playedEvents(readFileSync(join(folder, 'take.mid'))).flat();
  assert.ok(events.length > 5, `${events.length} events`);
});
