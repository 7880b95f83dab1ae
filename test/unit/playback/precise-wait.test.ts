/** Waiting precisely, and counting how late it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../../src/midi/clock.js';
import { Lateness } from '../../../src/playback/lateness.js';
import { createPreciseWait, waitForTimer } from '../../../src/playback/precise-wait.js';
import { FakeClock } from '../../support/fake-clock.js';

test('never early, and not later than a look at the clock', async () => {
  const waitUntil = createPreciseWait(systemClock);
  const { signal } = new AbortController();
  for (let round = 0; round < 20; round++) {
    const dueMs = systemClock.nowMs() + round / 3;
    await waitUntil(dueMs, signal);
    assert.ok(systemClock.nowMs() >= dueMs);
  }
});

test('aborted: over at once, and no timer stays behind', async () => {
  const clock = new FakeClock();
  const waiting = new AbortController();
  const waited = createPreciseWait(clock)(clock.nowMs() + 1000, waiting.signal);
  await clock.advanceAsync(10);
  waiting.abort();
  await waited;
  assert.equal(clock.pendingTimers, 0);
  await waitForTimer(clock, 1000, waiting.signal);
});

test('who never waits lets others run all the same', async () => {
  const waitUntil = createPreciseWait(systemClock);
  const { signal } = new AbortController();
  let hasRun = false;
  setImmediate(() => {
    hasRun = true;
  });
  const untilMs = systemClock.nowMs() + 1000;
  while (!hasRun && systemClock.nowMs() < untilMs) await waitUntil(0, signal);
  assert.ok(hasRun);
});

test('percentiles of lateness', () => {
  const lateness = new Lateness();
  for (let count = 0; count < 99; count++) lateness.add(0.09);
  lateness.add(250);
  assert.equal(lateness.percentile(50), 0.1);
  assert.equal(lateness.percentile(99), 0.1);
  assert.equal(lateness.percentile(100), 250);
  assert.equal(lateness.worstMs, 250);
});
