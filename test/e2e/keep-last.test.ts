/** `midirec record --keep-last` as a person runs it: everyone who may ask, and an end that nobody announced. */
import assert from 'node:assert/strict';
import { type ChildProcess, execFileSync } from 'node:child_process';
import { appendFileSync, closeSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { rowsOf } from '../support/capture-bed.js';
import { type Run, runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { wholeTimeline } from '../support/whole-timeline.js';

const skip = process.platform === 'win32' && 'needs FIFOs';

/** A recorder that keeps, a keyboard to play it, and a file for commands. */
class Keeper {
  readonly #folder: string;
  readonly #keys: number;
  readonly #ended: Promise<Run>;
  #child: ChildProcess | undefined;
  #said = '';
  /** Messages that have reached the recorder, as --json has them. */
  #heard = '';

  constructor(test: TestContext, args: string[]) {
    this.#folder = temporaryFolder(test);
    const fifo = this.#in('keys');
    execFileSync('mkfifo', [fifo]);
    // For reading as well, so that opening does not wait.
    this.#keys = openSync(fifo, 'r+');
    appendFileSync(this.#in('commands'), '');
    const output = ['--json', '--commands', this.#in('commands'), '-o', this.#in('{take}.mid')];
    this.#ended = runMidirec(['--port', fifo, 'record', '--keep-last', ...args, ...output], {
      onStart: (child) => {
        this.#child = child;
        child.stderr?.on('data', (bytes: Buffer) => {
          this.#said += bytes.toString();
        });
        child.stdout?.on('data', (bytes: Buffer) => {
          this.#heard += bytes.toString();
        });
      },
    });
  }

  play(hex: string): void {
    writeSync(this.#keys, Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  }

  command(line: string): void {
    appendFileSync(this.#in('commands'), `${line}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  async untilSaid(text: string): Promise<void> {
    while (!this.#said.includes(text)) await this.#waitALittle();
  }

  async untilHeard(text: string): Promise<void> {
    while (!this.#heard.includes(text)) await this.#waitALittle();
  }

  async #waitALittle(): Promise<void> {
    const run = await Promise.race([pause(20, undefined), this.#ended]);
    if (run !== undefined) assert.fail(`it has ended: ${run.stderr}`);
  }

  async end(): Promise<Run> {
    const run = await this.#ended;
    closeSync(this.#keys);
    return run;
  }

  /** Keys that are struck in each of the takes there are. */
  get takes(): Record<string, number[]> {
    const names = readdirSync(this.#folder).filter((name) => name.endsWith('.mid'));
    return Object.fromEntries(names.sort().map((name) => [name, keysOf(this.#in(name))]));
  }

  #in(name: string): string {
    return join(this.#folder, name);
  }
}

function keysOf(path: string): number[] {
  return rowsOf(wholeTimeline(readSmf(readFileSync(path))).events)
    .map(([, , , bytes]) => bytes)
    .filter((bytes) => bytes.startsWith('90'))
    .map((bytes) => Number.parseInt(bytes.slice(3, 5), 16));
}

const note = (key: number) => `90${key.toString(16)}40 80${key.toString(16)}40`;

describe('record --keep-last', { skip }, () => {
  it('saves what was played before, when a pedal, a chord, a signal or a command asks', async (test) => {
    const triggers = ['--on', 'cc 66 x3', '--on', 'chord C2+E2+G2'];
    const keeper = new Keeper(test, triggers);
    await keeper.untilSaid('recording');
    keeper.play(`c005 ${note(60)} ${'b0427f b04200'.repeat(3)}`);
    await keeper.untilSaid('001.mid: ');
    keeper.play(`${note(61)} 902440 902840 902b40 802440 802840 802b40`);
    await keeper.untilSaid('002.mid: ');
    keeper.play(note(62));
    await keeper.untilHeard('80 3e 40');
    keeper.kill('SIGUSR1');
    await keeper.untilSaid('003.mid: ');
    keeper.play(note(63));
    await keeper.untilHeard('80 3f 40');
    // A mark that was set right before is in that take.
    keeper.command('mark verse\nsave');
    await keeper.untilSaid('004.mid: ');
    keeper.command('stop');
    const { code, stderr } = await keeper.end();
    assert.equal(code, 0, stderr);
    assert.match(stderr, /\n4 takes saved from /);
    assert.doesNotMatch(stderr, /marks are left out/);
    assert.deepEqual(Object.values(keeper.takes).slice(0, 1), [[60]]);
    assert.deepEqual(Object.values(keeper.takes).flat(), [60, 61, 36, 40, 43, 62, 63]);
  });

  for (const [signal, expected] of [
    ['SIGINT', 0],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    it(`${signal}: what nobody has asked for yet is saved`, async (test) => {
      const keeper = new Keeper(test, []);
      await keeper.untilSaid('recording');
      keeper.play(`${note(60)} ${note(64)}`);
      await keeper.untilHeard('80 40 40');
      keeper.kill(signal);
      const { code, stderr } = await keeper.end();
      assert.equal(code, expected, stderr);
      assert.deepEqual(keeper.takes, { '001.mid': [60, 64] });
      assert.match(stderr, /what was played is saved, unasked/);
    });
  }
});
