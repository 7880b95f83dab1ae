/** The fake clock keeps its promises: order, nesting, lateness. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../../../src/midi/waiting.js';
import { FakeClock } from '../../support/fake-clock.js';

test('timers run in order of time, each at its own moment', () => {
  const clock = new FakeClock(0);
  const log: string[] = [];
  const note = (name: string) => () => log.push(`${name}@${clock.nowMs()}`);
  clock.setTimer(20, note('c'));
  clock.setTimer(10, note('a'));
  clock.setTimer(10, note('b'));
  clock.setTimer(31, note('never'));
  clock.advance(30);
  assert.deepEqual(log, ['a@10', 'b@10', 'c@20']);
  assert.equal(clock.nowMs(), 30);
  assert.equal(clock.pendingTimers, 1);
});

test('a timer set by a timer runs in the same advance, and a cancelled one does not', () => {
  const clock = new FakeClock(0);
  const log: number[] = [];
  const cancel = clock.setTimer(5, () => log.push(-1));
  clock.setTimer(1, () => {
    cancel();
    clock.setTimer(1, () => log.push(clock.nowMs()));
  });
  clock.advance(10);
  assert.deepEqual(log, [2]);
});

test('after a stall the timers run late', () => {
  const clock = new FakeClock(0);
  let ranAtMs = 0;
  clock.setTimer(10, () => {
    ranAtMs = clock.nowMs();
  });
  clock.stall(25);
  clock.advance(0);
  assert.equal(ranAtMs, 25);
});

test('advanceAsync lets awaiting code go on between timers', async () => {
  const clock = new FakeClock(0);
  const log: number[] = [];
  const done = (async () => {
    for (let turn = 0; turn < 3; turn++) {
      await sleep(clock, 10);
      log.push(clock.nowMs());
    }
  })();
  await clock.advanceAsync(30);
  await done;
  assert.deepEqual(log, [10, 20, 30]);
});
