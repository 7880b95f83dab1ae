/** Timers that are in no hurry meet at common beats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { untilBeat } from '../../../src/midi/clock.js';

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
