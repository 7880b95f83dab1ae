/**
 * Watches the calls of a driver that are made on JavaScript's own thread, where nothing else can
 * run while one of them hangs: a thread of its own looks at them and ends the process in time.
 *
 * They are those by which devices are listed before anything is opened: there is nothing to lose yet.
 */
import { Worker } from 'node:worker_threads';

/** How long such a call may take: more than the slowest driver needs to wake up a device. */
export const CALL_LIMIT_MS = 10_000;

/** The functions that are watched; the thread knows them by their place in this list. */
export const WATCHED = [
  'midiInGetNumDevs',
  'midiInGetDevCaps',
  'midiOutGetNumDevs',
  'midiOutGetDevCaps',
  'midiInMessage',
  'midiOutMessage',
] as const;

export type WatchedFunction = (typeof WATCHED)[number];

/** Words of 32 bits that both threads see. */
export const WatchWord = {
  /** Goes up by one when a call begins and when it ends: odd while one is under way. */
  SEQUENCE: 0,
  /** Which one, by its place in WATCHED. */
  FUNCTION: 1,
  /** 1 when nothing is to be watched any more. */
  IS_OVER: 2,
  COUNT: 3,
} as const;

/** The thread as source text, put in the place of the name when midirec is made into a single program, where it has no file. */
declare const MIDIREC_CALL_WATCH_THREAD: string | undefined;

export class CallWatch {
  readonly #words = new Int32Array(new SharedArrayBuffer(4 * WatchWord.COUNT));

  constructor() {
    const thread = startThread(this.#words);
    thread.unref();
    // Without the thread a driver that hangs is hung, and that is all.
    thread.on('error', () => {});
  }

  /** Makes a call, watched. */
  during<T>(name: WatchedFunction, call: () => T): T {
    const words = this.#words;
    Atomics.store(words, WatchWord.FUNCTION, WATCHED.indexOf(name));
    Atomics.add(words, WatchWord.SEQUENCE, 1);
    Atomics.notify(words, WatchWord.SEQUENCE);
    try {
      return call();
    } finally {
      Atomics.add(words, WatchWord.SEQUENCE, 1);
    }
  }

  dispose(): void {
    const words = this.#words;
    Atomics.store(words, WatchWord.IS_OVER, 1);
    // By two: nothing has begun, and the thread does not go to sleep over it.
    Atomics.add(words, WatchWord.SEQUENCE, 2);
    for (const word of [WatchWord.IS_OVER, WatchWord.SEQUENCE]) Atomics.notify(words, word);
  }
}

function startThread(words: Int32Array): Worker {
  if (typeof MIDIREC_CALL_WATCH_THREAD === 'string') {
    return new Worker(MIDIREC_CALL_WATCH_THREAD, { eval: true, workerData: words });
  }
  return new Worker(new URL('./call-watch-thread.js', import.meta.url), { workerData: words });
}
