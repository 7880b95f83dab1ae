/** `--then`: a command that is run for each finished take, beside the recording and never in its way. */
import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import type { SavedTake } from '../../takes/recorder.js';
import type { ConsoleOutput } from '../terminal/console-output.js';

/** What it has left in the background may keep its output open for ever. */
const LAST_WORDS_MS = 500;

type Speaker = Pick<ConsoleOutput, 'pass' | 'warn'>;

export class ThenCommand {
  readonly #command: string;
  readonly #title: string | undefined;
  readonly #console: Speaker;
  #running: Promise<void> = Promise.resolve();
  /** Whether it has failed for any take. */
  hasFailed = false;

  constructor(command: string, title: string | undefined, console: Speaker) {
    this.#command = command;
    this.#title = title;
    this.#console = console;
  }

  /** Runs it for a take, after those before. A take without a file has nothing to run it for. */
  run({ path, lengthMs, notes }: SavedTake): void {
    if (path === undefined) return;
    const env = {
      MIDIREC_FILE: resolve(path),
      MIDIREC_SECONDS: (lengthMs / 1000).toFixed(3),
      MIDIREC_NOTES: String(notes),
      MIDIREC_TITLE: this.#title ?? '',
    };
    this.#running = this.#running.then(async () => {
      const problem = await this.#spawn(env).catch(notRun);
      if (problem === undefined) return;
      this.hasFailed = true;
      this.#console.warn(`--then: '${this.#command}' ${problem}; the take is in ${path}`);
    });
  }

  /** Resolves when no command runs any more. @param last - a take that it is still to be run for */
  settle(last?: SavedTake): Promise<void> {
    if (last !== undefined) this.run(last);
    return this.#running;
  }

  /** @returns how it has failed, if it has */
  #spawn(env: Record<string, string>): Promise<string | undefined> {
    return new Promise((done) => {
      const child = spawn(this.#command, {
        shell: true,
        env: { ...process.env, ...env },
        // A Ctrl-C that ends the recording does not end what is to be done with it.
        detached: process.platform !== 'win32',
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      for (const input of [child.stdout, child.stderr]) {
        createInterface({ input }).on('line', (line) => this.#console.pass(line));
      }
      child.on('error', (error) => done(notRun(error)));
      const end = (code: number | null, signal: NodeJS.Signals | null) => {
        if (code === 0) done(undefined);
        else done(signal === null ? `failed with exit status ${code}` : `was ended by ${signal}`);
      };
      child.on('close', end);
      child.on('exit', (code, signal) => {
        for (const output of [child.stdout, child.stderr]) (output as Socket).unref();
        const timer = setTimeout(() => end(code, signal), LAST_WORDS_MS);
        child.on('close', () => clearTimeout(timer));
      });
    });
  }
}

/** Some errors are thrown at once: a title that is too long for the system, for one. */
function notRun({ message }: Error): string {
  return `cannot be run: ${message}`;
}
