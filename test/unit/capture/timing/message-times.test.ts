/** When the messages of midirec's own drivers came: to a part of a millisecond, from the first on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MessageTimes } from '../../../../src/capture/timing/message-times.js';
import type { WinMm } from '../../../../src/winmm/winmm.js';
import { FakeClock } from '../../../support/fake-clock.js';

const COUNTS_PER_MS = 1000;
const NEARLY_MS = 0.003;

test('messages of drivers of its own have the times that these say, the first one and one after a long silence', () => {
  const clock = new FakeClock();
  const counterAt = (timeMs: number) => Math.floor(timeMs * COUNTS_PER_MS);
  const readCounter = () => ({ counter: counterAt(clock.nowMs()), timeMs: clock.nowMs() });
  const winmm = { callbackKind: 'direct', readCounter } as unknown as WinMm;
  const times = new MessageTimes(winmm, clock, () => {});
  times.markStarting();
  const zeroMs = times.markStarted();
  times.place(zeroMs, zeroMs);
  // When it came in, and how long after that it is read.
  for (const [cameMs, lateMs] of [
    [8.3, 0.1],
    [16.9, 20],
    [24.1, 12],
    [24.6, 12],
    [100_000.7, 5000],
    [100_008.2, 5000],
  ] as const) {
    clock.advance(zeroMs + cameMs + lateMs - clock.nowMs());
    times.calibrate();
    const timeMs = times.timeOf(Math.round(cameMs), counterAt(zeroMs + cameMs), 0);
    assert.ok(Math.abs(timeMs - cameMs) < NEARLY_MS, `${timeMs} for ${cameMs}`);
    assert.equal(times.wasBad, false);
  }
  times.calibrate();
  const before = times.timeOf(100_008, counterAt(zeroMs + 100_008), 0);
  assert.ok(Math.abs(before - 100_008.2) < NEARLY_MS, 'never before the one before it');
});
