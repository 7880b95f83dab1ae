/** A paced output spreads bytes evenly and takes exactly as long as the line would. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IOCTL_MIDI_PLAY } from '../../../src/driver/kernel-port.js';
import { PacedOutput } from '../../../src/driver/paced-output.js';
import { MMSYSERR_NODRIVER, MMSYSERR_NOERROR } from '../../../src/winmm/constants.js';
import { FakeClock, settlePromises } from '../../support/fake-clock.js';
import { FakePort } from '../../support/fake-port.js';

function createPaced(bytesPerSecond: number) {
  const clock = new FakeClock();
  const port = new FakePort();
  const paced = new PacedOutput(clock, port.output, bytesPerSecond);
  const play = (length: number) => paced.ioctl(IOCTL_MIDI_PLAY, new Uint8Array(length));
  return { clock, port, paced, play };
}

test('4,104 bytes at 3,125 bytes a second take 1,313.28 ms', async () => {
  const { clock, port, play } = createPaced(3125);
  let endedMs = 0;
  play(4104).then(() => {
    endedMs = clock.nowMs();
  });
  const startMs = clock.nowMs();
  await clock.advanceAsync(2000);
  assert.ok(Math.abs(endedMs - startMs - 1313.28) < 0.001);
  assert.equal(port.sent.flat().length, 4104);
  assert.ok(port.sent.every((slice) => slice.length <= 31));
});

test('a late timer is made up for: the whole is not later than its last slice', async () => {
  const { clock, play } = createPaced(1000);
  let ended = false;
  play(100).then(() => {
    ended = true;
  });
  await settlePromises();
  clock.stall(60);
  await clock.advanceAsync(39);
  assert.equal(ended, false);
  await clock.advanceAsync(1);
  assert.equal(ended, true);
});

test('messages keep to the speed together', async () => {
  const { clock, play } = createPaced(1000);
  const ends: number[] = [];
  const startMs = clock.nowMs();
  play(50).then(() => play(50).then(() => ends.push(clock.nowMs() - startMs)));
  await clock.advanceAsync(200);
  assert.deepEqual(ends.map(Math.round), [100]);
});

test('cancel breaks off at once, and an error ends it', async () => {
  const { clock, port, paced, play } = createPaced(1000);
  const playing = play(100);
  await clock.advanceAsync(25);
  paced.cancel();
  assert.equal(await playing, MMSYSERR_NOERROR);
  assert.equal(port.sent.flat().length, 30);
  assert.equal(port.cancels, 1);
  port.ioctlResult = MMSYSERR_NODRIVER;
  assert.equal(await play(10), MMSYSERR_NODRIVER);
  assert.equal(clock.pendingTimers, 0);
});
