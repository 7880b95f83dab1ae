/** Waiting that a signal ends. Not in clock.ts: what the library shows knows no AbortSignal without Node's own types. */
import type { Clock } from './clock.js';

/** Resolves after `delayMs` on `clock`, or as soon as `signal` is aborted; at once if there is nothing to wait for. */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (delayMs <= 0 || signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.setTimer(delayMs, end);
    signal?.addEventListener('abort', end);
  });
}
