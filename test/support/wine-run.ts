/**
 * Runs midirec in the Wine bed (scripts/wine-bed.js) and looks at it from Linux.
 *
 * Node.js on Wine cannot use pipes, so standard output and error go to files, which can be read
 * while the program runs.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { eventually } from './contract-fixture.js';
import { type LogLine, parseLog } from './wine-script.js';

/** Longer than anything takes on a slow machine; what is not finished then is killed. */
const LIMIT_MS = 120_000;
/** How often to look whether the program has come up. */
const LOOK_MS = 50;

export interface WineRunOptions {
  /** The script of the test driver, its lines. Default: one input with an output looped back into it. */
  script?: string;
  env?: Record<string, string>;
  /**
   * Kills the program this long after the driver has logged something last, or after a signal: how long
   * Wine takes on a busy machine says nothing about midirec.
   */
  limitMs?: number;
}

export interface WineResult {
  /** Exit code; null if it was killed. */
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

function bedFolder(): string {
  const folder = process.env.MIDIREC_WINE_BED;
  if (folder === undefined) throw new Error('run this with npm run test:wine');
  return folder;
}

/** One program in the bed. */
export class WineRun {
  /** A folder of this run's own: the program's working directory is elsewhere, so name files by `path`. */
  readonly folder: string;
  readonly finished: Promise<WineResult>;
  readonly #child: ChildProcess;
  readonly #limitMs: number;
  #limit: NodeJS.Timeout;
  #isAskedToEnd = false;
  /** Of the driver's log, as far as it was read. */
  readonly #log: LogLine[] = [];
  #logLength = 0;

  /** @param args - arguments of midirec; or of `program`: another script for node.exe, or an .exe file */
  constructor(args: readonly string[], options: WineRunOptions = {}, program?: string) {
    const bed = bedFolder();
    mkdirSync(join(bed, 'runs'), { recursive: true });
    this.folder = mkdtempSync(join(bed, 'runs', 'run-'));
    const env: Record<string, string | undefined> = {
      ...process.env,
      WINEPREFIX: join(bed, 'prefix'),
      WINEDEBUG: '-all',
      MIDIREC_TEST_LOG: this.path('driver.log'),
      ...options.env,
    };
    delete env.NODE_OPTIONS;
    delete env.NODE_TEST_CONTEXT;
    if (options.script !== undefined) {
      writeFileSync(this.path('script'), options.script);
      env.MIDIREC_TEST_SCRIPT = this.path('script');
    }
    const output = openSync(this.path('stdout'), 'w');
    const errors = openSync(this.path('stderr'), 'w');
    const file = program ?? join(bed, 'app/bin/midirec.js');
    const command = file.endsWith('.exe') ? [file] : [join(bed, 'node/node.exe'), file];
    this.#child = spawn('wine', [...command, ...args], {
      cwd: this.folder,
      env,
      stdio: ['ignore', output, errors],
    });
    closeSync(output);
    closeSync(errors);
    this.#limitMs = options.limitMs ?? LIMIT_MS;
    this.#limit = this.#killIn(Math.max(LIMIT_MS, this.#limitMs));
    let size = -1;
    const look = setInterval(() => {
      const now = statSync(this.path('driver.log'), { throwIfNoEntry: false })?.size ?? -1;
      if (now > size && !this.#isAskedToEnd) this.#limitAnew();
      size = now;
    }, LOOK_MS);
    this.finished = new Promise((resolve, reject) => {
      this.#child.on('error', reject);
      this.#child.on('exit', (code, signal) => {
        clearInterval(look);
        clearTimeout(this.#limit);
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  /** A path in the run's folder; the same text names the file on both sides. */
  path(name: string): string {
    return join(this.folder, name);
  }

  /** The process as Linux knows it; node.exe runs in the process that wine was started in. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  get stdout(): string {
    return readFileSync(this.path('stdout'), 'utf8');
  }

  get stderr(): string {
    return readFileSync(this.path('stderr'), 'utf8');
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** SIGINT is Ctrl-C to the program; SIGKILL ends it as a power cut would. */
  kill(signal: NodeJS.Signals): void {
    this.#isAskedToEnd = true;
    if (this.isRunning) this.#limitAnew();
    this.#child.kill(signal);
  }

  #limitAnew(): void {
    clearTimeout(this.#limit);
    this.#limit = this.#killIn(this.#limitMs);
  }

  #killIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#child.kill('SIGKILL'), ms);
  }

  /** What the driver has logged so far. */
  log(): LogLine[] {
    return [...this.#readLog()];
  }

  /** It grows to megabytes: no line is read twice. */
  #readLog(): readonly LogLine[] {
    const path = this.path('driver.log');
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    const bytes = Buffer.alloc(Math.max(0, size - this.#logLength));
    if (bytes.length === 0) return this.#log;
    const file = openSync(path, 'r');
    readSync(file, bytes, 0, bytes.length, this.#logLength);
    closeSync(file);
    const whole = bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
    this.#logLength += whole.length;
    for (const line of parseLog(whole.toString())) this.#log.push(line);
    return this.#log;
  }

  /**
   * Waits until the driver has logged a line of which `condition` is true; fails if the program ends before, or
   * if nothing is logged for long.
   */
  async waitForLog(what: string, condition: (line: LogLine) => boolean): Promise<void> {
    const limitMs = Math.max(LIMIT_MS, this.#limitMs);
    let seen = 0;
    for (let isOver = false; !isOver; ) {
      isOver = !this.isRunning;
      await eventually(
        what,
        () => {
          isOver ||= !this.isRunning;
          return isOver || this.#readLog().length > seen;
        },
        limitMs,
      );
      const log = this.#readLog();
      if (log.slice(seen).some(condition)) return;
      seen = log.length;
    }
    throw new Error(`the program ended before: ${what}\n${this.stderr}`);
  }

  /** Waits until the scripts of the inputs 0 … `count` - 1 have ended. */
  async waitForEnd(count = 1): Promise<void> {
    for (let input = 0; input < count; input++) {
      await this.waitForLog(
        `end of the script of input ${input}`,
        (line) => line.event === 'end' && line.input === input,
      );
    }
  }
}

/** Runs midirec to its end. */
export function runOnWine(
  args: readonly string[],
  options: WineRunOptions = {},
): Promise<WineResult> {
  return new WineRun(args, options).finished;
}
