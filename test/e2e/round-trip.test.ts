/** The round trip as a user makes it: dump, send the dump, dump again, compare. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { runHosted } from '../support/midirec-host.js';
import { type Run, runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';
import { SeededRandom } from '../support/seeded-random.js';

/** Small enough for all sorts of buffers, and larger than the largest. */
const SIZES = [2, 3, 5, 255, 256, 257, 4104, 32_768, 32_769, 300_000];

function sysexOf(content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.of(0xf0), content, Buffer.of(0xf7)]);
}

/** Messages of these sizes with random content, one after the other. */
function dumpOf(sizes: readonly number[], seed: number): Buffer {
  const random = new SeededRandom(seed);
  return Buffer.concat(sizes.map((size) => sysexOf(random.bytes(size - 2, 0x7f))));
}

function newFile(test: TestContext, bytes: Uint8Array): string {
  const path = join(temporaryFolder(test), 'dump.syx');
  writeFileSync(path, bytes);
  return path;
}

function newFifo(test: TestContext): string {
  const path = join(temporaryFolder(test), 'fifo');
  execFileSync('mkfifo', [path]);
  return path;
}

/** Nothing was lost, nothing was suspected of it, and the copy is the original. */
function assertArrived(run: Run, copy: string, original: Uint8Array): void {
  assert.doesNotMatch(run.stderr, /warning/);
  assert.equal(run.code, 0, run.stderr);
  assert.ok(readFileSync(copy).equals(original), `${copy} is not what was sent`);
}

/** One process, both ends of the loopback: sends the messages of a file, and dumps what comes. */
async function sendOverLoopback(test: TestContext, file: string, count: number) {
  const copy = join(temporaryFolder(test), 'copy.syx');
  const request = ['--request', file, '--to', 'loopback'];
  const dump = ['sysex-dump', '-d', 'loopback', ...request, '--count', String(count), '-o', copy];
  return { copy, run: await runHosted(dump) };
}

/** Two processes, and a FIFO between them. */
async function sendOverFifo(test: TestContext, file: string, count: number, options: string[]) {
  const fifo = newFifo(test);
  const copy = join(temporaryFolder(test), 'copy.syx');
  let sending: Promise<Run> | undefined;
  const dump = ['--port', fifo, 'sysex-dump', '--count', String(count), '-o', copy, ...options];
  const run = await runMidirec(dump, {
    onStart: (child) => {
      untilSaid(child, 'listening').then(() => {
        sending = runMidirec(['--port', fifo, 'sysex-send', file]);
      });
    },
  });
  const sent = await sending;
  assert.equal(sent?.code, 0, sent?.stderr);
  return { copy, run };
}

describe('the round trip on the embedded backend', () => {
  it('a bank of the demo synth: dumped, sent over the loopback, dumped again', async (test) => {
    const bank = join(temporaryFolder(test), 'bank.syx');
    const request = ['--request', 'f0 7d 01 03 01 f7', '--count', '32'];
    const first = await runHosted(['sysex-dump', '-d', 'demo synth', ...request, '-o', bank]);
    assert.equal(first.code, 0, first.stderr);
    const { run, copy } = await sendOverLoopback(test, bank, 32);
    assertArrived(run, copy, readFileSync(bank));
  });

  it('a voice of our own, restored to the demo synth, is what it dumps from then on', async (test) => {
    const data = new SeededRandom(40).bytes(155, 0x7f);
    const checksum = -data.reduce((sum, byte) => sum + byte, 0) & 0x7f;
    const voice = sysexOf(Buffer.of(0x7d, 2, 0, 0, 1, ...data, checksum));
    const request = newFile(test, Buffer.concat([voice, Buffer.of(0xf0, 0x7d, 1, 0, 1, 0xf7)]));
    const copy = join(temporaryFolder(test), 'copy.syx');
    const dump = ['sysex-dump', '-d', 'demo synth', '--count', '1', '-o', copy];
    assertArrived(await runHosted([...dump, '--request', request]), copy, voice);
  });

  it('messages of every size over the loopback', async (test) => {
    const dump = dumpOf(SIZES, 41);
    const { run, copy } = await sendOverLoopback(test, newFile(test, dump), SIZES.length);
    assertArrived(run, copy, dump);
  });

  it('10,000 messages without pause over the loopback: all, in order, and nothing suspected lost', async (test) => {
    const sizes = Array.from({ length: 10_000 }, (_, index) => 2 + (index % 60));
    const dump = dumpOf(sizes, 42);
    const { run, copy } = await sendOverLoopback(test, newFile(test, dump), sizes.length);
    assertArrived(run, copy, dump);
  });
});

const skip = process.platform === 'win32' && 'there are no FIFOs on Windows';

describe('the round trip over FIFOs between two processes', { skip }, () => {
  it('there and back again: messages of every size', async (test) => {
    const dump = dumpOf(SIZES, 43);
    const there = await sendOverFifo(test, newFile(test, dump), SIZES.length, []);
    assertArrived(there.run, there.copy, dump);
    const back = await sendOverFifo(test, there.copy, SIZES.length, []);
    assertArrived(back.run, back.copy, dump);
  });

  it('10,000 messages without pause: the sender waits for the buffers of the receiver, so nothing is lost and nothing suspected', async (test) => {
    const sizes = Array.from({ length: 10_000 }, (_, index) => 2 + (index % 60));
    const dump = dumpOf(sizes, 44);
    const { run, copy } = await sendOverFifo(test, newFile(test, dump), sizes.length, []);
    assertArrived(run, copy, dump);
  });

  it('into two buffers of 16 bytes', async (test) => {
    const sizes = [2, 16, 17, 5000, 3, ...Array.from({ length: 2000 }, () => 4)];
    const dump = dumpOf(sizes, 45);
    const options = ['--buffers', '2', '--buffer-size', '16'];
    const { run, copy } = await sendOverFifo(test, newFile(test, dump), sizes.length, options);
    assertArrived(run, copy, dump);
  });
});

it('--count: the message that is under way when they are there is not missed', async () => {
  const request = ['--request', 'F0 7D 01 03 F7', '--count', '3'];
  const run = await runHosted(['sysex-dump', '-d', 'demo synth', ...request]);
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stdout.length, 3 * 136);
  assert.doesNotMatch(run.stderr, /warning/);
});
