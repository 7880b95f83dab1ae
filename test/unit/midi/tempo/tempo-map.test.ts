/** Ticks and milliseconds, there and back, through tempo changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TempoMap, type TempoStep } from '../../../../src/midi/tempo/tempo-map.js';

function mapOf(ppq: number, steps: readonly TempoStep[]): TempoMap {
  const map = new TempoMap(ppq, 500_000);
  for (const { tick, microseconds } of steps) map.change(tick, microseconds);
  return map;
}

test('at 120 bpm and 960 ppq every millisecond has its own tick', () => {
  const map = mapOf(960, []);
  const ticks = Array.from({ length: 1000 }, (_, timeMs) => map.tickAt(timeMs));
  assert.equal(ticks[500], 960);
  assert.equal(new Set(ticks).size, 1000);
});

test('a time before the start, or none at all, is tick 0', () => {
  const map = mapOf(960, []);
  for (const timeMs of [-5, -0.0001, Number.NaN]) assert.ok(Object.is(map.tickAt(timeMs), 0));
});

test('48 hours end on the exact tick, whatever the tempo', () => {
  const timeMs = 48 * 3_600_000;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 0x7fff }),
      fc.integer({ min: 1000, max: 0xff_ffff }),
      (ppq, tempo) => {
        const exact = (BigInt(timeMs) * 1000n * BigInt(ppq)) / BigInt(tempo);
        const ticks = new TempoMap(ppq, tempo).tickAt(timeMs);
        assert.ok(Math.abs(ticks - Number(exact)) <= 1);
      },
    ),
  );
});

test('a time between two ticks is at the nearer one; before the beginning is tick 0', () => {
  const map = mapOf(500, [
    { tick: 0, microseconds: 1_000_000 },
    { tick: 100, microseconds: 500_000 },
  ]);
  const times = [-5, 0, 0.9, 1, 199, 200, 200.4, 200.5, 300];
  assert.deepEqual(
    times.map((timeMs) => map.tickAt(timeMs)),
    [0, 0, 0, 1, 100, 100, 100, 101, 200],
  );
});

test('steps: of several at one tick the last one, and none that changes nothing', () => {
  const map = mapOf(96, [
    { tick: 10, microseconds: 400_000 },
    { tick: 10, microseconds: 300_000 },
    { tick: 20, microseconds: 300_000 },
    { tick: 30, microseconds: 500_000 },
  ]);
  assert.deepEqual(map.steps, [
    { tick: 0, microseconds: 500_000 },
    { tick: 10, microseconds: 300_000 },
    { tick: 30, microseconds: 500_000 },
  ]);
});

const ppq = fc.integer({ min: 1, max: 0x7fff });
const steps = fc
  .array(
    fc.record({
      tick: fc.nat(10_000_000),
      microseconds: fc.integer({ min: 2000, max: 0xff_ffff }),
    }),
  )
  .map((unsorted) => unsorted.sort((one, other) => one.tick - other.tick));

test('a tick, its time, and the same tick again', () => {
  fc.assert(
    fc.property(ppq, steps, fc.nat(20_000_000), (ppq, steps, tick) => {
      const map = mapOf(ppq, steps);
      for (const at of [tick, ...steps.map(({ tick }) => tick)]) {
        assert.equal(map.tickAt(map.timeMsAt(at)), at);
      }
    }),
  );
});

test('a time, its tick, and no other tick is nearer', () => {
  const time = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(ppq, steps, time, (ppq, steps, timeMs) => {
      const map = mapOf(ppq, steps);
      const tick = map.tickAt(timeMs);
      const distance = (at: number) => Math.abs(map.timeMsAt(at) - timeMs);
      const roundingMs = 1e-12 * timeMs;
      for (const other of [Math.max(0, tick - 1), tick + 1]) {
        assert.ok(distance(tick) <= distance(other) + roundingMs);
      }
    }),
  );
});
