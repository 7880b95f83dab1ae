/** Serial ports, which to the operating system are terminals until they are told otherwise. */
import { execFileSync } from 'node:child_process';

/** A line that the other end holds up can keep stty waiting until it has sent what it has. */
const STTY_LIMIT_MS = 2000;

/** By path: how a line was set before it was made raw, and how many have it open. */
const rawLines = new Map<string, { settings: string; users: number }>();

/**
 * Makes a terminal line pass every byte as it is, in both directions; its speed stays what it
 * was set to.
 *
 * The raw mode of Node.js will not do: it still puts a carriage return before each 0A that is
 * written. Therefore stty(1) of POSIX.
 *
 * @returns gives the line back: after the last one who has it open, it is set as it was before. The end of
 *   the process does the same.
 * @throws an Error if it cannot be done, or takes too long
 */
export function makeLineRaw(path: string): () => void {
  const settings = rawLines.get(path)?.settings ?? stty(path, '-g').trim();
  stty(path, 'raw', '-echo');
  if (rawLines.size === 0) process.once('exit', giveAllBack);
  const line = rawLines.get(path) ?? { settings, users: 0 };
  line.users++;
  rawLines.set(path, line);
  let isMine = true;
  return () => {
    if (isMine && --line.users === 0) giveBack(path);
    isMine = false;
  };
}

function giveBack(path: string): void {
  const line = rawLines.get(path);
  rawLines.delete(path);
  try {
    if (line !== undefined) stty(path, line.settings);
  } catch {
    // It has gone, or its other end holds it up: then nobody is there to miss it.
  }
}

function giveAllBack(): void {
  for (const path of [...rawLines.keys()]) giveBack(path);
}

function stty(path: string, ...settings: string[]): string {
  return execFileSync('stty', [process.platform === 'linux' ? '-F' : '-f', path, ...settings], {
    stdio: ['ignore', 'pipe', 'ignore'],
    encoding: 'utf8',
    timeout: STTY_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
}
