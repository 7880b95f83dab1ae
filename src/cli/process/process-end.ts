/** The end of the process: by itself when nothing is left to do, by force when a thread is stuck in a driver or a disk. */
import { existsSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isatty } from 'node:tty';
import { ExitCode } from '../exit-codes.js';
import { isInForeground } from './foreground.js';

/** How long a process that has nothing left to do may take to end by itself. */
const GRACE_MS = 250;
/** How long standard error may take to take the last words. */
const LAST_WORDS_MS = 500;
/** How long it may take to load what ends the process: seconds on a busy machine. */
const LOAD_LIMIT_MS = 5000;
const LOOK_MS = 50;

/** The signals whose ends POSIX shells show as these exit codes. */
const SIGNALS: Partial<Record<number, NodeJS.Signals>> = {
  [ExitCode.HUNG_UP]: 'SIGHUP',
  [ExitCode.INTERRUPTED]: 'SIGINT',
  [ExitCode.TERMINATED]: 'SIGTERM',
};

/** Standard streams that were terminals when the process began. */
const terminals = [0, 1, 2].filter((fd) => isatty(fd));
let isOutputGivenUp = false;

/** From now on the end does not wait for what standard output has not taken: its reader has stopped reading. */
export function giveUpOutput(): void {
  isOutputGivenUp = true;
}

/**
 * Ends the process with process.exitCode, whatever is under way: for when the program is done. If
 * nothing is under way, it ends by itself, as programs do.
 */
export function endProcessSoon(): void {
  // At its very end Node.js takes the handlers of signals away first, and a Ctrl-C would end with 130 what has been done.
  process.once('beforeExit', () => {
    // It sets terminals as they were, too, also those that a shell has now.
    if (terminals.length > 0 && isInForeground() === false)
      void endProcessNow(Number(process.exitCode));
    else process.exit();
  });
  // … and aborts if one of them has gone.
  if (terminals.some((fd) => !isatty(fd))) void endProcessNow(Number(process.exitCode));
  // Does not keep the process alive; what does is a call of a driver that has not come back, or
  // output that its reader has not taken yet.
  setTimeout(async () => {
    if (!isOutputGivenUp) await drain(process.stdout);
    await endProcessNow(Number(process.exitCode));
  }, GRACE_MS).unref();
}

/**
 * Ends the process with `exitCode`, without waiting for anything but the last words on standard
 * error. process.exit would wait for threads that are stuck, possibly for ever.
 */
export async function endProcessNow(exitCode: number): Promise<never> {
  process.exitCode = exitCode;
  await Promise.race([drain(process.stderr), pause(LAST_WORDS_MS)]);
  // What is to be given back whatever happens, such as the settings of a serial line.
  process.emit('exit', exitCode);
  const signal = SIGNALS[exitCode];
  const isLastWay = signal === undefined && !canBecomeExit();
  const withoutKoffi = () => (isLastWay ? exitWithoutThreads() : undefined);
  const end = await Promise.race([loadEnd().catch(withoutKoffi), pause(LOAD_LIMIT_MS)]);
  end?.(exitCode);
  // Where koffi cannot be had, or what would read it, the disk or every thread, is stuck as well.
  if (signal === undefined && canBecomeExit()) becomeExit(exitCode);
  // Other codes are lost then.
  const last = signal ?? 'SIGKILL';
  process.removeAllListeners(last);
  process.kill(process.pid, last);
  return process.exit();
}

/** Of Node.js from 22.15 on, but not on Windows. */
const execve = (process as { execve?: (file: string, args: string[], env: object) => never })
  .execve;
const SHELL = '/bin/sh';

function canBecomeExit(): boolean {
  return execve !== undefined && existsSync(SHELL);
}

/** Becomes another program, with all threads gone, which ends at once. */
function becomeExit(exitCode: number): void {
  execve?.(SHELL, ['sh', '-c', `exit ${exitCode}`], {});
}

/** Resolves with process.exit when no thread is at work on a file, for which it would wait. */
async function exitWithoutThreads(): Promise<(exitCode: number) => void> {
  while (process.getActiveResourcesInfo().some((name) => name.startsWith('FSReq'))) {
    await pause(LOOK_MS);
  }
  return process.exit;
}

async function loadEnd(): Promise<(exitCode: number) => void> {
  const { loadProcessEnd } = await import('../../winmm/native/koffi-bindings.js');
  return loadProcessEnd();
}

/** Resolves when a stream has taken everything, or will never take anything again. */
function drain(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed || !stream.writable) resolve();
    else stream.write('', () => resolve());
  });
}
