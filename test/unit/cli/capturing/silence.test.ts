import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orSysex, watchForSilence } from '../../../../src/cli/capturing/silence.js';
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
  const clock = { nowMs: 0 };
  const sysex = {
    sysexPauseMs: 3000,
    get nowMs() {
      return clock.nowMs;
    },
    get lastSysexMs() {
      return pieces.findLast((pieceMs) => pieceMs <= clock.nowMs);
    },
  };
  const lastPlayedMs = orSysex(
    sysex,
    () => clock.nowMs,
    () => undefined,
  );
  const seen = watch((nowMs) => {
    clock.nowMs = nowMs;
    return lastPlayedMs();
  });
  seen.clock.advance(5900);
  assert.equal(seen.idleMs, undefined);
  seen.clock.advance(1000);
  assert.equal(
    seen.idleMs,
    6400,
    'looked at about once an idle time, and nothing else was ever played',
  );
  const none = { nowMs: 10, lastSysexMs: 5, sysexPauseMs: 0 };
  const ofNone = (playedMs?: number) =>
    orSysex(
      none,
      () => 10,
      () => playedMs,
    )();
  assert.equal(ofNone(), undefined);
  assert.equal(ofNone(7), 7);
});

test('a stall is no silence: what was played in it is read before there is a verdict', () => {
  const clock = new FakeClock(0);
  let playedMs = 500;
  let idleMs: number | undefined;
  const nowMs = () => clock.nowMs() + stalledMs;
  let stalledMs = 0;
  const stalling = { nowMs, setTimer: clock.setTimer.bind(clock) };
  watchForSilence(
    stalling,
    1000,
    nowMs,
    () => playedMs,
    () => {
      idleMs = nowMs();
    },
  );
  clock.advance(1000);
  stalledMs = 3000;
  clock.advance(450);
  // Read as soon as it runs again.
  playedMs = 4400;
  clock.advance(900);
  assert.equal(idleMs, undefined);
  clock.advance(100);
  assert.equal(idleMs, 5400);
});
