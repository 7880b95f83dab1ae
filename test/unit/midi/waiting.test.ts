/** A wait for a driver ends, whatever the driver does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep, waitAtMost } from '../../../src/midi/waiting.js';
import { FakeClock, settlePromises } from '../../support/fake-clock.js';

test('a promise in time', async () => {
  const clock = new FakeClock();
  const waiting = waitAtMost(
    clock,
    sleep(clock, 1999).then(() => 7),
    2000,
  );
  await clock.advanceAsync(1999);
  assert.deepEqual(await waiting, { done: true, value: 7 });
  assert.equal(clock.pendingTimers, 0);
});

test('a promise that never settles', async () => {
  const clock = new FakeClock();
  const waiting = waitAtMost(clock, new Promise(() => {}), 2000);
  await clock.advanceAsync(2000);
  assert.deepEqual(await waiting, { done: false });
});

test('time in which the process did not run is not waited', async () => {
  const clock = new FakeClock();
  const waiting = waitAtMost(
    clock,
    sleep(clock, 60_100).then(() => 7),
    2000,
  );
  await clock.advanceAsync(1000);
  clock.stall(60_000);
  await clock.advanceAsync(200);
  assert.deepEqual(await waiting, { done: true, value: 7 });
  assert.equal(clock.pendingTimers, 0);
});

test('a rejection in time is thrown, a late one is nobody’s business', async () => {
  const clock = new FakeClock();
  const failing = waitAtMost(clock, Promise.reject(new Error('no')), 2000);
  await assert.rejects(failing, /no/);
  let fail: (error: Error) => void = () => {};
  const late = waitAtMost(
    clock,
    new Promise((_, reject) => {
      fail = reject;
    }),
    10,
  );
  await clock.advanceAsync(10);
  assert.deepEqual(await late, { done: false });
  fail(new Error('late'));
  await settlePromises();
});
