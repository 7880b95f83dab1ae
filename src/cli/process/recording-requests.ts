/** What may be asked of a running recording at its terminal, and by SIGUSR1: a save, a mark. */

import type { CommandHandlers } from './command-file.js';
import { isInForeground } from './foreground.js';

/** Begins to listen to lines on the terminal and SIGUSR1; returns what ends it. */
export function hearRequests({ save, mark }: Pick<CommandHandlers, 'save' | 'mark'>): () => void {
  const { stdin } = process;
  const onLine = (bytes: Buffer) => {
    for (const line of bytes
      .toString()
      .replace(/\r?\n$/, '')
      .split(/\r?\n/)) {
      const text = line.trim() || undefined;
      if (save !== undefined && text === undefined) save(undefined);
      else mark?.(text);
    }
  };
  // Whoever reads a terminal in the background is stopped.
  const readIfOurs = () => (isInForeground() === false ? stdin.pause() : stdin.resume());
  const onSignal = () => save?.(undefined);
  const isHeard = save !== undefined || (mark !== undefined && isInForeground() === true);
  const hearsLines = isHeard && stdin.isTTY;
  const hearsSignals = save !== undefined && process.platform !== 'win32';
  if (hearsLines) {
    stdin.on('data', onLine);
    // A terminal that goes away is told of by SIGHUP, too; unheard, its error would end the process.
    stdin.on('error', ignore);
    readIfOurs();
    if (process.platform === 'linux') process.on('SIGCONT', readIfOurs);
  }
  if (hearsSignals) process.on('SIGUSR1', onSignal);
  return () => {
    if (hearsLines) {
      stdin.off('data', onLine);
      process.off('SIGCONT', readIfOurs);
      stdin.pause();
    }
    if (hearsSignals) process.off('SIGUSR1', onSignal);
  };
}

function ignore(): void {}
