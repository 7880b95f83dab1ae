/** Waiting for a driver, but not for ever. */
import type { Clock } from '../../midi/clock.js';

export type Waited<T> = { done: true; value: T } | { done: false };

/**
 * Waits for `promise`, at most `limitMs`. The promise itself goes on: what it does later is
 * nobody's business any more, and if it rejects later that is ignored.
 */
export function waitAtMost<T>(
  clock: Clock,
  promise: Promise<T>,
  limitMs: number,
): Promise<Waited<T>> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimer(limitMs, () => resolve({ done: false }));
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
