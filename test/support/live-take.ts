/** A recorder on a FIFO that a test plays to, and what is in its files. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { FifoPlayer, makeFifo } from './fifo-player.js';
import { MIDIREC, temporaryFolder } from './run-midirec.js';
import { parseWithMidiFile } from './smf-parsers.js';

export interface LiveTakeOptions {
  /** Default `record`; `sysex-dump` is played nothing but sysex. */
  command?: 'record' | 'sysex-dump';
  /** What follows the command; default `-o take.mid`. */
  args?: readonly string[];
  /** Shell commands before the recorder is run in their place. */
  prepare?: string;
  env?: Record<string, string>;
  /** The folder in which it runs; default a new one. */
  cwd?: string;
}

/** How a process has ended: its exit code, or the signal that killed it. */
export type End = number | NodeJS.Signals | null;

export class LiveTake {
  readonly cwd: string;
  /** take.mid */
  readonly file: string;
  readonly child: ChildProcess;
  readonly player: FifoPlayer;
  readonly ended: Promise<End>;
  /** What has been said on standard error. */
  stderr = '';

  /** Starts a recorder and plays to it. */
  static async start(t: TestContext, options: LiveTakeOptions = {}): Promise<LiveTake> {
    const { args = ['-o', 'take.mid'], prepare, env, cwd = temporaryFolder(t) } = options;
    const { command: subcommand = 'record' } = options;
    const fifo = join(temporaryFolder(t), 'fifo');
    makeFifo(fifo);
    const command = [process.execPath, MIDIREC, '--port', fifo, subcommand, ...args];
    if (prepare !== undefined) command.unshift('sh', '-c', `${prepare}\nexec "$@"`, 'sh');
    const child = spawn(command[0]!, command.slice(1), {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    t.after(() => child.kill('SIGKILL'));
    const kind = subcommand === 'record' ? 'music' : 'sysex';
    const player = await FifoPlayer.open({ path: fifo, seed: 1, kind });
    const take = new LiveTake(cwd, child, player);
    player.play();
    await pause(300);
    return take;
  }

  private constructor(cwd: string, child: ChildProcess, player: FifoPlayer) {
    this.cwd = cwd;
    this.file = join(cwd, 'take.mid');
    this.child = child;
    this.player = player;
    this.ended = new Promise((resolve) => {
      child.on('close', (code, signal) => resolve(signal ?? code));
    });
    child.stderr!.on('data', (bytes: Buffer) => {
      this.stderr += bytes.toString();
    });
  }

  /** Stops playing; everything that was sent has been read. */
  async quiet(): Promise<void> {
    await this.player.stopWhenRead();
  }

  /** Stops playing, presses Ctrl-C, and waits for the end. */
  async finish(signal: NodeJS.Signals = 'SIGINT'): Promise<End> {
    await this.quiet();
    this.child.kill(signal);
    return this.ended;
  }

  /** Resolves as soon as the recorder has said something. */
  async said(text: RegExp): Promise<void> {
    while (!text.test(this.stderr)) {
      if (this.child.exitCode !== null) throw new Error(`it ended, and said: ${this.stderr}`);
      await Promise.race([once(this.child.stderr!, 'data'), this.ended]);
    }
  }

  /** What was sent, in hex. */
  get sent(): string[] {
    return this.player.sent.map(({ hex }) => hex);
  }
}

/**
 * The controllers and sysex in a take, in hex.
 *
 * @param fromTick - 1 for one that goes on after another: at its first tick stands the state that it begins in
 */
export function played(path: string, fromTick = 0): string[] {
  return parseWithMidiFile(readFileSync(path))
    .tracks.flat()
    .map((line) => line.split(' '))
    .filter(([tick, status]) => Number(tick) >= fromTick && !status!.startsWith('ff'))
    .map(([, ...bytes]) => bytes.join(''));
}

/** The messages of a .syx, in hex; a byte that is in none of them is a failure. */
export function dumped(path: string): string[] {
  const hex = readFileSync(path).toString('hex');
  const messages = hex.match(/f0(?:[0-7][0-9a-f])*f7/g) ?? [];
  if (messages.join('') !== hex) throw new Error(`${path} is not all messages`);
  return messages;
}
