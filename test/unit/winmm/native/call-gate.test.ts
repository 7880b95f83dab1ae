/** Calls that a driver keeps waiting do not take the threads that files need. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallGate } from '../../../../src/winmm/native/call-gate.js';
import type { MmFunction } from '../../../../src/winmm/native/koffi-bindings.js';

interface Started {
  args: number[];
  finish(result: number): void;
  fail(error: Error): void;
}

/** A function of winmm.dll whose calls return when the test says so. */
class FakeFunction {
  readonly started: Started[] = [];
  readonly fn = {
    async: (...given: unknown[]) => {
      const callback = given.pop() as (error: unknown, result?: number) => void;
      this.started.push({
        args: given as number[],
        finish: (result) => callback(null, result),
        fail: (error) => callback(error),
      });
    },
  } as unknown as MmFunction;
}

test('a call gets its arguments and its result', async () => {
  const { started, fn } = new FakeFunction();
  const answer = new CallGate(4).call(fn, 1, 2 ** 47, 3);
  assert.deepEqual(started[0]!.args, [1, 2 ** 47, 3]);
  started[0]!.finish(11);
  assert.equal(await answer, 11);
});

test('all but two threads of the pool are used at a time', () => {
  for (const [poolSize, limit] of [
    [4, 2],
    [16, 14],
    [3, 1],
    [1, 1],
  ] as const) {
    const { started, fn } = new FakeFunction();
    const gate = new CallGate(poolSize);
    for (let call = 0; call < 20; call++) gate.call(fn, call);
    assert.equal(started.length, limit, `a pool of ${poolSize}`);
  }
});

test('waiting calls start in the order in which they were asked for, one for each that returns', async () => {
  const { started, fn } = new FakeFunction();
  const gate = new CallGate(4);
  const answers = [0, 1, 2, 3, 4].map((call) => gate.call(fn, call));
  const order = () => started.map(({ args }) => args[0]);
  assert.deepEqual(order(), [0, 1]);
  started[1]!.finish(10);
  assert.deepEqual(order(), [0, 1, 2]);
  started[0]!.finish(11);
  assert.deepEqual(order(), [0, 1, 2, 3]);
  started[2]!.finish(12);
  started[3]!.finish(13);
  started[4]!.finish(14);
  assert.deepEqual(await Promise.all(answers), [11, 10, 12, 13, 14]);
});

test('a hung call keeps its own thread and no other', async () => {
  const { started, fn } = new FakeFunction();
  const gate = new CallGate(4);
  gate.call(fn, 0);
  for (let call = 1; call <= 50; call++) {
    const answer = gate.call(fn, call);
    started[call]!.finish(call);
    assert.equal(await answer, call);
  }
});

test('a call that waits behind hung ones starts as soon as one of them returns', async () => {
  const { started, fn } = new FakeFunction();
  const gate = new CallGate(4);
  gate.call(fn, 0);
  gate.call(fn, 1);
  const waiting = gate.call(fn, 2);
  assert.equal(started.length, 2);
  started[0]!.finish(0);
  started[2]!.finish(5);
  assert.equal(await waiting, 5);
});

test('a call that cannot be made rejects, and its thread is free again', async () => {
  const { started, fn } = new FakeFunction();
  const gate = new CallGate(3);
  const failing = gate.call(fn, 0);
  const next = gate.call(fn, 1);
  started[0]!.fail(new TypeError('no such argument'));
  await assert.rejects(failing, /no such argument/);
  started[1]!.finish(0);
  assert.equal(await next, 0);
});

test('UV_THREADPOOL_SIZE is respected, and four threads are assumed without it', () => {
  const before = process.env.UV_THREADPOOL_SIZE;
  try {
    for (const [size, limit] of [
      ['8', 6],
      ['many', 2],
      [undefined, 2],
    ] as const) {
      if (size === undefined) delete process.env.UV_THREADPOOL_SIZE;
      else process.env.UV_THREADPOOL_SIZE = size;
      const { started, fn } = new FakeFunction();
      const gate = new CallGate();
      for (let call = 0; call < 20; call++) gate.call(fn, call);
      assert.equal(started.length, limit);
    }
  } finally {
    if (before === undefined) delete process.env.UV_THREADPOOL_SIZE;
    else process.env.UV_THREADPOOL_SIZE = before;
  }
});
