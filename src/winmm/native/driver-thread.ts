/** A thread of DriverThreads: makes the calls of a batch, one after the other, and answers with their results. */
import { parentPort } from 'node:worker_threads';
import type { Mmresult } from '../winmm.js';
import type { DriverSeries } from './driver-threads.js';
import { loadBindings } from './koffi-bindings.js';

const bindings = loadBindings();

parentPort?.on('message', async (batch: DriverSeries[]) => {
  const { winmm } = await bindings;
  const results: Mmresult[] = [];
  for (const { name, count, args } of batch) {
    const each = args.length / count;
    for (let call = 0; call < count; call++) {
      results.push(winmm[name](...args.slice(call * each, (call + 1) * each)));
    }
  }
  parentPort?.postMessage(results);
});
