/** Bars and beats in time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Bars } from '../../../../src/midi/tempo/bars.js';
import { TempoMap } from '../../../../src/midi/tempo/tempo-map.js';

function placesOf(bars: Bars, from: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    const { bar, beat, timeMs, lengthMs } = bars.beat(from + index);
    return `${bar}.${beat} at ${timeMs} for ${lengthMs}`;
  });
}

test('four quarters at 120 where nothing is said, before the beginning, too', () => {
  const bars = new Bars(new TempoMap(480, 500_000), 480, []);
  assert.deepEqual(placesOf(bars, -2, 4), [
    '0.3 at -1000 for 500',
    '0.4 at -500 for 500',
    '1.1 at 0 for 500',
    '1.2 at 500 for 500',
  ]);
  assert.deepEqual(bars.beatAt(-1), bars.beat(-1));
  assert.deepEqual(bars.beatAt(2100), bars.beat(4));
});

test('a signature begins a bar, also where the one before is not full', () => {
  const map = new TempoMap(100, 500_000);
  map.change(200, 1_000_000);
  const bars = new Bars(map, 100, [
    { tick: 0, numerator: 3, denominator: 4 },
    { tick: 450, numerator: 6, denominator: 8 },
  ]);
  assert.deepEqual(placesOf(bars, 0, 7), [
    '1.1 at 0 for 500',
    '1.2 at 500 for 500',
    '1.3 at 1000 for 1000',
    '2.1 at 2000 for 1000',
    '2.2 at 3000 for 500',
    '3.1 at 3500 for 500',
    '3.2 at 4000 for 500',
  ]);
});

test('lines of bars: all of them, also behind one that is not full; or of so many the first', () => {
  const map = new TempoMap(100, 500_000);
  const bars = new Bars(map, 100, [
    { tick: 0, numerator: 3, denominator: 4 },
    { tick: 400, numerator: 2, denominator: 4 },
  ]);
  const places = (lengthMs: number, most: number) =>
    [...bars.lines(lengthMs, most)].map(({ bar, timeMs }) => `${bar} at ${timeMs}`);
  assert.deepEqual(places(3500, 9), ['1 at 0', '2 at 1500', '3 at 2000', '4 at 3000']);
  assert.deepEqual(places(3500, 2), ['1 at 0', '3 at 2000']);
  assert.deepEqual(places(1e9, 10), []);
});

test('beats follow each other without a gap, and each time lies in one of them', () => {
  const change = fc.record({
    tick: fc.integer({ min: 0, max: 5000 }),
    numerator: fc.integer({ min: 1, max: 12 }),
    denominator: fc.constantFrom(1, 2, 4, 8, 16),
    microseconds: fc.integer({ min: 100_000, max: 2_000_000 }),
  });
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 6 }),
      fc.double({ min: -9e3, max: 9e4, noNaN: true }),
      (given, timeMs) => {
        const changes = given.sort((one, other) => one.tick - other.tick);
        const map = new TempoMap(480, 500_000);
        for (const { tick, microseconds } of changes) map.change(tick, microseconds);
        const bars = new Bars(map, 480, changes);
        for (let number = -8; number < 60; number++) {
          const one = bars.beat(number);
          const next = bars.beat(number + 1);
          assert.ok(Math.abs(one.timeMs + one.lengthMs - next.timeMs) < 1e-6);
          assert.ok(next.beat === 1 ? next.bar === one.bar + 1 : next.beat === one.beat + 1);
          assert.ok(one.beat <= one.signature.numerator);
        }
        // Times are rounded to ticks.
        const { timeMs: fromMs, lengthMs } = bars.beatAt(timeMs);
        const slackMs = 2000 / 480;
        assert.ok(fromMs - slackMs <= timeMs && timeMs < fromMs + lengthMs + slackMs);
      },
    ),
  );
});
