/** Calls of drivers on threads of their own: in order for each device, and past one that hangs. */
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import type { Worker } from 'node:worker_threads';
import { type DriverSeries, DriverThreads } from '../../../../src/winmm/native/driver-threads.js';
import { FakeClock } from '../../../support/fake-clock.js';

/** A thread whose calls return when the test says so. */
class FakeThread extends EventEmitter {
  readonly batches: [name: string, ...args: number[]][][] = [];
  isRef = false;
  ref() {
    this.isRef = true;
  }
  unref() {
    this.isRef = false;
  }
  postMessage(batch: DriverSeries[]) {
    this.batches.push(
      batch.flatMap(({ name, count, args }) =>
        Array.from({ length: count }, (_, call) => {
          const each = args.length / count;
          return [name, ...args.slice(call * each, (call + 1) * each)] as [string, ...number[]];
        }),
      ),
    );
  }
  finish(...results: number[]) {
    this.emit('message', results);
  }
}

function makeThreads() {
  const clock = new FakeClock();
  const started: FakeThread[] = [];
  const threads = new DriverThreads(clock, () => {
    const thread = new FakeThread();
    started.push(thread);
    return thread as unknown as Worker;
  });
  return { clock, started, threads };
}

test('what is asked of a device in one turn is one batch, in order', async () => {
  const { clock, started, threads } = makeThreads();
  const answers = Promise.all([
    threads.call(1, 'midiInPrepareHeader', 1, 2 ** 47, 112),
    threads.call(1, 'midiInAddBuffer', 1, 2 ** 47, 112),
  ]);
  await clock.advanceAsync(0);
  assert.deepEqual(started[0]!.batches, [
    [
      ['midiInPrepareHeader', 1, 2 ** 47, 112],
      ['midiInAddBuffer', 1, 2 ** 47, 112],
    ],
  ]);
  assert.ok(started[0]!.isRef);
  started[0]!.finish(0, 65);
  assert.deepEqual(await answers, [0, 65]);
  assert.ok(!started[0]!.isRef);
});

test('a device waits for its own call, and nobody else does for long', async () => {
  const { clock, started, threads } = makeThreads();
  for (const device of [1, 2, 3]) threads.call(device, 'midiInStop', device);
  threads.call(1, 'midiInReset', 1);
  await clock.advanceAsync(200);
  assert.deepEqual(
    started.map(({ batches }) => batches),
    [
      [
        [
          ['midiInStop', 1],
          ['midiInReset', 1],
        ],
      ],
      [[['midiInStop', 2]]],
      [[['midiInStop', 3]]],
    ],
  );
  threads.call(1, 'midiInClose', 1);
  const healthy = threads.call(4, 'midiInStop', 4);
  started[2]!.finish(0);
  await clock.advanceAsync(0);
  assert.deepEqual(started[2]!.batches[1], [['midiInStop', 4]]);
  started[2]!.finish(7);
  assert.equal(await healthy, 7);
  await clock.advanceAsync(10_000);
  // The first device is still in its call: nothing more is asked of it.
  assert.equal(started.length, 3);
  assert.equal(started[0]!.batches.length, 1);
  started[0]!.finish(0, 0);
  await clock.advanceAsync(0);
  const asked = started.flatMap(({ batches }) => batches).flat();
  assert.equal(asked.filter(([name]) => name === 'midiInClose').length, 1);
});

test('threads are ready for the devices that are open, up to four, and used last', async () => {
  const { clock, started, threads } = makeThreads();
  threads.call(1, 'midiInOpen', 1);
  await clock.advanceAsync(0);
  started[0]!.finish(0);
  threads.reserve(2);
  threads.reserve(9);
  assert.equal(started.length, 4);
  threads.call(1, 'midiInStart', 1);
  await clock.advanceAsync(0);
  assert.equal(started[0]!.batches.length, 2);
  for (const device of [2, 3, 4]) threads.call(device, 'midiInStop', device);
  await clock.advanceAsync(0);
  assert.ok(started.every(({ batches }) => batches.length > 0));
});

test('a thread that cannot run fails its calls', async () => {
  const { clock, started, threads } = makeThreads();
  const answer = assert.rejects(threads.call(1, 'midiInOpen', 1), /no koffi/);
  await clock.advanceAsync(0);
  started[0]!.emit('error', new Error('no koffi'));
  await answer;
});
