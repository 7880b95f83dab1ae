/** Devices that are back but not well: refused, hung, flapping; and a session that ends meanwhile. */
import assert from 'node:assert/strict';
import type { SessionOptions } from '../../../../src/capture/session.js';
import {
  MIM_CLOSE,
  MMSYSERR_ALLOCATED,
  MMSYSERR_ERROR,
  MMSYSERR_NODRIVER,
} from '../../../../src/winmm/constants.js';
import { type CaptureBed, captureTest } from '../../../support/capture-bed.js';
import type { ScriptedInput } from '../../../support/scripted-input.js';

const NOTICED_MS = 2000;

/** A session whose only device has been unplugged and closed. */
async function withoutDevice(bed: CaptureBed, options: Partial<SessionOptions> = {}) {
  const log: string[] = [];
  const session = await bed.startSession({
    ...options,
    onDeviceGone: () => log.push('gone'),
    onDeviceBack: () => log.push('back'),
    onAllGone: () => log.push('all gone'),
  });
  await bed.clock.advanceAsync(20_000);
  bed.winmm.unplug(bed.device);
  await bed.clock.advanceAsync(NOTICED_MS);
  log.length = 0;
  return { session, log };
}

captureTest('in use when it is back: tried again, less and less often', async (bed) => {
  const { session, log } = await withoutDevice(bed);
  bed.winmm.script('midiInOpen', { result: MMSYSERR_ALLOCATED });
  bed.winmm.plug('keys');
  await bed.clock.advanceAsync(10_000);
  const soon = bed.winmm.callCount('midiInOpen');
  assert.ok(soon >= 4 && soon <= 6, `${soon} calls`);
  await bed.clock.advanceAsync(300_000);
  const later = bed.winmm.callCount('midiInOpen');
  assert.ok(later <= 20, `${later} calls`);
  bed.winmm.clearScripts();
  await bed.clock.advanceAsync(35_000);
  assert.deepEqual(log, ['back']);
  await bed.timeUntil(session.close());
});

captureTest('plugged in anew it is tried at once, however long the pauses were', async (bed) => {
  const { session, log } = await withoutDevice(bed);
  bed.winmm.script('midiInOpen', { result: MMSYSERR_ALLOCATED });
  const device = bed.winmm.plug('keys');
  await bed.clock.advanceAsync(300_000);
  bed.winmm.clearScripts();
  bed.winmm.unplug(device);
  await bed.clock.advanceAsync(1000);
  bed.winmm.plug('keys');
  await bed.clock.advanceAsync(NOTICED_MS);
  assert.deepEqual(log, ['back']);
  await bed.timeUntil(session.close());
});

captureTest('a start that fails: closed again, and tried again', async (bed) => {
  const { session, log } = await withoutDevice(bed);
  bed.winmm.script('midiInStart', { result: MMSYSERR_NODRIVER, times: 1 });
  bed.winmm.plug('keys');
  await bed.clock.advanceAsync(5000);
  assert.deepEqual(log, ['back']);
  assert.equal(bed.winmm.openHandles, 1);
  await bed.timeUntil(session.close());
});

captureTest('a driver that hangs when it is back is not asked again', async (bed) => {
  const { session, log } = await withoutDevice(bed);
  bed.winmm.script('midiInOpen', { hangs: true });
  bed.winmm.plug('keys');
  await bed.clock.advanceAsync(9000);
  assert.deepEqual(log, []);
  await bed.clock.advanceAsync(120_000);
  assert.equal(bed.winmm.callCount('midiInOpen'), 2);
  assert.deepEqual(log, ['all gone']);
  assert.ok((await bed.timeUntil(session.close())) <= 5000);
  bed.leaves = { liveBlocks: 2, openHandles: 0, pendingTimers: 0 };
});

captureTest(
  'a device that comes and goes: fewer and fewer attempts, bounded memory',
  async (bed) => {
    const { session, log } = await withoutDevice(bed);
    const device = bed.winmm.plug('keys');
    for (let second = 0; second < 600; second++) {
      if (device.open?.phase === 'started') device.callBack(MIM_CLOSE, 0);
      await bed.clock.advanceAsync(1000);
    }
    const backs = log.filter((what) => what === 'back').length;
    assert.ok(backs >= 5 && backs <= 40, `${backs} times`);
    assert.ok(bed.winmm.memory.liveBlocks <= 10, `${bed.winmm.memory.liveBlocks} blocks`);
    await bed.timeUntil(session.close());
  },
);

/** Plugs the device in and out again and again. @returns how many buffers it was given each time */
async function replug(bed: CaptureBed, rounds: number, spoil = (_device: ScriptedInput) => {}) {
  const buffers: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const device = bed.winmm.plug('keys');
    await bed.clock.advanceAsync(20_000);
    buffers.push(device.open?.queue.length ?? 0);
    spoil(device);
    bed.winmm.unplug(device);
    await bed.clock.advanceAsync(20_000);
  }
  return buffers;
}

const MEBIBYTE = 2 ** 20;

captureTest(
  'Windows MIDI Services keeps the buffers of what is unplugged: fewer each time, and no end to it',
  async (bed) => {
    bed.winmm.goneCloses = false;
    const { session, log } = await withoutDevice(bed, { buffers: 2048, bufferSize: 4096 });
    const before = bed.winmm.memory.liveBytes;
    const buffers = await replug(bed, 100);
    assert.deepEqual(buffers.slice(0, 4), [1024, 682, 512, 409]);
    assert.equal(buffers.at(-1), 20);
    assert.equal(log.filter((what) => what === 'back').length, 100);
    const grown = (bed.winmm.memory.liveBytes - before) / MEBIBYTE;
    assert.ok(grown < 64, `${grown} MiB`);
    const closing = session.close();
    await bed.timeUntil(closing);
    assert.deepEqual(
      await closing,
      [],
      'a device that was unplugged is not spoken of as abandoned',
    );
    bed.leaves = { liveBlocks: 101, openHandles: 101, pendingTimers: 0 };
    bed.winmm.misuse.length = 0;
  },
);

captureTest(
  'handles that cannot be closed while their device is there take the ring along, and are given up',
  async (bed) => {
    const { session, log } = await withoutDevice(bed);
    bed.winmm.script('midiInClose', { result: MMSYSERR_ERROR });
    await replug(bed, 12);
    assert.equal(log.at(-1), 'all gone');
    const opened = bed.winmm.callCount('midiInOpen');
    assert.ok(opened > 3 && opened < 9, `${opened} times`);
    await bed.timeUntil(session.close());
    bed.leaves = { liveBlocks: 2 * (opened - 1), openHandles: opened - 1, pendingTimers: 0 };
  },
);

captureTest(
  'closed, but buffers never come back: their ring is used again, they are not',
  async (bed) => {
    const { session, log } = await withoutDevice(bed);
    await replug(bed, 12, (device) => device.open?.queue.pop());
    assert.equal(log.filter((what) => what === 'back').length, 12);
    await bed.timeUntil(session.close());
    bed.leaves = { liveBlocks: 12, openHandles: 0, pendingTimers: 0 };
  },
);

captureTest('the session ends while the device is being opened: closed again', async (bed) => {
  const { session, log } = await withoutDevice(bed);
  bed.winmm.script('midiInOpen', { delayMs: 800 });
  bed.winmm.plug('keys');
  await bed.clock.advanceAsync(600);
  const closing = session.close();
  assert.ok((await bed.timeUntil(closing)) <= 800);
  assert.deepEqual(
    (await closing).map(({ closed }) => closed),
    [true],
  );
  assert.deepEqual(log, []);
});

captureTest(
  'the session ends while the device hangs in being opened: bounded, and said',
  async (bed) => {
    const { session } = await withoutDevice(bed);
    bed.winmm.script('midiInOpen', { hangs: true });
    bed.winmm.plug('keys');
    await bed.clock.advanceAsync(600);
    const closing = session.close();
    assert.equal(await bed.timeUntil(closing), 5000);
    assert.deepEqual(
      (await closing).map(({ hung }) => hung),
      [false, true],
    );
    await bed.clock.advanceAsync(10_000);
    bed.leaves = { liveBlocks: 2, openHandles: 0, pendingTimers: 0 };
  },
);

captureTest('the session ends while the device that went is being closed', async (bed) => {
  const session = await bed.startSession();
  bed.winmm.script('midiInReset', { delayMs: 1500 });
  bed.winmm.unplug(bed.device);
  await bed.clock.advanceAsync(1500);
  assert.ok((await bed.timeUntil(session.close())) <= 1500);
  assert.deepEqual(
    bed.rows.map(([, , kind, text]) => `${kind} ${text}`),
    ['marker keys went away'],
  );
});

captureTest('the session may be ended from within the callbacks', async (bed) => {
  let closing: Promise<unknown> | undefined;
  const session = await bed.startSession({
    reconnect: false,
    onAllGone: () => {
      closing = session.close();
    },
  });
  bed.device.short(0xf8);
  bed.winmm.unplug(bed.device);
  await bed.clock.advanceAsync(NOTICED_MS);
  assert.ok(closing !== undefined);
  await closing;
  assert.deepEqual(
    bed.rows.map(([, , kind, text]) => `${kind} ${text}`),
    ['short f8', 'marker keys went away'],
  );
});

captureTest('a list that takes its time once is asked for as often as ever', async (bed) => {
  const { session, log } = await withoutDevice(bed);
  const { winmm, clock } = bed;
  const getNumDevs = winmm.midiInGetNumDevs.bind(winmm);
  winmm.midiInGetNumDevs = () => {
    clock.stall(500);
    winmm.midiInGetNumDevs = getNumDevs;
    return getNumDevs();
  };
  await clock.advanceAsync(1000);
  winmm.plug('keys');
  await clock.advanceAsync(NOTICED_MS);
  assert.deepEqual(log, ['back']);
  await bed.timeUntil(session.close());
});

captureTest('a list that takes its time is asked for less often', async (bed) => {
  const session = await bed.startSession();
  const { winmm, clock } = bed;
  let looks = 0;
  winmm.midiInGetNumDevs = () => {
    looks++;
    clock.stall(100);
    return 1;
  };
  await clock.advanceAsync(60_000);
  assert.ok(looks >= 11 && looks <= 13, `${looks} looks`);
  await bed.timeUntil(session.close());
});
