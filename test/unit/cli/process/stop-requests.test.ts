/** Signals while a run ends: the first lets it come to its end, whatever began the end. */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { type StopReason, StopRequests } from '../../../../src/cli/process/stop-requests.js';

function listening(t: TestContext): StopRequests {
  const stop = new StopRequests();
  stop.listen();
  t.after(() => stop.close());
  return stop;
}

for (const reason of ['duration', 'count', 'idle', 'failure'] as StopReason[]) {
  test(`Ctrl-C while a run ends by ${reason}: it comes to its end`, async (t) => {
    const stop = listening(t);
    stop.request(reason);
    // Were it the second one, this process would be gone.
    process.emit('SIGINT');
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(stop.reason, reason);
  });
}

test('a second Ctrl-C is told to who waits for it', async (t) => {
  const stop = listening(t);
  stop.request('duration');
  process.emit('SIGINT');
  const second = stop.secondInterrupt();
  process.emit('SIGINT');
  await second;
});

test('the first signal is the reason if nothing else was', (t) => {
  const stop = listening(t);
  process.emit('SIGTERM');
  assert.equal(stop.reason, 'SIGTERM');
});
