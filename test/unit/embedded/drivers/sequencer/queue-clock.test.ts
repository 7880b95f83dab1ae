/** The time of a queue on midirec's clock. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QueueClock } from '../../../../../src/embedded/drivers/sequencer/queue-clock.js';
import { FakeClock } from '../../../../support/fake-clock.js';

test('a queue that drifts is followed, and a jump at once', () => {
  const clock = new FakeClock(1000);
  let rate = 1;
  let jumpMs = 0;
  const queueClock = new QueueClock(clock, () => (clock.nowMs() - 1000) * rate + jumpMs);
  assert.equal(queueClock.timeOf(-5), 995);
  rate = 1.0001;
  for (let look = 0; look < 1000; look++) {
    clock.advance(20);
    queueClock.follow();
  }
  const errorMs = queueClock.timeOf(20_000 * rate - 100) - (clock.nowMs() - 100);
  assert.ok(Math.abs(errorMs) < 0.2, `${errorMs}`);
  jumpMs = -3000;
  queueClock.follow();
  assert.ok(Math.abs(queueClock.timeOf(20_000 * rate - 3100) - (clock.nowMs() - 100)) < 0.1);
});

test('no event is later than now, and a look that was interrupted tells nothing', () => {
  const clock = new FakeClock(1000);
  let isSlow = false;
  const queueClock = new QueueClock(clock, () => {
    if (isSlow) clock.advance(40);
    return clock.nowMs() - 1000;
  });
  assert.equal(queueClock.timeOf(10), 1000);
  isSlow = true;
  queueClock.follow();
  assert.equal(queueClock.timeOf(20), 1020);
});
