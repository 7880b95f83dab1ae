/**
 * Calls that a driver may keep waiting, off JavaScript's thread.
 *
 * koffi makes them on the threads of libuv's pool, which the file system needs as well. A driver
 * that never returns keeps its thread for ever; so the gate lets only some of the threads be used
 * at a time, and files can be written however many calls hang. A call that waits behind hung ones
 * looks to its caller like one that hangs itself, which is what its bounded wait is for.
 */

import type { Mmresult } from '../winmm.js';
import type { MmFunction } from './koffi-bindings.js';

/** libuv's own default where UV_THREADPOOL_SIZE is not set. */
const DEFAULT_POOL_SIZE = 4;
/** Threads that are left for the file system. */
const RESERVED_THREADS = 2;

export class CallGate {
  readonly #limit: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(poolSize = Number(process.env.UV_THREADPOOL_SIZE) || DEFAULT_POOL_SIZE) {
    this.#limit = Math.max(1, poolSize - RESERVED_THREADS);
  }

  /** Calls `fn` on another thread. Calls start in the order in which they were asked for. */
  call(fn: MmFunction, ...args: number[]): Promise<Mmresult> {
    return new Promise((resolve, reject) => {
      const start = () => {
        this.#running++;
        fn.async(...args, (error: unknown, result: number) => {
          this.#running--;
          if (error) reject(error);
          else resolve(result);
          this.#waiting.shift()?.();
        });
      };
      if (this.#running < this.#limit) start();
      else this.#waiting.push(start);
    });
  }
}
