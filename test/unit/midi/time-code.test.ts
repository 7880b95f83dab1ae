import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TimeCodeReader } from '../../../src/midi/time-code.js';

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
  assert.deepEqual([...(reader.offsetAt(5000) ?? [])], [(1 << 5) | 10, 20, 30, 12, 0]);
  assert.deepEqual([...(reader.offsetAt(0) ?? [])], [(1 << 5) | 10, 20, 25, 12, 0]);
});

test('a full frame, and the time before midnight', () => {
  const reader = new TimeCodeReader();
  reader.addSysex(Uint8Array.of(0xf0, 0x7f, 0x7f, 1, 1, (3 << 5) | 0, 0, 1, 15, 0xf7), 2000);
  assert.deepEqual([...(reader.offsetAt(2000) ?? [])], [3 << 5, 0, 1, 15, 0]);
  assert.deepEqual([...(reader.offsetAt(0) ?? [])], [(3 << 5) | 23, 59, 59, 15, 0]);
});

test('drop-frame leaves out two numbers a minute, but not in every tenth', () => {
  const reader = new TimeCodeReader();
  const frameMs = 1001 / 30;
  sendQuarterFrames(reader, [2, 0, 1, 0, 2], 60_000, 30 / 1.001);
  assert.deepEqual([...(reader.offsetAt(60_000 + frameMs / 1000) ?? [])].slice(0, 4), [
    2 << 5,
    1,
    0,
    2,
  ]);
  assert.deepEqual([...(reader.offsetAt(60_000 - frameMs / 2) ?? [])].slice(0, 4), [
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
  assert.equal(reader.offsetAt(0), undefined);
});
