/**
 * Calls of drivers on threads that are nobody else's, so that one which never returns holds up neither
 * JavaScript, nor the file system, nor the calls of other devices.
 *
 * Each device has a lane: its calls are made one after the other, in the order in which they were asked
 * for. What has gathered in a lane goes to a thread as one batch, so that giving back a thousand buffers
 * costs one trip. When all threads are busy for longer than calls take as a rule, another one is started:
 * a driver that hangs keeps its own.
 */
import { Worker } from 'node:worker_threads';
import type { Clock } from '../../midi/clock.js';
import type { Mmresult } from '../winmm.js';
import type { Bindings } from './koffi-bindings.js';

export type DriverFunction = keyof Bindings['winmm'];

type DriverCall = [name: DriverFunction, ...args: number[]];

/** Calls of one function, one after the other, as threads are told of them: the arguments of all of them. */
export interface DriverSeries {
  readonly name: DriverFunction;
  count: number;
  readonly args: number[];
}

/** How long a batch waits for a thread that is busy before it gets one of its own. */
const PATIENCE_MS = 50;
const MOST_RESERVED = 4;

interface Pending {
  call: DriverCall;
  resolve: (result: Mmresult) => void;
  reject: (error: Error) => void;
}

interface Lane {
  waiting: Pending[];
  isBusy: boolean;
}

/** The thread as source text, put in the place of the name when midirec is made into a single program, where it has no file. */
declare const MIDIREC_DRIVER_THREAD: string | undefined;

export class DriverThreads {
  readonly #lanes = new Map<unknown, Lane>();
  /** Lanes with calls that no thread has yet. */
  readonly #ready: Lane[] = [];
  readonly #all: Worker[] = [];
  readonly #idle: Worker[] = [];
  readonly #clock: Clock;
  readonly #startThread: () => Worker;
  #isStarting = false;

  constructor(clock: Clock, start = startThread) {
    this.#clock = clock;
    this.#startThread = start;
  }

  /**
   * Calls a function of winmm.dll.
   *
   * @param device - calls for the same one are made one after the other
   * @throws Error if the thread cannot run
   */
  call(device: unknown, ...call: DriverCall): Promise<Mmresult> {
    let lane = this.#lanes.get(device);
    if (lane === undefined) {
      lane = { waiting: [], isBusy: false };
      this.#lanes.set(device, lane);
    }
    const { waiting } = lane;
    return new Promise((resolve, reject) => {
      // Behind all that is asked for in this turn of JavaScript.
      if (waiting.push({ call, resolve, reject }) === 1 && !lane.isBusy) {
        queueMicrotask(() => this.#ask(lane));
      }
    });
  }

  /** No call will be made for a device any more. */
  forget(device: unknown): void {
    this.#lanes.delete(device);
  }

  /** Has a thread ready for each of so many devices, up to four: one that is started when it is needed may come too late. */
  reserve(devices: number): void {
    while (this.#all.length < Math.min(devices, MOST_RESERVED)) this.#idle.unshift(this.#start());
  }

  /** Only when no call is under way. */
  dispose(): void {
    for (const thread of this.#all) void thread.terminate();
  }

  #ask(lane: Lane): void {
    this.#ready.push(lane);
    this.#serve();
  }

  #serve(): void {
    while (this.#ready.length > 0 && this.#idle.length > 0) {
      this.#run(this.#idle.pop()!, this.#ready.shift()!);
    }
    if (this.#ready.length === 0 || this.#isStarting) return;
    this.#isStarting = true;
    const delayMs = this.#all.length === 0 ? 0 : PATIENCE_MS;
    this.#clock.setTimer(delayMs, () => {
      this.#isStarting = false;
      if (this.#ready.length === 0) return;
      this.#idle.push(this.#start());
      this.#serve();
    });
  }

  #start(): Worker {
    const thread = this.#startThread();
    thread.unref();
    this.#all.push(thread);
    return thread;
  }

  #run(thread: Worker, lane: Lane): void {
    const batch = lane.waiting.splice(0);
    lane.isBusy = true;
    const end = () => {
      thread.off('message', onMessage).off('error', onError);
      thread.unref();
      lane.isBusy = false;
      if (lane.waiting.length > 0) this.#ready.push(lane);
      this.#serve();
    };
    const onMessage = (results: Mmresult[]) => {
      for (const [index, { resolve }] of batch.entries()) resolve(results[index]!);
      this.#idle.push(thread);
      end();
    };
    const onError = (error: Error) => {
      for (const { reject } of batch) reject(error);
      end();
    };
    thread.on('message', onMessage).on('error', onError);
    thread.ref();
    thread.postMessage(seriesOf(batch));
  }
}

/** A thousand calls as one row of numbers: to copy an array for each to another thread takes longer than the calls. */
function seriesOf(batch: readonly Pending[]): DriverSeries[] {
  const series: DriverSeries[] = [];
  for (const { call } of batch) {
    const [name, ...args] = call;
    let last = series.at(-1);
    if (last?.name !== name) {
      last = { name, count: 0, args: [] };
      series.push(last);
    }
    last.count++;
    last.args.push(...args);
  }
  return series;
}

function startThread(): Worker {
  if (typeof MIDIREC_DRIVER_THREAD === 'string') {
    return new Worker(MIDIREC_DRIVER_THREAD, { eval: true });
  }
  return new Worker(new URL('./driver-thread.js', import.meta.url));
}
