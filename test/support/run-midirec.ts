/** Runs the real executable and collects what it says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the executable is, seen from build/test/support. */
export const MIDIREC = fileURLToPath(new URL('../../../bin/midirec.js', import.meta.url));

export interface Run {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: Buffer;
  stderr: string;
}

export interface RunOptions {
  cwd?: string;
  env?: Record<string, string | undefined>;
  /** What comes in through standard input, which then ends. Default: nothing. */
  input?: Uint8Array;
  /** Called as soon as the process runs, to send it signals or close its pipes. */
  onStart?: (child: ChildProcess) => void;
  /** A hang is a failure: the process is killed after this long. */
  limitMs?: number;
}

/** Runs `midirec` with the embedded backend unless the arguments say otherwise. */
export function runMidirec(args: string[], options: RunOptions = {}): Promise<Run> {
  const child = spawn(process.execPath, [MIDIREC, ...args], {
    cwd: options.cwd,
    env: { ...process.env, MIDIREC_BACKEND: 'embedded', NO_COLOR: '1', ...options.env },
    stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(options.input);
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout?.on('data', (bytes: Buffer) => stdout.push(bytes));
  child.stderr?.on('data', (bytes: Buffer) => {
    stderr += bytes.toString();
  });
  options.onStart?.(child);
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`midirec ${args.join(' ')} did not end; it said:\n${stderr}`));
    }, options.limitMs ?? 30_000);
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve({ code, signal, stdout: Buffer.concat(stdout), stderr });
    });
  });
}

/** Resolves when the process has said `text` on standard error. */
export function untilSaid(child: ChildProcess, text: string): Promise<void> {
  return new Promise((resolve) => {
    let said = '';
    child.stderr?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (said.includes(text)) resolve();
    });
  });
}

/** An empty folder that is gone after the test, or the file of tests. */
export function temporaryFolder(test: { after(end: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-test-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
