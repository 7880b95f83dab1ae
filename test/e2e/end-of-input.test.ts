/** Inputs that come to their end: standard input, files, a shell's `<(…)`. That is the end of the recording, and no loss. */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MIDIREC, runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { SeededRandom } from '../support/seeded-random.js';
import { textsOfTake } from '../support/take-rows.js';

/** It ends by itself, long before this. */
const limitMs = 10_000;
const skip = process.platform === 'win32' && 'there are no FIFOs on Windows';

/** Sysex of many sizes, one after the other, with notes and clock between and inside them if asked. */
function makeSysex(withOthers: boolean): { stream: Uint8Array; sysex: Uint8Array } {
  const random = new SeededRandom(7);
  const stream: number[] = [];
  const sysex: number[] = [];
  for (let count = 0; count < 200; count++) {
    const data = random.bytes(random.between(0, count === 100 ? 200_000 : 3000), 0x7f);
    for (const byte of [0xf0, ...data, 0xf7]) {
      sysex.push(byte);
      stream.push(byte);
      if (withOthers && random.chance(0.01)) stream.push(byte === 0xf7 ? 0xfe : 0xf8);
    }
    if (withOthers) stream.push(0x90, count & 0x7f, 0x40);
  }
  return { stream: Uint8Array.from(stream), sysex: Uint8Array.from(sysex) };
}

test('record: ends with standard input, and everything is in the file', { skip }, async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['--port', '-', 'record', '-o', 'x.mid', '--json'], {
    cwd,
    limitMs,
    input: Uint8Array.of(0x90, 0x3c, 0x40, 0x3c, 0, 0xf0, 1, 2, 0xf7, 0xb0, 7, 9),
  });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /standard input ended at 0\.\d s\nx\.mid: /);
  assert.doesNotMatch(run.stderr, /warning/);
  const [, played] = textsOfTake(readFileSync(join(cwd, 'x.mid')));
  assert.deepEqual(played, ['90 3c 40', '90 3c 00', 'f0 01 02 f7', 'b0 07 09']);
  const end = JSON.parse(run.stdout.toString().trim().split('\n').at(-1)!);
  assert.equal(end.stoppedBy, 'end-of-input');
  assert.deepEqual(end.losses, []);
});

test('record: standard input that has nothing, and one that is closed', { skip }, async (t) => {
  const cwd = temporaryFolder(t);
  const empty = await runMidirec(['--port', '-', 'record', '-o', 'x.mid'], { cwd, limitMs });
  assert.equal(empty.code, 0, empty.stderr);
  const command = `exec "$0" "${MIDIREC}" --port - record -o y.mid <&-`;
  const closed = spawnSync('sh', ['-c', command, process.execPath], { cwd, timeout: limitMs });
  assert.equal(closed.status, 0, closed.stderr.toString());
  assert.ok(existsSync(join(cwd, 'y.mid')));
});

test('record: a sysex that the end cuts is kept, and said: exit code 3', { skip }, async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['--port', '-', 'record', '-o', 'x.mid'], {
    cwd,
    limitMs,
    input: Uint8Array.of(0x90, 0x3c, 0x40, 0xf0, 1, 2),
  });
  assert.equal(run.code, 3, run.stderr);
  assert.match(run.stderr, /1 sysex incomplete/);
  assert.doesNotMatch(run.stderr, /buffer/);
});

test('sysex-dump: what is in a pipe comes out byte for byte', { skip }, async (t) => {
  const cwd = temporaryFolder(t);
  for (const withOthers of [false, true]) {
    const { stream, sysex } = makeSysex(withOthers);
    const run = await runMidirec(['--port', '-', 'sysex-dump', '-f', '-o', 'y.syx'], {
      cwd,
      limitMs,
      input: stream,
    });
    assert.equal(run.code, 0, run.stderr);
    assert.ok(readFileSync(join(cwd, 'y.syx')).equals(sysex));
  }
});

test('sysex-dump: the same of a file', { skip }, async (t) => {
  const cwd = temporaryFolder(t);
  const { sysex } = makeSysex(false);
  writeFileSync(join(cwd, 'in.syx'), sysex);
  const run = await runMidirec(['--port', 'in.syx', 'sysex-dump', '-o', '-'], { cwd, limitMs });
  assert.equal(run.code, 0, run.stderr);
  assert.ok(run.stdout.equals(sysex));
});

test("sysex-dump: and of a shell's <(…)", { skip: skip || !hasBash() }, async (t) => {
  const cwd = temporaryFolder(t);
  const { sysex } = makeSysex(false);
  writeFileSync(join(cwd, 'in.syx'), sysex);
  const command = `exec "$0" "${MIDIREC}" --port <(cat in.syx) sysex-dump -o y.syx`;
  execFileSync('bash', ['-c', command, process.execPath], {
    cwd,
    stdio: 'pipe',
    timeout: limitMs,
  });
  assert.ok(readFileSync(join(cwd, 'y.syx')).equals(sysex));
});

test('sysex-dump --count: fewer came before the end: exit code 3', { skip }, async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec(['--port', '-', 'sysex-dump', '--count', '3', '-o', 'y.syx'], {
    cwd,
    limitMs,
    input: Uint8Array.of(0xf0, 1, 0xf7, 0xf0, 2, 0xf7),
  });
  assert.equal(run.code, 3, run.stderr);
  assert.match(run.stderr, /only 2 of 3 messages came/);
});

test('monitor: ends with standard input', { skip }, async () => {
  const input = Uint8Array.of(0x90, 0x3c, 0x40);
  const run = await runMidirec(['--port', '-', 'monitor'], { limitMs, input });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stdout.toString(), /^ *0\.\d{3} s .*C4/);
});

function hasBash(): boolean {
  return spawnSync('bash', ['-c', ':']).status === 0;
}
