/** The counter of the callbacks, read as milliseconds. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CounterClock } from '../../../../src/capture/timing/counter-clock.js';

const COUNTS_PER_MS = 2_400_000;

/** A counter that stood at `base` at 0 ms. */
function sampleAt(timeMs: number, base = 5e12) {
  return { counter: base + timeMs * COUNTS_PER_MS, timeMs };
}

function assertClose(actual: number, expected: number, tolerance = 1e-3): void {
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not ${expected}`);
}

test('before a second reading every moment is the first', () => {
  const clock = new CounterClock(sampleAt(100));
  assert.equal(clock.timeMs(sampleAt(170).counter), 100);
});

test('moments between two readings, and shortly after the second', () => {
  const clock = new CounterClock(sampleAt(100));
  clock.calibrate(sampleAt(200));
  assertClose(clock.timeMs(sampleAt(150.25).counter), 150.25);
  assertClose(clock.timeMs(sampleAt(204.5).counter), 204.5);
});

test('two readings of the same count are no rate', () => {
  const clock = new CounterClock(sampleAt(100));
  clock.calibrate({ counter: sampleAt(100).counter, timeMs: 100.5 });
  assert.equal(clock.timeMs(sampleAt(100).counter), 100.5);
  assert.equal(clock.timeMs(sampleAt(170).counter), 100.5);
});

test('stays exact for 48 hours, at counts near 2^53', () => {
  const hours48 = 48 * 3_600_000;
  const base = 8e15;
  const clock = new CounterClock(sampleAt(0, base));
  for (let timeMs = 50; timeMs < hours48; timeMs += 600_000)
    clock.calibrate(sampleAt(timeMs, base));
  clock.calibrate(sampleAt(hours48, base));
  assertClose(clock.timeMs(sampleAt(hours48 - 30, base).counter), hours48 - 30);
});

test('a reading that was delayed between counter and clock does little harm', () => {
  const clock = new CounterClock(sampleAt(0));
  clock.calibrate(sampleAt(60_000));
  clock.calibrate({ ...sampleAt(60_050), timeMs: 60_070 });
  assertClose(clock.timeMs(sampleAt(60_040).counter), 60_040, 21);
  clock.calibrate(sampleAt(60_100));
  assertClose(clock.timeMs(sampleAt(60_090).counter), 60_090, 0.1);
});

test('after a sleep in which the counter was set to nothing it goes on', () => {
  const clock = new CounterClock(sampleAt(0));
  clock.calibrate(sampleAt(1000));
  clock.calibrate(sampleAt(2000));
  // Eight hours pass, the counter begins at 0 again.
  const wakeMs = 8 * 3_600_000;
  const awake = (timeMs: number) => ({ counter: (timeMs - wakeMs) * COUNTS_PER_MS, timeMs });
  clock.calibrate(awake(wakeMs + 1));
  assertClose(clock.timeMs(awake(wakeMs + 0.5).counter), wakeMs + 0.5);
  clock.calibrate(awake(wakeMs + 51));
  assertClose(clock.timeMs(awake(wakeMs + 30).counter), wakeMs + 30);
});

test('after a sleep in which the counter stood it goes on', () => {
  const clock = new CounterClock(sampleAt(0));
  clock.calibrate(sampleAt(1000));
  const wakeMs = 8 * 3_600_000;
  const awake = (timeMs: number) => ({ ...sampleAt(1000 + timeMs - wakeMs), timeMs });
  clock.calibrate(awake(wakeMs + 4));
  clock.calibrate(awake(wakeMs + 54));
  assertClose(clock.timeMs(awake(wakeMs + 20).counter), wakeMs + 20);
});
