/** A thread of DriverThreads: makes the calls of a batch, one after the other, and answers with their results. */
import { parentPort } from 'node:worker_threads';
import type { DriverCall } from './driver-threads.js';
import { loadBindings } from './koffi-bindings.js';

const bindings = loadBindings();

parentPort?.on('message', async (calls: DriverCall[]) => {
  const { winmm } = await bindings;
  parentPort?.postMessage(calls.map(([name, ...args]) => winmm[name](...args)));
});
