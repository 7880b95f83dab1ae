/** Serial ports, which to the operating system are terminals until they are told otherwise. */
import { execFileSync } from 'node:child_process';

/** A line that the other end holds up can keep stty waiting until it has sent what it has. */
const STTY_LIMIT_MS = 2000;

/**
 * Makes a terminal line pass every byte as it is, in both directions; its speed stays what it
 * was set to.
 *
 * The raw mode of Node.js will not do: it still puts a carriage return before each 0A that is
 * written. Therefore stty(1) of POSIX.
 *
 * @throws an Error if it cannot be done, or takes too long
 */
export function makeLineRaw(path: string): void {
  const fileOption = process.platform === 'linux' ? '-F' : '-f';
  execFileSync('stty', [fileOption, path, 'raw', '-echo'], {
    stdio: 'ignore',
    timeout: STTY_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
}
