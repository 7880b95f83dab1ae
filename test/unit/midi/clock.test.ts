/** Timers that are in no hurry meet at common beats; limits count the time in which this process runs. */
import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { RunningClock, systemClock, untilBeat } from '../../../src/midi/clock.js';
import { FakeClock } from '../../support/fake-clock.js';

test('a beat is a multiple of the period, half a period to one and a half away', () => {
  assert.equal(untilBeat(1000, 250), 250);
  assert.equal(untilBeat(1100, 250), 150);
  assert.equal(untilBeat(1200, 250), 300);
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 10_000 }), (nowMs, periodMs) => {
      const delayMs = untilBeat(nowMs, periodMs);
      assert.equal((nowMs + delayMs) % periodMs, 0);
      assert.ok(delayMs >= periodMs / 2 && delayMs < 1.5 * periodMs);
    }),
  );
});

function startLimit(limitMs: number) {
  const clock = new FakeClock();
  const seen = { clock, isOver: false };
  new RunningClock(clock).setTimer(limitMs, () => {
    seen.isOver = true;
  });
  return seen;
}

test('a limit on a machine that is well is over in time', () => {
  const seen = startLimit(2000);
  seen.clock.advance(1999);
  assert.equal(seen.isOver, false);
  seen.clock.advance(1);
  assert.equal(seen.isOver, true);
});

test('however long this process was stopped, that is half a second of a limit', () => {
  const seen = startLimit(2000);
  seen.clock.advance(1000);
  seen.clock.stall(3_600_000);
  seen.clock.advance(0);
  assert.equal(seen.isOver, false);
  seen.clock.advance(499);
  assert.equal(seen.isOver, false);
  seen.clock.advance(1);
  assert.equal(seen.isOver, true);
});

/** A driver that is well answers within a turn or two, and each call of closing it takes one, so no fewer will do. */
test('starved, a limit takes as many turns as it has half seconds, however late each of them is', () => {
  for (const [limitMs, turns] of [
    [2000, 4],
    [5000, 10],
    [10_000, 20],
  ] as const) {
    const seen = startLimit(limitMs);
    for (let turn = 1; turn <= turns; turn++) {
      assert.equal(seen.isOver, false);
      seen.clock.stall(10_000);
      seen.clock.advance(0);
    }
    assert.equal(seen.isOver, true, `${limitMs} ms`);
  }
});

test('a timer of the machine may be longer than those of Node.js, 24.8 days', (t) => {
  mock.timers.enable({ apis: ['setTimeout'] });
  t.after(() => mock.timers.reset());
  const longest = 0x7fff_ffff;
  let isOver = false;
  systemClock.setTimer(2 * longest + 5, () => {
    isOver = true;
  });
  systemClock.setTimer(longest + 5, () => assert.fail('it was cancelled'))();
  for (const ms of [longest, longest, 4]) mock.timers.tick(ms);
  assert.equal(isOver, false);
  mock.timers.tick(1);
  assert.equal(isOver, true);
});
