/** A driver's time stamps are believed as long as they can be, and no longer. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TimeStamps } from '../../../../src/capture/timing/time-stamps.js';

const HOUR_MS = 3_600_000;
const TWO_32 = 2 ** 32;

function bads(stamps: TimeStamps, pairs: [dwParam2: number, stampMs: number][]): boolean[] {
  return pairs.map(([dwParam2, stampMs]) => {
    stamps.timeOf(dwParam2, stampMs);
    return stamps.wasBad;
  });
}

test('a good stamp is the time, placed by the zero of its input', () => {
  const stamps = new TimeStamps(250, 150);
  assert.equal(Math.floor(stamps.timeOf(100, 351.2)), 350);
  assert.equal(Math.floor(stamps.timeOf(100, 351.3)), 350);
  assert.equal(Math.floor(stamps.timeOf(107, 357.9)), 357);
  assert.equal(stamps.wasBad, false);
});

test('stamps that are always zero: from the tolerance on the time of arrival counts', () => {
  const stamps = new TimeStamps(0, 150);
  assert.equal(stamps.timeOf(0, 100), 0);
  assert.equal(stamps.timeOf(0, 1000), 1000);
  assert.equal(stamps.wasBad, true);
  assert.equal(stamps.timeOf(0, 2000.5), 2000.5);
});

test('stamps that stand still, and go on again', () => {
  const stamps = new TimeStamps(0, 150);
  assert.deepEqual(
    bads(stamps, [
      [5000, 5000],
      [5000, 5100],
      [5000, 5200],
      [5000, 9000],
      [10_000, 10_000],
    ]),
    [false, false, true, true, false],
  );
});

test('a jump back is bad, one of a few milliseconds is put in order without a word', () => {
  const stamps = new TimeStamps(0, 150);
  assert.equal(stamps.timeOf(1000, 1000), 1000);
  assert.equal(stamps.timeOf(996, 1001), 1000);
  assert.equal(stamps.wasBad, false);
  assert.equal(stamps.timeOf(990, 1002), 1002);
  assert.equal(stamps.wasBad, true);
});

test('time never runs backwards, whatever the stamps say', () => {
  const stamps = new TimeStamps(0, 2000);
  let last = 0;
  for (let step = 0; step < 10_000; step++) {
    const timeMs = stamps.timeOf((step * 7919) % 5000, step * 3);
    assert.ok(timeMs >= last);
    last = timeMs;
  }
});

test('a drift of 100 millionths is believed for 48 hours', () => {
  for (const rate of [1 + 100e-6, 1 - 100e-6]) {
    const stamps = new TimeStamps(0, 150);
    let timeMs = 0;
    for (let stampMs = 0; stampMs < 48 * HOUR_MS; stampMs += 10_000) {
      timeMs = stamps.timeOf(Math.round(stampMs * rate), stampMs);
      assert.equal(stamps.wasBad, false);
    }
    assert.ok(Math.abs(timeMs - (48 * HOUR_MS - 10_000) * rate) < 1);
  }
});

test('a drift of 100 millionths is believed after hours of silence', () => {
  const stamps = new TimeStamps(0, 150);
  stamps.timeOf(1000, 1000);
  const stampMs = 10 * HOUR_MS;
  const dwParam2 = Math.round(stampMs * (1 - 100e-6));
  assert.equal(Math.floor(stamps.timeOf(dwParam2, stampMs)), dwParam2);
  assert.equal(stamps.wasBad, false);
});

test('a clock that is off by seconds is not taken for drift', () => {
  const stamps = new TimeStamps(0, 150);
  assert.deepEqual(
    bads(stamps, [
      [1000, 1000],
      [63_000, 60_000],
      [57_000, 60_100],
      [60_200, 60_200],
    ]),
    [false, true, true, false],
  );
});

test('dwParam2 comes round after 49.7 days', () => {
  const stamps = new TimeStamps(0, 150);
  const before = TWO_32 - 10;
  assert.equal(stamps.timeOf(before, before), before);
  assert.equal(stamps.timeOf(5, TWO_32 + 5), TWO_32 + 5);
  assert.equal(stamps.wasBad, false);
});

test('dwParam2 comes round in weeks of silence, also more than once', () => {
  for (const rounds of [1, 2, 5]) {
    const stamps = new TimeStamps(100, 150);
    stamps.timeOf(2000, 2100);
    const sinceZeroMs = rounds * TWO_32 + 123_456;
    assert.equal(stamps.timeOf(123_456, sinceZeroMs + 100), sinceZeroMs + 100);
    assert.equal(stamps.wasBad, false);
  }
});

test('a stamp a little late around the turn is of the right round', () => {
  const stamps = new TimeStamps(0, 150);
  stamps.timeOf(TWO_32 - 1000, TWO_32 - 1000);
  // Stamped before the turn, arrived behind it; then stamped behind it, arrived before.
  assert.equal(Math.floor(stamps.timeOf(TWO_32 - 20, TWO_32 + 20)), TWO_32 - 20);
  assert.equal(stamps.timeOf(20, TWO_32 - 20), TWO_32 + 20);
  assert.equal(stamps.wasBad, false);
});

test('a buffer may carry the time of its first byte', () => {
  const stamps = new TimeStamps(0, 150);
  stamps.timeOf(6000, 6000);
  assert.equal(stamps.timeOf(1000, 6300, 5243), 6000, 'but the order stays');
  assert.equal(stamps.wasBad, false);
  assert.equal(stamps.timeOf(6310, 6310), 6310, 'and the next message is not judged by it');
  assert.equal(stamps.wasBad, false);
  stamps.timeOf(100, 6320, 5243);
  assert.equal(stamps.wasBad, true, 'not older than it can be');
});

test('a stamp may lie ahead of its arrival as far as behind it, and no further', () => {
  for (const aheadMs of [1, 149, 150]) {
    assert.deepEqual(bads(new TimeStamps(0, 150), [[1000 + aheadMs, 1000]]), [false]);
  }
  for (const aheadMs of [151, 200, 299, 301]) {
    assert.deepEqual(bads(new TimeStamps(0, 150), [[1000 + aheadMs, 1000]]), [true]);
  }
});

test('how far two clocks have parted is not learned from stamps that may be old', () => {
  // After ten hours one buffer could teach five seconds; after five and a half minutes each a little.
  for (const [silenceMs, buffers] of [
    [10 * HOUR_MS, 1],
    [333_333, 5],
  ] as const) {
    const stamps = new TimeStamps(0, 150);
    stamps.timeOf(1000, 1000);
    for (let buffer = 0; buffer < buffers; buffer++) {
      stamps.timeOf(silenceMs - 5000 + buffer, silenceMs + buffer, 5243);
      assert.equal(stamps.wasBad, false);
    }
    assert.equal(stamps.timeOf(silenceMs + 10, silenceMs + 10), silenceMs + 10);
    assert.equal(stamps.wasBad, false);
  }
});

test('JavaScript as the stamper is given more tolerance', () => {
  const stamps = new TimeStamps(0, 2000);
  assert.deepEqual(
    bads(stamps, [
      [1000, 2900],
      [1001, 2901],
      [1002, 4000],
    ]),
    [false, false, true],
  );
});

test('zero is learned from the first messages, between the call of midiInStart and its answer', () => {
  // Called at 0, answered at 7; the driver's zero was at 2, and callbacks take 0.05 ms or more.
  const stamps = new TimeStamps(7, 150, 0);
  assert.equal(stamps.timeOf(10, 12.4), 12.4);
  assert.ok(Math.abs(stamps.timeOf(20, 22.05) - 22.05) < 1e-9);
  const late = stamps.timeOf(30, 39);
  assert.ok(late >= 32.05 && late < 33.05, 'a late callback teaches nothing');
  assert.equal(stamps.wasBad, false);
  const wild = new TimeStamps(7, 150, 0);
  assert.equal(wild.timeOf(100, 50), 100, 'never before the call');
});

test('what was timed before zero was learned casts no doubt on what comes after', () => {
  const stamps = new TimeStamps(60, 150, 0);
  assert.equal(stamps.timeOf(5, 200), 65);
  assert.equal(stamps.timeOf(20, 20.1), 65, 'in order, though zero was at 0.1');
  assert.equal(stamps.wasBad, false);
  assert.ok(Math.abs(stamps.timeOf(90, 90.2) - 90.2) < 1e-2);
  assert.equal(stamps.wasBad, false);
});

test('the millisecond of the driver is refined by the arrival, and never left', () => {
  const message = fc.record({
    pauseMs: fc.double({ min: 0, max: 50, noNaN: true }),
    lateMs: fc.double({ min: 0, max: 20, noNaN: true }),
  });
  const property = fc.property(fc.array(message, { minLength: 1 }), (messages) => {
    const stamps = new TimeStamps(250, 150);
    let playedMs = 250;
    let arrivedMs = 250;
    for (const { pauseMs, lateMs } of messages) {
      playedMs += pauseMs;
      arrivedMs = Math.max(arrivedMs, playedMs + lateMs);
      const dwParam2 = Math.floor(playedMs - 250);
      const timeMs = stamps.timeOf(dwParam2, arrivedMs);
      assert.equal(Math.floor(timeMs - 250), dwParam2);
    }
  });
  fc.assert(property);
});

test('notes of a driver that is mostly prompt: half of them right to a twentieth of a millisecond', () => {
  const stamps = new TimeStamps(7, 150, 0);
  const driverZeroMs = 2.3;
  const errors: number[] = [];
  for (let index = 0; index < 5000; index++) {
    const playedMs = 10 + index * 3.217;
    // One in ten is late, by up to 8 ms.
    const arrivedMs = playedMs + 0.006 + (index % 10 === 9 ? (index * 0.37) % 8 : 0);
    const dwParam2 = Math.floor(playedMs - driverZeroMs);
    const timeMs = stamps.timeOf(dwParam2, arrivedMs);
    if (index < 64) continue;
    errors.push(Math.abs(timeMs - playedMs));
  }
  errors.sort((a, b) => a - b);
  assert.ok(errors[errors.length >> 1]! < 0.05, `median ${errors[errors.length >> 1]} ms`);
  assert.ok(errors[Math.floor(errors.length * 0.99)]! <= 0.55);
});
