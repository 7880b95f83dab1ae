/** What is typed while a live line is on the terminal: it would be written into that line. */
import { execFileSync } from 'node:child_process';
import { isInForeground } from '../process/foreground.js';

/** A terminal that is held up (Ctrl-S) may keep stty waiting. */
const STTY_LIMIT_MS = 500;
/**
 * In a session of its own Ctrl-Z does not reach it. Stopped before it has become stty it would hold up the one who
 * starts it for good: Node.js waits for that, without a limit.
 */
const APART = { detached: true };

/**
 * From now on the terminal shows nothing of what is typed; Ctrl-C and the like do what they did, and lines that are
 * read come as they did. Does nothing where standard input is no terminal, in the background, or on Windows, where only what is
 * read is shown.
 *
 * Not the raw mode of Node.js, which makes plain characters of Ctrl-C and Ctrl-Z. Therefore stty(1) of POSIX.
 *
 * @returns sets it as it was before; the end of the process does the same
 */
export function silenceEcho(): () => void {
  if (!process.stdin.isTTY || process.platform === 'win32') return () => {};
  if (isInForeground() === false) return () => {};
  let settings: string;
  try {
    settings = stty('-g').trim();
    stty('-echo');
  } catch {
    return () => {};
  }
  let isSilent = true;
  const giveBack = () => {
    process.off('exit', giveBack);
    if (!isSilent) return;
    isSilent = false;
    // The shell has set it as it likes it.
    if (isInForeground() === false) return;
    try {
      stty(settings);
    } catch {
      // The terminal has gone.
    }
  };
  process.once('exit', giveBack);
  return giveBack;
}

function stty(...settings: string[]): string {
  return execFileSync('stty', settings, {
    stdio: ['inherit', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: STTY_LIMIT_MS,
    killSignal: 'SIGKILL',
    ...APART,
  });
}
