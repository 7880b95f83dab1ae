/** midirec sysex-dump as a user has it, with the demo synth and with streams of bytes. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { parseSysexRequest } from '../../src/midi/hex.js';
import { makeFifo } from '../support/fifo-player.js';
import { type RunOptions, runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';

const VOICE = 'F0 7D 01 00 01 F7';
/** The bank as 32 messages, one a voice. */
const VOICES = 'F0 7D 01 03 01 F7';
const VOICE_LENGTH = 136;
const SYNTH = ['sysex-dump', '-d', 'demo synth', '--until-idle', '400ms'];

function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** Dumps bytes that come in through standard input, to dump.syx. */
function dumpBytes(hex: string, cwd: string, args: string[] = [], options: RunOptions = {}) {
  const command = ['--port', '-', 'sysex-dump', '-d', 'standard input', ...args];
  return runMidirec(command, { cwd, input: bytesOf(hex), ...options });
}

function jsonLines(stdout: Buffer): Record<string, unknown>[] {
  return stdout
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

describe('--verify', () => {
  it('the same dump twice: said, exit code 0', async (t) => {
    const cwd = temporaryFolder(t);
    const run = await runMidirec(
      [...SYNTH, '--request', VOICE, '--verify', '--json', '-o', 'a.syx'],
      { cwd },
    );
    assert.match(run.stderr, /verified: the second dump is the same/);
    const end = jsonLines(run.stdout).at(-1)!;
    assert.equal(end.verified, true);
    assert.deepEqual(end.differences, []);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(readFileSync(join(cwd, 'a.syx')).length, 163, 'the second dump is not written');
  });

  it('--count of a synth that has more to say: the rest of the first dump is not taken for the second', async (t) => {
    const cwd = temporaryFolder(t);
    const args = [...SYNTH, '--request', VOICES, '--count', '3', '--verify', '-o', 'a.syx'];
    const run = await runMidirec(args, { cwd });
    assert.match(run.stderr, /verified: the second dump is the same/);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(readFileSync(join(cwd, 'a.syx')).length, 3 * VOICE_LENGTH);
  });

  it('a dump that differs: which message, exit code 1, and the first one is kept', async (t) => {
    const cwd = temporaryFolder(t);
    // Asks for a voice, and then changes it: the second time it is another.
    const voice = new Uint8Array(163);
    voice.set([0xf0, 0x7d, 0x02, 0x00, 0x00, 0x01]);
    voice[162] = 0xf7;
    const request = VOICE + [...voice].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    const args = [...SYNTH, '--request', request, '--verify', '--json', '-o', 'a.syx'];
    const run = await runMidirec(args, { cwd });
    assert.match(run.stderr, /warning: the second dump differs from the first in message 1\n/);
    const end = jsonLines(run.stdout).at(-1)!;
    assert.equal(end.verified, false);
    assert.deepEqual(end.differences, [1]);
    assert.equal(run.code, 1);
    assert.ok(readFileSync(join(cwd, 'a.syx')).length === 163);
  });

  it('Ctrl-C before the second dump is there: not verified, exit code 1', async (t) => {
    const cwd = temporaryFolder(t);
    const args = [
      'sysex-dump',
      '-d',
      'demo synth',
      '--until-idle',
      '20s',
      '--request',
      VOICE,
      '--verify',
      '--hex',
    ];
    const run = await runMidirec(args, {
      cwd,
      onStart: (child) => child.stdout?.once('data', () => child.kill('SIGINT')),
    });
    assert.match(run.stderr, /not verified: stopped/);
    assert.equal(run.code, 1, run.stderr);
  });
});

describe('no answer', () => {
  it('--json has its last line all the same, nothing is written, and words help', async (t) => {
    const cwd = temporaryFolder(t);
    const args = [
      ...SYNTH,
      '--request',
      'F0 7D 09 F7',
      '--timeout',
      '200ms',
      '--json',
      '-o',
      'a.syx',
    ];
    const run = await runMidirec(args, { cwd });
    assert.equal(run.code, 1);
    assert.match(
      run.stderr,
      /midirec: no answer came within 0\.2 s\nhint: .*output.*sysex.*protection/,
    );
    const [begin, end] = jsonLines(run.stdout);
    assert.equal(begin?.type, 'begin');
    assert.equal(end?.type, 'end');
    assert.equal(end?.stoppedBy, 'timeout');
    assert.equal(end?.exitCode, 1);
    assert.deepEqual(readdirSync(cwd), []);
  });
});

describe('no sysex', { skip: process.platform === 'win32' }, () => {
  it('what was lost meanwhile is told all the same', async (t) => {
    const cwd = temporaryFolder(t);
    const fifo = join(cwd, 'fifo');
    makeFifo(fifo);
    const writer = await open(fifo, 'r+');
    t.after(() => writer.close());
    const args = ['--port', fifo, 'sysex-dump', '--timeout', '500ms', '--json', '-o', 'a.syx'];
    const run = await runMidirec(args, {
      cwd,
      onStart: (child) => untilSaid(child, 'listening').then(() => writer.writeFile(bytesOf('f4'))),
    });
    assert.match(run.stderr, /warning: 1 invalid message left out.*\nmidirec: no sysex came/);
    const { losses } = jsonLines(run.stdout).at(-1) as { losses: { kind: string }[] };
    assert.deepEqual(
      losses.map(({ kind }) => kind),
      ['invalid-message'],
    );
    assert.equal(run.code, 1);
    assert.ok(!existsSync(join(cwd, 'a.syx')));
  });
});

describe('a sysex without its end', { skip: process.platform === 'win32' }, () => {
  for (const command of ['sysex-dump', 'record']) {
    it(`${command} --until-idle ends though only that has come, and nothing of it is lost`, async (t) => {
      const cwd = temporaryFolder(t);
      const fifo = join(cwd, 'fifo');
      makeFifo(fifo);
      const writer = await open(fifo, 'r+');
      t.after(() => writer.close());
      const output = command === 'record' ? 'a.mid' : 'a.syx';
      const run = await runMidirec(['--port', fifo, command, '--until-idle', '1s', '-o', output], {
        cwd,
        limitMs: 20_000,
        onStart: (child) =>
          untilSaid(child, command === 'record' ? 'recording' : 'listening').then(() =>
            writer.writeFile(bytesOf('f04400007030')),
          ),
      });
      assert.equal(run.code, 3, run.stderr);
      assert.match(run.stderr, /sysex incomplete: beginning or end is missing/);
      const kept = readFileSync(join(cwd, command === 'record' ? output : 'a.incomplete.syx'));
      assert.ok(kept.toString('hex').includes('4400007030'));
    });
  }
});

describe('what arrives', () => {
  it('incomplete messages go into a file of their own; notes and realtime go by', async (t) => {
    const cwd = temporaryFolder(t);
    const run = await dumpBytes('f0 01 f8 f7 90 3c 40 f0 02 90 3c 40 f0 03 f7', cwd, [
      '-o',
      'dump.syx',
    ]);
    assert.equal(run.code, 3, run.stderr);
    assert.deepEqual([...readFileSync(join(cwd, 'dump.syx'))], [...bytesOf('f001f7f003f7')]);
    assert.deepEqual([...readFileSync(join(cwd, 'dump.incomplete.syx'))], [0xf0, 0x02]);
    assert.match(run.stderr, /1 sysex incomplete/);
    assert.match(run.stderr, /what is incomplete is in dump\.incomplete\.syx/);
  });

  it('where only pieces came, no file of whole messages is spoken of', async (t) => {
    const cwd = temporaryFolder(t);
    const run = await dumpBytes('f0 7d 01 90 3c 40', cwd, ['-o', 'dump.syx']);
    assert.equal(run.code, 3, run.stderr);
    assert.match(run.stderr, /^1 message, 3 bytes$/m);
    assert.match(run.stderr, /what is incomplete is in dump\.incomplete\.syx/);
    assert.deepEqual(readdirSync(cwd), ['dump.incomplete.syx']);
  });

  it('--split makes a file for each', async (t) => {
    const cwd = temporaryFolder(t);
    const run = await dumpBytes('f0 01 f7 f0 02 f7', cwd, ['--split', '-o', 'v.syx']);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(readdirSync(cwd).sort(), ['v-001.syx', 'v-002.syx']);
    assert.deepEqual([...readFileSync(join(cwd, 'v-002.syx'))], [0xf0, 2, 0xf7]);
  });

  it('--hex shows offset, bytes, maker and length', async (t) => {
    const run = await dumpBytes('f0 43 00 f7 f0 00 20 33 f7', temporaryFolder(t), ['--hex']);
    assert.equal(run.code, 0, run.stderr);
    const lines = run.stdout.toString().split('\n');
    assert.match(lines[0]!, /^Yamaha .*4 bytes/);
    assert.match(lines[1]!, /^00000000 {2}f0 43 00 f7 /);
    assert.match(lines[3]!, /^Access Music .*5 bytes/);
    assert.match(lines[4]!, /^00000004 {2}f0 00 20 33 f7 /);
  });

  it('without -o, in a pipe: the bytes and nothing else', async (t) => {
    const cwd = temporaryFolder(t);
    const run = await dumpBytes('f0 01 f7 90 3c 40 f0 02 f7', cwd);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual([...run.stdout], [...bytesOf('f001f7f002f7')]);
    assert.deepEqual(readdirSync(cwd), []);
  });

  it('a wrong checksum is told, and exit code 3', async (t) => {
    const cwd = temporaryFolder(t);
    const roland = 'f0 41 10 42 12 40 00 7f 00 42 f7';
    assert.equal(parseSysexRequest(roland).length, 1);
    const run = await dumpBytes(roland, cwd, ['-o', 'r.syx']);
    assert.equal(run.code, 3);
    assert.match(run.stderr, /checksum wrong/);
    assert.match(run.stderr, /1 message with a wrong checksum: dump again/);
    assert.ok(existsSync(join(cwd, 'r.syx')));
  });
});
