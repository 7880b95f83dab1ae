import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isSysexComing, watchForSilence } from '../../../../src/cli/capturing/silence.js';
import { FakeClock } from '../../../support/fake-clock.js';

function watch(lastPlayedMs: (nowMs: number) => number | undefined) {
  const clock = new FakeClock(0);
  const seen = { idleMs: undefined as number | undefined, clock };
  const nowMs = () => clock.nowMs();
  const onIdle = () => {
    seen.idleMs = clock.nowMs();
  };
  watchForSilence(clock, 1000, nowMs, () => lastPlayedMs(clock.nowMs()), onIdle);
  return seen;
}

test('silence counts from what was played last, and not before anything was', () => {
  const seen = watch((nowMs) => (nowMs < 5000 ? undefined : 5000));
  seen.clock.advance(5900);
  assert.equal(seen.idleMs, undefined);
  seen.clock.advance(1000);
  assert.equal(seen.idleMs, 6000);
});

test('a sysex that is coming in is no silence, until it has paused for too long', () => {
  const pieces = [0, 1300, 2600];
  const sysexAt = (nowMs: number) => ({
    nowMs,
    lastSysexMs: pieces.findLast((pieceMs) => pieceMs <= nowMs),
    isInSysex: true,
  });
  const seen = watch((nowMs) => (isSysexComing(sysexAt(nowMs)) ? nowMs : 0));
  seen.clock.advance(5500);
  assert.equal(seen.idleMs, undefined);
  seen.clock.advance(1000);
  assert.equal(seen.idleMs, 6000, 'looked at once an idle time');
  assert.equal(isSysexComing({ nowMs: 10, lastSysexMs: 5, isInSysex: false }), false);
  assert.equal(isSysexComing({ nowMs: 10, lastSysexMs: undefined, isInSysex: true }), false);
});
