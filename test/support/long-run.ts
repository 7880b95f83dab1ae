/** midirec as it runs for long, until the test ends it. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { TestContext } from 'node:test';
import { MIDIREC, untilSaid } from './run-midirec.js';

export interface LongRun {
  child: ChildProcess;
  /** What it has said on standard error so far. */
  said(): string;
  /** The exit code; null if a signal ended it. */
  ended: Promise<number | null>;
}

/** Resolves when it has said `text`. */
export async function startLongRun(
  t: TestContext,
  cwd: string,
  args: readonly string[],
  text: string,
): Promise<LongRun> {
  const child = spawn(process.execPath, [MIDIREC, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  await untilSaid(child, text);
  return { child, said: () => said, ended };
}
