/** The end by force, where threads are stuck for good and koffi cannot be had: an end in time, with the code as a shell shows it. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { temporaryFolder } from '../support/run-midirec.js';

const PROCESS_END = fileURLToPath(new URL('../../src/cli/process/process-end.js', import.meta.url));
const HANG_MS = 20_000;
/** As it is in the single program for Linux. */
const WITHOUT_KOFFI = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    export async function resolve(name, context, next) {
      if (name === 'koffi') throw new Error('no koffi');
      return next(name, context);
    }\`));`;

/** Ends a process that has `stuck` threads waiting for a FIFO without a writer. @returns its code as a shell shows it */
async function endOf(folder: string, exitCode: number, stuck: number, before = '') {
  const code = `${before}
    import { open } from 'node:fs';
    const { endProcessNow } = await import(${JSON.stringify(PROCESS_END)});
    process.on('SIGINT', () => {});
    for (let count = 0; count < ${stuck}; count++) open('fifo', 'r', () => {});
    endProcessNow(${exitCode});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    cwd: folder,
    env: { ...process.env, UV_THREADPOOL_SIZE: '4' },
    stdio: 'inherit',
    timeout: HANG_MS,
    killSignal: 'SIGQUIT',
  });
  const [ended, signal] = (await once(child, 'close')) as [number, NodeJS.Signals | null];
  return signal === null ? ended : 128 + constants.signals[signal];
}

test('the end by force has its code, with threads stuck, and without koffi', {
  skip: process.platform === 'win32' && 'Windows has no such FIFOs',
}, async (t) => {
  const folder = temporaryFolder(t);
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  const ends = await Promise.all([
    endOf(folder, 130, 3),
    endOf(folder, 130, 4),
    endOf(folder, 130, 1, WITHOUT_KOFFI),
    endOf(folder, 143, 1, WITHOUT_KOFFI),
    endOf(folder, 3, 0, WITHOUT_KOFFI),
    // process.exit would wait for those threads: from Node.js 22.15 on there is another way that keeps the code.
    endOf(folder, 3, 1, WITHOUT_KOFFI),
    endOf(folder, 1, 4),
  ]);
  const kept = 'execve' in process;
  assert.deepEqual(ends, [130, 130, 130, 143, 3, kept ? 3 : 137, kept ? 1 : 137]);
});
