/**
 * A program for Windows: runs midirec and, while that runs, has the console tell it something, as a
 * person would who presses Ctrl-Break or closes the window. As Windows does, it ends a process that
 * is still there five seconds after the window was closed.
 *
 * Arguments: the event's number, a file that is there when it is time, and midirec's own arguments.
 */
import { existsSync } from 'node:fs';
import { main } from '../../src/cli/main.js';

/** Numbers of wincon.h. */
export const CTRL_BREAK_EVENT = 1;
export const CTRL_CLOSE_EVENT = 2;

const WINDOWS_PATIENCE_MS = 5000;
const LOOK_MS = 50;

if (process.argv[1]?.endsWith('console-event.js')) {
  const [event, path, ...args] = process.argv.slice(2);
  const looking = setInterval(() => {
    if (!existsSync(path!)) return;
    clearInterval(looking);
    happen(Number(event));
  }, LOOK_MS);
  looking.unref();
  await main(args);
}

async function happen(event: number): Promise<void> {
  // Not before midirec has made its own settings.
  const { default: koffi } = await import('koffi');
  const CtrlRoutine = koffi
    .load('kernelbase.dll')
    .func('__stdcall', 'CtrlRoutine', 'uint32_t', ['uintptr_t']);
  // On a thread of its own, as the console calls it.
  CtrlRoutine.async(event, () => {});
  if (event !== CTRL_CLOSE_EVENT) return;
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), WINDOWS_PATIENCE_MS).unref();
}
