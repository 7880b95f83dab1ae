/** Gaps in the running of the process are noticed, and nothing else is taken for one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RunningWatch } from '../../../src/embedded/running-watch.js';
import { FakeClock } from '../../support/fake-clock.js';

function makeWatch() {
  const clock = new FakeClock();
  let aheadMs = 5000;
  const watch = new RunningWatch(Object.assign(clock, { uptimeMs: () => clock.nowMs() + aheadMs }));
  const suspend = (ms: number) => {
    aheadMs += ms;
  };
  return { clock, watch, suspend };
}

test('what is played, and pauses in it, are no gaps', async () => {
  const { clock, watch } = makeWatch();
  for (const pauseMs of [0, 1, 250, 900, 3000, 6000]) {
    // The client looks at its beats meanwhile.
    for (let passed = 0; passed + 1350 < pauseMs; passed += 1350) {
      await clock.advanceAsync(1350);
      watch.note();
    }
    await clock.advanceAsync(pauseMs % 1350);
    assert.equal(watch.isLate(), false, `after ${pauseMs} ms`);
  }
  watch.end();
  assert.equal(clock.pendingTimers, 0);
});

test('what is read at the end of a gap is late, and what comes after it is not', async () => {
  const { clock, watch } = makeWatch();
  assert.equal(watch.isLate(), false);
  clock.stall(2000);
  assert.equal(watch.isLate(), true);
  assert.equal(watch.isLate(), true);
  await clock.advanceAsync(51);
  assert.equal(watch.isLate(), false);
  watch.end();
});

test('a gap is seen by whoever comes first: a timer, the client, or what is read', async () => {
  for (const first of ['timer', 'client', 'reading'] as const) {
    const { clock, watch } = makeWatch();
    watch.isLate();
    clock.stall(1000);
    if (first === 'timer') await clock.advanceAsync(0);
    if (first === 'client') watch.note();
    assert.equal(watch.isLate(), true, first);
    watch.end();
  }
});

test('a gap shorter than half a second does not count', () => {
  const { clock, watch } = makeWatch();
  watch.isLate();
  clock.stall(700);
  assert.equal(watch.isLate(), false);
  watch.end();
});

test('after a suspension, in which the clock stands still, the first message is late', async () => {
  const { clock, watch, suspend } = makeWatch();
  watch.isLate();
  suspend(60_000);
  await clock.advanceAsync(1500);
  assert.equal(watch.isLate(), true);
  assert.equal(watch.isLate(), false);
  watch.end();
});
