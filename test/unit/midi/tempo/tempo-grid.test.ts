/** Beats laid over time: whatever they are, times stay what they were. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type GridPoint, layTempo, leadOf } from '../../../../src/midi/tempo/tempo-grid.js';
import type { TempoStep } from '../../../../src/midi/tempo/tempo-map.js';

/** When a program that plays the steps is at a tick, in milliseconds. */
function timeOf(steps: TempoStep[], tick: number, ppq: number): number {
  let timeMs = 0;
  steps.forEach((step, index) => {
    const until = Math.min(tick, steps[index + 1]?.tick ?? Number.POSITIVE_INFINITY);
    if (until > step.tick) timeMs += ((until - step.tick) * step.microseconds) / (ppq * 1000);
  });
  return timeMs;
}

function tickLengthMs(steps: TempoStep[], tick: number, ppq: number): number {
  const step = steps.findLast((each) => each.tick <= tick) ?? steps[0]!;
  return step.microseconds / (ppq * 1000);
}

const distances = fc.record({
  // No clock is finer than a microsecond: with 5e-324 ms from beat to beat there are more of them than numbers.
  ms: fc.oneof(
    fc.constant(0),
    fc.double({ min: -10, max: 1e6, noNaN: true }).map((ms) => Math.round(ms * 1000) / 1000),
  ),
  quarters: fc.oneof(fc.constantFrom(0, 1), fc.double({ min: -1, max: 8, noNaN: true })),
});

test('any points: a tempo map that a file can hold, in which every time keeps its place', () => {
  fc.assert(
    fc.property(
      fc.array(distances, { minLength: 1, maxLength: 30 }),
      fc.constantFrom(24, 96, 960, 32_767),
      fc.constantFrom(1, 3, 4, 396),
      (gaps, ppq, barQuarters) => {
        let [timeMs, quarter] = [0, 0];
        const points: GridPoint[] = gaps.map(({ ms, quarters }) => {
          timeMs = Math.max(0, timeMs + ms);
          quarter += quarters;
          return { timeMs, quarter };
        });
        const map = layTempo(points, ppq, barQuarters, 500_000);
        const { steps } = map;
        assert.equal(steps[0]?.tick, 0);
        steps.forEach(({ tick, microseconds }, index) => {
          assert.ok(index === 0 || tick > steps[index - 1]!.tick);
          assert.ok(Number.isInteger(microseconds));
          assert.ok(microseconds >= 1 && microseconds <= 0xff_ffff);
        });
        let lastTick = 0;
        for (let part = 0; part <= 100; part++) {
          const askedMs = ((timeMs + 1000) * part) / 100;
          const tick = map.tickAt(askedMs);
          assert.ok(tick >= lastTick, 'ticks do not go back');
          lastTick = tick;
          const errorMs = Math.abs(timeOf(steps, tick, ppq) - askedMs);
          const mostMs = Math.max(
            tickLengthMs(steps, tick, ppq),
            tickLengthMs(steps, tick - 1, ppq),
          );
          assert.ok(errorMs <= mostMs / 2 + 0.01, `${errorMs} ms beside ${askedMs}`);
        }
      },
    ),
    { numRuns: 300 },
  );
});

test('a jump to the next bar is no tempo that goes on after the last point', () => {
  const points = [
    { timeMs: 0, quarter: 0 },
    { timeMs: 500, quarter: 1 },
    { timeMs: 520, quarter: 4 },
  ];
  const map = layTempo(points, 480, 4, 400_000);
  assert.deepEqual(map.steps, [
    { tick: 0, microseconds: 500_000 },
    { tick: 480, microseconds: 6667 },
    { tick: 1920, microseconds: 400_000 },
  ]);
  assert.equal(map.tickAt(920), 1920 + 480);
});

test('a layout of a single point, and of one that is not at zero', () => {
  assert.deepEqual(layTempo([{ timeMs: 0, quarter: 0 }], 480, 4, 500_000).steps, [
    { tick: 0, microseconds: 500_000 },
  ]);
  const late = layTempo([{ timeMs: 1900, quarter: 0 }], 480, 4, 500_000);
  assert.deepEqual(late.steps, [
    { tick: 0, microseconds: 475_000 },
    { tick: 1920, microseconds: 500_000 },
  ]);
  assert.equal(late.tickAt(1900), 1920);
  assert.equal(late.tickAt(2400), 2400);
});

function leadFor(timeMs: number, quarter: number, barQuarters = 4) {
  const points = [
    { timeMs, quarter },
    { timeMs: timeMs + 500, quarter: quarter + 1 },
  ];
  const map = layTempo(points, 960, barQuarters, 400_000);
  return { map, lead: leadOf(points, barQuarters, 400_000), tick: map.tickAt(timeMs) };
}

test('the time before the first point is as many bars as it is nearest to', () => {
  for (const [timeMs, quarter, quarters] of [
    [1600, 0, 4],
    [2900, 0, 4],
    [3100, 0, 8],
    [600, 1, 1],
    [2300, 1, 5],
    [3400, 7, 7],
  ] as const) {
    const { lead, tick } = leadFor(timeMs, quarter);
    assert.equal(tick / 960, quarters, `${timeMs} ms before quarter ${quarter}`);
    assert.equal(lead.pickup, undefined);
  }
});

test('where no bar fits before the first point there is a short one: the tempo stays near that of the piece', () => {
  for (const [timeMs, quarter, numerator, denominator] of [
    [900, 0, 2, 4],
    [300, 0, 1, 8],
    [50, 0, 1, 32],
    [20, 0, 1, 128],
    [300, 1, 7, 8],
  ] as const) {
    const { lead } = leadFor(timeMs, quarter);
    const { numerator: has, denominator: of } = lead.pickup!;
    assert.deepEqual([has, of], [numerator, denominator], `${timeMs} ms before quarter ${quarter}`);
  }
  for (let timeMs = 0; timeMs < 5000; timeMs += 3) {
    for (const barQuarters of [4, 3]) {
      const { map, lead, tick } = leadFor(timeMs, 0, barQuarters);
      // A take that begins closer to the beat than any note is long begins with the beat.
      if (timeMs >= 12) assert.equal(tick, lead.quarters * 960);
      for (const { microseconds } of map.steps.slice(0, -1)) {
        assert.ok(microseconds > 330_000 && microseconds < 751_000, `${timeMs}: ${microseconds}`);
      }
    }
  }
});
