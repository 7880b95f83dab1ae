/** Waiting for Windows' MIDI service. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep } from '../../../../src/midi/waiting.js';
import { awaitFirstCall } from '../../../../src/winmm/native/first-call.js';
import { FakeClock } from '../../../support/fake-clock.js';

/** What becomes of a first call that takes `ms`, and when somebody was told of it. */
async function waitFor(ms: number) {
  const clock = new FakeClock(0);
  const toldMs: number[] = [];
  const waiting = awaitFirstCall(sleep(clock, ms), clock, () => toldMs.push(clock.nowMs()));
  let outcome = 'waits';
  waiting.then(
    () => {
      outcome = `answered at ${clock.nowMs()}`;
    },
    ({ code, message }) => {
      outcome = `${code} at ${clock.nowMs()}: ${message}`;
    },
  );
  await clock.advanceAsync(100_000);
  return { outcome, toldMs };
}

test('a quick answer is not spoken of, a slow one is waited for, and said', async () => {
  assert.deepEqual(await waitFor(1900), { outcome: 'answered at 1900', toldMs: [] });
  assert.deepEqual(await waitFor(13_000), { outcome: 'answered at 13000', toldMs: [2000] });
});

test('after thirty seconds it is an error that names the service', async () => {
  const { outcome, toldMs } = await waitFor(40_000);
  assert.match(outcome, /^TIMEOUT at 30000: .* within 30 s: the MIDI service of Windows/);
  assert.deepEqual(toldMs, [2000]);
});
