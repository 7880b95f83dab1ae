/**
 * Waiting that a signal ends, and for what may never answer. Not in clock.ts: what the library shows knows no AbortSignal
 * without Node's own types.
 */
import { type Clock, RunningClock } from './clock.js';

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

export type Waited<T> = { done: true; value: T } | { done: false };

/**
 * Waits for `promise`, at most `limitMs` in which this process runs. The promise itself goes on: what it does later is
 * nobody's business any more, and if it rejects later that is ignored.
 */
export function waitAtMost<T>(
  clock: Clock,
  promise: Promise<T>,
  limitMs: number,
): Promise<Waited<T>> {
  return new Promise((resolve, reject) => {
    const cancel = new RunningClock(clock).setTimer(limitMs, () => resolve({ done: false }));
    promise.then(
      (value) => {
        cancel();
        resolve({ done: true, value });
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}

/** Tasks one after the other, in the order in which they were given. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Settles as the task does, which begins when those before it have settled, in whichever way. */
  take<T>(task: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(task);
    this.#last = turn.catch(() => {});
    return turn;
  }
}
