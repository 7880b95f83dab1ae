/** Inputs that are taken away in the midst of a take, and come back: FIFOs, whose path goes and is there again. */
import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { eventually, pause } from '../support/contract-fixture.js';
import { type Run, runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { rowsOfTake, textsOfTake } from '../support/take-rows.js';

const skip = process.platform === 'win32' && 'there are no FIFOs on Windows';
/** How soon an input that has gone, or is back, is noticed; and what a busy machine adds. */
const NOTICED_MS = 2000 + 1000;

/** A recorder of FIFOs. */
class FifoTake {
  readonly finished: Promise<Run>;
  #child: ChildProcess | undefined;
  #said = '';
  readonly #cwd: string;

  constructor(cwd: string, fifos: string[], args: string[] = [], input?: Uint8Array) {
    this.#cwd = cwd;
    for (const fifo of fifos) if (fifo !== '-') this.plug(fifo);
    const ports = fifos.flatMap((fifo) => ['--port', fifo]);
    this.finished = runMidirec([...ports, 'record', '-o', 'take.mid', '--json', ...args], {
      cwd,
      ...(input !== undefined && { input }),
      onStart: (child) => {
        this.#child = child;
        child.stderr?.on('data', (bytes: Buffer) => {
          this.#said += bytes.toString();
        });
      },
    });
  }

  plug(fifo: string): void {
    execFileSync('mkfifo', [join(this.#cwd, fifo)]);
  }

  unplug(fifo: string): void {
    rmSync(join(this.#cwd, fifo));
  }

  /** What a shell does with `printf … > fifo`. */
  play(fifo: string, ...bytes: number[]): void {
    const fd = openSync(join(this.#cwd, fifo), constants.O_WRONLY | constants.O_NONBLOCK);
    writeSync(fd, Uint8Array.from(bytes));
    closeSync(fd);
  }

  async hears(text: RegExp): Promise<void> {
    await eventually(`it says ${text}`, () => text.test(this.#said), NOTICED_MS);
  }

  async stop(): Promise<Run> {
    await pause(200);
    this.#child?.kill('SIGINT');
    return this.finished;
  }

  get file(): Buffer {
    return readFileSync(join(this.#cwd, 'take.mid'));
  }
}

function endOf(run: Run) {
  return JSON.parse(run.stdout.toString().trim().split('\n').at(-1)!);
}

describe('a FIFO that is recorded', { skip }, () => {
  test('one writer after the other, with pauses between: nothing has gone', async (t) => {
    const take = new FifoTake(temporaryFolder(t), ['keys']);
    await take.hears(/recording keys/);
    for (const note of [1, 2, 3]) {
      take.play('keys', 0x90, note, 0x40);
      await pause(700);
    }
    const run = await take.stop();
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(textsOfTake(take.file)[1], ['90 01 40', '90 02 40', '90 03 40']);
  });

  test('removed and made again: marked, recorded on, on the same clock, the other one untouched', async (t) => {
    const take = new FifoTake(temporaryFolder(t), ['keys', 'pads']);
    await take.hears(/recording keys, pads/);
    take.play('keys', 0x90, 1, 0x40);
    take.play('pads', 0x91, 1, 0x40);
    await pause(300);
    take.unplug('keys');
    await take.hears(/warning: keys went away at \d\.\d s; waiting for it to come back\n/);
    take.play('pads', 0x91, 2, 0x40);
    await pause(1500);
    take.plug('keys');
    await take.hears(/keys is back at \d\.\d s\n/);
    take.play('keys', 0x90, 2, 0x40);
    take.play('pads', 0x91, 3, 0x40);
    const run = await take.stop();
    assert.equal(run.code, 3, run.stderr);
    assert.match(
      run.stderr,
      /warning: the device went away once, from \d\.\d s to \d\.\d s \(keys\)/,
    );

    const [, keys, pads] = rowsOfTake(take.file);
    const texts = ['90 01 40', 'marker: keys went away', 'marker: keys is back', '90 02 40'];
    assert.deepEqual(
      keys?.map(({ text }) => text),
      texts,
    );
    assert.deepEqual(
      pads?.map(({ text }) => text),
      ['91 01 40', '91 02 40', '91 03 40'],
    );
    assert.ok(keys![1]!.timeMs - keys![0]!.timeMs < NOTICED_MS);
    const apartMs = keys![3]!.timeMs - pads![2]!.timeMs;
    assert.ok(Math.abs(apartMs) < 100, `${apartMs} ms apart, played in the same moment`);
    const [loss] = endOf(run).losses;
    assert.deepEqual([loss.kind, loss.device, loss.count], ['device-lost', 0, 1]);
    assert.equal(endOf(run).stoppedBy, 'interrupt');
    assert.equal(endOf(run).messages, 5);
  });

  test('another one in its place, at once: gone and back', async (t) => {
    const take = new FifoTake(temporaryFolder(t), ['keys']);
    await take.hears(/recording/);
    take.unplug('keys');
    take.plug('keys');
    await take.hears(/keys went away/);
    await take.hears(/keys is back/);
    take.play('keys', 0x90, 1, 0x40);
    const run = await take.stop();
    assert.equal(run.code, 3, run.stderr);
    assert.equal(textsOfTake(take.file)[1]?.at(-1), '90 01 40');
  });

  test('removed, and never there again: Ctrl-C saves what there is', async (t) => {
    const take = new FifoTake(temporaryFolder(t), ['keys']);
    await take.hears(/recording/);
    take.play('keys', 0x90, 1, 0x40);
    await pause(200);
    take.unplug('keys');
    await take.hears(/waiting/);
    const run = await take.stop();
    assert.equal(run.code, 3, run.stderr);
    assert.deepEqual(textsOfTake(take.file)[1], ['90 01 40', 'marker: keys went away']);
  });

  test('--no-reconnect: the last one gone ends the recording, saved, exit code 3', async (t) => {
    const take = new FifoTake(temporaryFolder(t), ['keys', 'pads'], ['--no-reconnect']);
    await take.hears(/recording/);
    take.play('keys', 0x90, 1, 0x40);
    await pause(200);
    take.unplug('keys');
    await take.hears(/keys went away at \d\.\d s\n/);
    take.plug('keys');
    take.play('pads', 0x91, 1, 0x40);
    await pause(200);
    take.unplug('pads');
    const run = await take.finished;
    assert.equal(run.code, 3, run.stderr);
    assert.doesNotMatch(run.stderr, /back/);
    assert.equal(endOf(run).stoppedBy, 'inputs-gone');
    const [, keys, pads] = textsOfTake(take.file);
    assert.deepEqual(keys, ['90 01 40', 'marker: keys went away']);
    assert.deepEqual(pads, ['91 01 40', 'marker: pads went away']);
  });

  test('beside standard input: the end of that is not the end of the recording', async (t) => {
    const input = Uint8Array.of(0x92, 1, 0x40);
    const take = new FifoTake(temporaryFolder(t), ['-', 'keys'], [], input);
    await take.hears(/standard input ended/);
    take.play('keys', 0x90, 1, 0x40);
    await pause(1500);
    const run = await take.stop();
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(textsOfTake(take.file).slice(1), [['92 01 40'], ['90 01 40']]);
  });
});
