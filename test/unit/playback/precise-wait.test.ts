/** Waiting precisely, and counting how late it was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../src/midi/clock.js';
import { sleep } from '../../../src/midi/waiting.js';
import { Lateness } from '../../../src/playback/lateness.js';
import { createPreciseWait } from '../../../src/playback/precise-wait.js';
import { FakeClock } from '../../support/fake-clock.js';

/** How much time each look at a busy clock takes, and how late its timers are. */
const LOOK_MS = 0.05;
const LATE_MS = 1.2;

/** A clock that moves on by being looked at, with timers that are late. */
class BusyClock implements Clock {
  timers = 0;
  #nowMs = 1000;

  nowMs(): number {
    this.#nowMs += LOOK_MS;
    return this.#nowMs;
  }

  setTimer(delayMs: number, action: () => void): () => void {
    this.timers++;
    this.#nowMs += delayMs + LATE_MS;
    const turn = setImmediate(action);
    return () => clearImmediate(turn);
  }
}

test('never early, and not later than a few looks at the clock, however late timers are', async () => {
  const clock = new BusyClock();
  const waitUntil = createPreciseWait(clock);
  const { signal } = new AbortController();
  for (let round = 0; round < 30; round++) {
    const dueMs = clock.nowMs() + round / 3;
    await waitUntil(dueMs, signal);
    const lateMs = clock.nowMs() - dueMs;
    assert.ok(lateMs >= 0 && lateMs <= 4 * LOOK_MS, `${lateMs} ms late`);
  }
  assert.ok(clock.timers > 20, 'the processor is free as long as there is time');
});

test('aborted: over at once, and no timer stays behind', async () => {
  const clock = new FakeClock();
  const waiting = new AbortController();
  const waited = createPreciseWait(clock)(clock.nowMs() + 1000, waiting.signal);
  await clock.advanceAsync(10);
  waiting.abort();
  await waited;
  assert.equal(clock.pendingTimers, 0);
  await sleep(clock, 1000, waiting.signal);
});

test('who never waits lets others run all the same', async () => {
  const clock = new BusyClock();
  const waitUntil = createPreciseWait(clock);
  const { signal } = new AbortController();
  let hasRun = false;
  setImmediate(() => {
    hasRun = true;
  });
  const untilMs = clock.nowMs() + 10;
  while (!hasRun && clock.nowMs() < untilMs) await waitUntil(0, signal);
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
