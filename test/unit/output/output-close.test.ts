/** Tests of closing an output: what comes back, what is broken off, what is left to the driver. */
import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { Output } from '../../../src/output/output.js';
import {
  MIDIERR_STILLPLAYING,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
} from '../../../src/winmm/constants.js';
import { FakeClock } from '../../support/fake-clock.js';
import { countRetired } from '../../support/retired-memory.js';
import { ScriptedOutput } from '../../support/scripted-output.js';

let clock: FakeClock;
let winmm: ScriptedOutput;
let output: Output;
beforeEach(async () => {
  clock = new FakeClock();
  winmm = new ScriptedOutput(clock);
  output = await Output.open({ winmm, clock, deviceId: 0, name: 'synth' });
});

/** Whether all memory is where another output can have it, some time later. */
const isAllRetired = () => countRetired(winmm.memory, winmm.ringSlots, clock.nowMs()) > 0;

async function close() {
  const closing = output.close();
  await clock.advanceAsync(6000);
  return closing;
}

const SYSEX = Uint8Array.of(0xf0, 0x7d, 1, 2, 0xf7);

describe('closing an output', () => {
  it('leaves nothing open, and can be asked for twice', async () => {
    await output.sendLong(SYSEX);
    assert.equal(output.close(), output.close());
    assert.equal((await close()).closed, true);
    assert.ok(isAllRetired());
    assert.deepEqual(winmm.calls, ['open', 'prepare', 'long', 'unprepare', 'close']);
  });

  it('breaks off what is under way: midiOutReset, then F7 for who waits for the rest', async () => {
    winmm.work = () => {};
    const sending = output.sendLong(SYSEX);
    const broken = assert.rejects(sending, { name: 'BrokenOff' });
    await clock.advanceAsync(10);
    const closing = output.close();
    winmm.work = (pmh) => winmm.complete(pmh);
    await clock.advanceAsync(6000);
    await broken;
    assert.equal((await closing).closed, true);
    assert.deepEqual(
      winmm.sent.map(({ bytes }) => bytes),
      [[...SYSEX], [0xf7]],
    );
    assert.equal(output.bytesSent, 0, 'what was reset was not sent');
    assert.ok(isAllRetired());
    assert.deepEqual(winmm.misuse, []);
  });

  it('ends a sysex of which only the first pieces were sent', async () => {
    await output.sendLong(SYSEX.subarray(0, 2));
    await output.sendLong(SYSEX.subarray(2, 3));
    assert.equal((await close()).closed, true);
    assert.deepEqual(winmm.sentBytes, [0xf0, 0x7d, 1, 0xf7]);
    assert.ok(!winmm.calls.includes('reset'));
  });

  it('does not send F7 behind a whole message, realtime after it or not', async () => {
    await output.sendLong(Uint8Array.of(...SYSEX, 0xf8));
    await close();
    assert.deepEqual(winmm.sentBytes, [...SYSEX, 0xf8]);
  });

  it('sends nothing after it has been closed', async () => {
    await close();
    await assert.rejects(output.sendLong(SYSEX), { name: 'BrokenOff' });
    await assert.rejects(output.sendShort(0x403c90), { name: 'BrokenOff' });
    assert.deepEqual(winmm.sent, []);
  });

  it('asks again while the driver says that buffers are playing', async () => {
    await output.sendLong(SYSEX);
    let answers = 3;
    winmm.onUnprepare = () => (answers-- > 0 ? MIDIERR_STILLPLAYING : MMSYSERR_NOERROR);
    assert.equal((await close()).closed, true);
    assert.ok(isAllRetired());
  });

  it('leaves the memory to a driver that never lets go of a buffer', async () => {
    await output.sendLong(SYSEX);
    winmm.onUnprepare = () => MIDIERR_STILLPLAYING;
    const report = await close();
    assert.equal(report.closed, false);
    assert.equal(report.problem, 'midiOutUnprepareHeader failed: MIDIERR_STILLPLAYING (65)');
    assert.ok(!isAllRetired());
    assert.deepEqual(winmm.misuse, []);
  });

  it('leaves the memory to a driver that does not even return it for midiOutReset', async () => {
    winmm.work = () => {};
    winmm.onReset = () => new Promise(() => {});
    const broken = assert.rejects(output.sendLong(SYSEX), { name: 'BrokenOff' });
    await clock.advanceAsync(10);
    const beganMs = clock.nowMs();
    const report = await close();
    await broken;
    assert.equal(report.closed, false);
    assert.equal(report.hung, true);
    assert.ok(clock.nowMs() - beganMs <= 6000);
    assert.ok(!isAllRetired());
    assert.ok(!winmm.calls.includes('close'));
  });

  it('frees nothing that the driver knows: one that says MOM_DONE once more does no harm', async () => {
    let known = 0;
    winmm.work = (pmh) => {
      known = pmh;
      winmm.complete(pmh);
    };
    await output.sendLong(SYSEX);
    assert.equal((await close()).closed, true);
    winmm.setDone(known);
    assert.equal(winmm.memory.liveBlocks, 2);
  });

  it('says that the device is gone', async () => {
    await output.sendLong(SYSEX);
    winmm.onUnprepare = () => MMSYSERR_NODRIVER;
    assert.match((await close()).problem, /MMSYSERR_NODRIVER/);
  });
});
