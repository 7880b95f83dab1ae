/** Ticks from times: exact at any distance, never negative, refused where no SMF could say it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  MAX_TEMPO_MICROSECONDS,
  microsecondsPerQuarter,
  TickScale,
} from '../../../src/midi/ticks.js';

test('at 120 bpm and 960 ppq every millisecond has its own tick', () => {
  const scale = new TickScale(960, 500_000);
  assert.equal(scale.ticksAt(0), 0);
  assert.equal(scale.ticksAt(500), 960);
  const ticks = Array.from({ length: 1000 }, (_, timeMs) => scale.ticksAt(timeMs));
  assert.equal(new Set(ticks).size, 1000);
});

test('a time before the start, or none at all, is tick 0', () => {
  const scale = new TickScale(960, 500_000);
  assert.ok(Object.is(scale.ticksAt(-5), 0));
  assert.ok(Object.is(scale.ticksAt(-0.0001), 0));
  assert.equal(scale.ticksAt(Number.NaN), 0);
});

test('48 hours end on the exact tick, whatever the tempo', () => {
  const timeMs = 48 * 3_600_000;
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 0x7fff }),
      fc.integer({ min: 1000, max: MAX_TEMPO_MICROSECONDS }),
      (ppq, tempo) => {
        const exact = (BigInt(timeMs) * 1000n * BigInt(ppq)) / BigInt(tempo);
        const ticks = new TickScale(ppq, tempo).ticksAt(timeMs);
        assert.ok(Math.abs(ticks - Number(exact)) <= 1);
      },
    ),
  );
});

test('the tempo is what the file can say, and ticks follow it', () => {
  assert.equal(microsecondsPerQuarter(120), 500_000);
  assert.equal(microsecondsPerQuarter(113), 530_973);
  const scale = new TickScale(480, microsecondsPerQuarter(113));
  assert.equal(scale.ticksAt(530.973 * 1000), 480_000);
  assert.ok(Math.abs(scale.timeMsAt(480_000) - 530_973) < 1e-6);
});

test('what does not fit a file is refused', () => {
  for (const bpm of [0, -1, 3, Number.NaN, 1e9]) {
    assert.throws(() => microsecondsPerQuarter(bpm), RangeError);
  }
  for (const ppq of [0, -1, 0.5, 0x8000, Number.NaN]) {
    assert.throws(() => new TickScale(ppq, 500_000), RangeError);
  }
  for (const tempo of [0, 0.5, 0x100_0000, Number.NaN]) {
    assert.throws(() => new TickScale(960, tempo), RangeError);
  }
});
