import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TimeCodeReader } from '../../../../src/midi/tempo/time-code.js';

/** The eight quarter frames of a time, a quarter of a frame apart, from `fromMs` on. */
function sendQuarterFrames(
  reader: TimeCodeReader,
  [rate, h, m, s, f]: readonly [number, number, number, number, number],
  fromMs: number,
  framesPerSecond: number,
): void {
  const hours = (rate << 5) | h;
  const nibbles = [f & 15, f >> 4, s & 15, s >> 4, m & 15, m >> 4, hours & 15, hours >> 4];
  nibbles.forEach((nibble, piece) => {
    reader.addShort(
      0xf1 | (((piece << 4) | nibble) << 8),
      fromMs + (piece * 250) / framesPerSecond,
    );
  });
}

test('quarter frames tell the time of the first of them', () => {
  const reader = new TimeCodeReader();
  sendQuarterFrames(reader, [1, 10, 20, 30, 12], 5000, 25);
  assert.deepEqual([...(reader.offsetAt(5000, 6000) ?? [])], [(1 << 5) | 10, 20, 30, 12, 0]);
  assert.deepEqual([...(reader.offsetAt(0, 9000) ?? [])], [(1 << 5) | 10, 20, 25, 12, 0]);
});

test('a full frame, and the time before midnight', () => {
  const reader = new TimeCodeReader();
  reader.addSysex(Uint8Array.of(0xf0, 0x7f, 0x7f, 1, 1, (3 << 5) | 0, 0, 1, 15, 0xf7), 2000);
  assert.deepEqual([...(reader.offsetAt(2000, 3000) ?? [])], [3 << 5, 0, 1, 15, 0]);
  assert.deepEqual([...(reader.offsetAt(0, 9000) ?? [])], [(3 << 5) | 23, 59, 59, 15, 0]);
});

test('drop-frame leaves out two numbers a minute, but not in every tenth', () => {
  const reader = new TimeCodeReader();
  const frameMs = 1001 / 30;
  sendQuarterFrames(reader, [2, 0, 1, 0, 2], 60_000, 30 / 1.001);
  assert.deepEqual([...(reader.offsetAt(60_000 + frameMs / 1000, 70_000) ?? [])].slice(0, 4), [
    2 << 5,
    1,
    0,
    2,
  ]);
  assert.deepEqual([...(reader.offsetAt(60_000 - frameMs / 2, 70_000) ?? [])].slice(0, 4), [
    2 << 5,
    0,
    59,
    29,
  ]);
});

test('pieces out of order, and times that are none, tell nothing', () => {
  const reader = new TimeCodeReader();
  for (const piece of [1, 2, 3, 4, 5, 6, 7]) reader.addShort(0xf1 | (piece << 12), piece);
  sendQuarterFrames(reader, [1, 24, 0, 0, 0], 0, 25);
  sendQuarterFrames(reader, [1, 0, 0, 61, 0], 0, 25);
  assert.equal(reader.offsetAt(0, 9000), undefined);
});

/** Time code at 25 frames a second from a moment on, for so many seconds. */
function run(reader: TimeCodeReader, fromMs: number, hour: number, seconds: number): void {
  for (let frame = 0; frame < seconds * 25; frame += 2) {
    sendQuarterFrames(
      reader,
      [1, hour, 0, Math.floor(frame / 25), frame % 25],
      fromMs + frame * 40,
      25,
    );
  }
}

test('time code that ran before the take, or after it, is not of the take', () => {
  const reader = new TimeCodeReader();
  run(reader, 0, 1, 4);
  assert.equal(reader.offsetAt(60_000, 70_000), undefined);
  assert.equal(reader.offsetAt(5500, 9000), undefined);
  assert.notEqual(reader.offsetAt(4500, 9000), undefined);
  run(reader, 100_000, 2, 4);
  assert.equal(reader.offsetAt(60_000, 70_000), undefined);
  assert.deepEqual([...(reader.offsetAt(100_000, 110_000) ?? [])], [(1 << 5) | 2, 0, 0, 0, 0]);
});

test('where the tape is wound during a take, the beginning counts', () => {
  const reader = new TimeCodeReader();
  run(reader, 10_000, 1, 4);
  for (const minutes of [5, 4, 3]) {
    reader.addSysex(Uint8Array.of(0xf0, 0x7f, 0x7f, 1, 1, 1 << 5, minutes, 0, 0, 0xf7), 15_000);
  }
  run(reader, 16_000, 3, 4);
  assert.deepEqual([...(reader.offsetAt(9000, 30_000) ?? [])].slice(0, 4), [1 << 5, 59, 59, 0]);
});

test('where the tape was wound to before it ran does not count', () => {
  const reader = new TimeCodeReader();
  reader.addSysex(Uint8Array.of(0xf0, 0x7f, 0x7f, 1, 1, (1 << 5) | 9, 0, 0, 0, 0xf7), 1000);
  run(reader, 10_000, 1, 4);
  assert.deepEqual([...(reader.offsetAt(10_000, 20_000) ?? [])], [(1 << 5) | 1, 0, 0, 0, 0]);
});

test('time code that runs for days, and jumps all the time, fills no memory and stays quick', () => {
  const reader = new TimeCodeReader();
  for (let jump = 0; jump < 10_000; jump++) {
    sendQuarterFrames(reader, [1, jump % 24, jump % 60, 0, 0], jump * 400, 25);
  }
  const lastMs = 9999 * 400;
  assert.notEqual(reader.offsetAt(lastMs - 60 * 400, lastMs), undefined);
  assert.equal(reader.offsetAt(0, lastMs - 80 * 400), undefined);
});

const DROP_FRAME = 2;
const FRAMES = [24, 25, 30, 30] as const;
const rate = fc.nat({ max: 3 });
const midnight = { h: fc.constant(0), m: fc.constant(0), s: fc.constant(0) };
const anyTime = { h: fc.nat({ max: 23 }), m: fc.nat({ max: 59 }), s: fc.nat({ max: 59 }) };
const moment = fc.oneof(fc.record(midnight), fc.record(anyTime));
const time = fc.record({
  rate,
  moment,
  part: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

test('any time of any rate is the one that it was, and a second before it is one less', () => {
  fc.assert(
    fc.property(time, ({ rate, moment: { h, m, s }, part }) => {
      const frame = Math.floor(part * FRAMES[rate]!);
      // Numbers that there are not.
      fc.pre(rate !== DROP_FRAME || frame > 1 || s > 0 || m % 10 === 0);
      const reader = new TimeCodeReader();
      reader.addSysex(
        Uint8Array.of(0xf0, 0x7f, 0x7f, 1, 1, (rate << 5) | h, m, s, frame, 0xf7),
        9000,
      );
      const offsetAt = (timeMs: number) => [...(reader.offsetAt(timeMs, 9000) ?? [])];
      assert.deepEqual(offsetAt(9000), [(rate << 5) | h, m, s, frame, 0]);
      if (rate === DROP_FRAME) return;
      const before = (h * 3600 + m * 60 + s + 86_399) % 86_400;
      const [hours, rest] = [Math.floor(before / 3600), before % 3600];
      assert.deepEqual(offsetAt(8000), [
        ...[(rate << 5) | hours, Math.floor(rest / 60), rest % 60, frame],
        0,
      ]);
    }),
  );
});

test('a take that begins within a frame says which part of it is over', () => {
  const reader = new TimeCodeReader();
  sendQuarterFrames(reader, [1, 0, 0, 0, 0], 5000, 25);
  assert.deepEqual([...(reader.offsetAt(5050, 6000) ?? [])], [1 << 5, 0, 0, 1, 25]);
});
