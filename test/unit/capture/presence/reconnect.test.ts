/** Devices that are unplugged in the midst of a take, and plugged in again. */
import assert from 'node:assert/strict';
import type { DeviceChange } from '../../../../src/capture/presence/reconnect.js';
import type { SessionOptions } from '../../../../src/capture/session.js';
import {
  MIDIERR_NODEVICE,
  MIM_CLOSE,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_NODRIVER,
} from '../../../../src/winmm/constants.js';
import { type CaptureBed, captureTest, lossesOf, sysexOf } from '../../../support/capture-bed.js';
import { hex } from '../../../support/input-client.js';

const TWO = ['keys', 'pads'];
/** How soon a device that has gone, or is back, is to be noticed. */
const NOTICED_MS = 2000;

/** Starts a session and writes down what it says of its devices. */
async function start(bed: CaptureBed, options: Partial<SessionOptions> = {}) {
  const log: string[] = [];
  const note = (what: string) => (change: DeviceChange) => {
    log.push(`${what} ${change.device} ${change.name}`);
  };
  const session = await bed.startSession({
    onDeviceGone: note('gone'),
    onDeviceBack: note('back'),
    onAllGone: () => log.push('all gone'),
    ...options,
  });
  return { session, log };
}

/** Events without their times. */
function events(bed: CaptureBed): string[] {
  return bed.rows.map(([, device, kind, bytes]) => `${device} ${kind} ${bytes}`);
}

captureTest(
  'unplugged and plugged in again: marked, on the same clock, the other input untouched',
  async (bed) => {
    const { session, log } = await start(bed);
    const [keys, pads] = bed.winmm.devices;
    await bed.clock.advanceAsync(5000);
    keys!.short(0x013090);
    await bed.clock.advanceAsync(1000);
    bed.winmm.unplug(keys!);
    pads!.short(0x024090);
    await bed.clock.advanceAsync(NOTICED_MS);
    assert.deepEqual(log, ['gone 0 keys']);
    pads!.short(0x034090);
    await bed.clock.advanceAsync(60_000);
    const again = bed.winmm.plug('keys');
    await bed.clock.advanceAsync(NOTICED_MS);
    assert.deepEqual(log, ['gone 0 keys', 'back 0 keys']);
    again.short(0x043090);
    pads!.short(0x054090);
    await bed.clock.advanceAsync(100);
    assert.deepEqual(bed.rows, [
      [5000, 0, 'short', '90 30 01'],
      [6000, 1, 'short', '90 40 02'],
      [6500, 0, 'marker', 'keys went away'],
      [8000, 1, 'short', '90 40 03'],
      [68_500, 0, 'marker', 'keys is back'],
      [70_000, 0, 'short', '90 30 04'],
      [70_000, 1, 'short', '90 40 05'],
    ]);
    assert.equal(session.inputs[0]?.deviceId, 1);
    assert.equal(session.counts.shortMessages, 5);
    const [loss] = session.ledger.entries();
    const reason = 'it is not in the list of devices';
    const times = { firstMs: 6500, lastMs: 68_500 };
    assert.deepEqual(loss, { kind: 'device-lost', device: 0, count: 1, ...times, detail: reason });
    await bed.timeUntil(session.close());
  },
  TWO,
);

for (const [name, result] of [
  ['NODRIVER', MMSYSERR_NODRIVER],
  ['INVALHANDLE', MMSYSERR_INVALHANDLE],
  ['NODEVICE', MIDIERR_NODEVICE],
  ['BADDEVICEID', MMSYSERR_BADDEVICEID],
] as const) {
  captureTest(`midiInAddBuffer answers ${name}: gone, known at once`, async (bed) => {
    const { session, log } = await start(bed, { reconnect: false });
    bed.winmm.script('midiInAddBuffer', { result });
    bed.device.long([0xf0, 0xf7]);
    await bed.clock.advanceAsync(50);
    assert.deepEqual(log, ['gone 0 keys', 'all gone']);
    assert.deepEqual(events(bed), ['0 sysex f0 f7', '0 marker keys went away']);
    assert.equal(bed.winmm.callCount('midiInAddBuffer'), 5, 'asked once, not for every buffer');
    assert.deepEqual(lossesOf(session.ledger), { 'device-lost': 1 });
    await bed.timeUntil(session.close());
  });
}

captureTest('a driver that returns all buffers empty when the device goes', async (bed) => {
  const { session, log } = await start(bed, { reconnect: false });
  bed.device.returnAll();
  bed.winmm.unplug(bed.device);
  await bed.clock.advanceAsync(50);
  assert.deepEqual(log, ['gone 0 keys', 'all gone']);
  await bed.timeUntil(session.close());
});

captureTest('a handle that its driver closes by itself', async (bed) => {
  const { session, log } = await start(bed, { reconnect: false });
  bed.device.callBack(MIM_CLOSE, 0);
  await bed.clock.advanceAsync(50);
  assert.deepEqual(log, ['gone 0 keys', 'all gone']);
  await bed.timeUntil(session.close());
});

captureTest(
  'without reconnecting: closed, the others go on, a device that is back is left alone',
  async (bed) => {
    const { session, log } = await start(bed, { reconnect: false });
    const [keys, pads] = bed.winmm.devices;
    bed.winmm.unplug(keys!);
    await bed.clock.advanceAsync(NOTICED_MS);
    bed.winmm.plug('keys');
    await bed.clock.advanceAsync(60_000);
    assert.deepEqual(log, ['gone 0 keys']);
    assert.equal(bed.winmm.openHandles, 1);
    bed.winmm.unplug(pads!);
    await bed.clock.advanceAsync(NOTICED_MS);
    assert.deepEqual(log, ['gone 0 keys', 'gone 1 pads', 'all gone']);
    const reports = session.close();
    await bed.timeUntil(reports);
    assert.deepEqual(
      (await reports).map(({ closed }) => closed),
      [true, true],
    );
  },
  TWO,
);

captureTest(
  'an input that has come to its end: no loss, no mark, not waited for, the others go on',
  async (bed) => {
    const { session, log } = await start(bed, { endingOf: (name) => endings[name] });
    const [keys, file] = bed.winmm.devices;
    const endings: Record<string, 'complete'> = { file: 'complete' };
    file!.short(0x013090);
    bed.winmm.unplug(file!);
    await bed.clock.advanceAsync(NOTICED_MS);
    bed.winmm.plug('file');
    await bed.clock.advanceAsync(60_000);
    assert.deepEqual(log, ['gone 1 file']);
    assert.deepEqual(events(bed), ['1 short 90 30 01']);
    assert.deepEqual(lossesOf(session.ledger), {});
    bed.winmm.unplug(keys!);
    await bed.clock.advanceAsync(60_000);
    assert.deepEqual(log, ['gone 1 file', 'gone 0 keys'], 'keys may come back');
    await bed.timeUntil(session.close());
  },
  ['keys', 'file'],
);

captureTest('one that has failed is lost, and not waited for', async (bed) => {
  const { session, log } = await start(bed, { endingOf: () => 'failed' });
  bed.winmm.unplug(bed.device);
  await bed.clock.advanceAsync(NOTICED_MS);
  assert.deepEqual(log, ['gone 0 keys', 'all gone']);
  assert.deepEqual(events(bed), ['0 marker keys went away']);
  assert.deepEqual(lossesOf(session.ledger), { 'device-lost': 1 });
  await bed.timeUntil(session.close());
});

captureTest('a list that is wrong for a moment is no loss', async (bed) => {
  const { session, log } = await start(bed);
  await bed.clock.advanceAsync(499);
  const { devices } = bed.winmm;
  bed.winmm.devices = [];
  await bed.clock.advanceAsync(10);
  bed.winmm.devices = devices;
  await bed.clock.advanceAsync(5000);
  assert.deepEqual(log, []);
  await bed.timeUntil(session.close());
});

captureTest('a sysex that the unplugging cuts is kept, and the next one is whole', async (bed) => {
  const { session } = await start(bed);
  bed.device.long([0xf0, 1, 2]);
  bed.winmm.unplug(bed.device);
  await bed.clock.advanceAsync(NOTICED_MS);
  const again = bed.winmm.plug('keys');
  await bed.clock.advanceAsync(NOTICED_MS);
  assert.equal(again.sysex(sysexOf(40)), 0);
  await bed.clock.advanceAsync(100);
  assert.deepEqual(events(bed), [
    '0 marker keys went away',
    '0 broken f0 01 02',
    '0 marker keys is back',
    `0 sysex ${hex(sysexOf(40))}`,
  ]);
  assert.deepEqual(session.counts, { shortMessages: 0, sysexMessages: 2, sysexBytes: 43 });
  await bed.timeUntil(session.close());
});

captureTest(
  'when the close hangs: the other input goes on, and no driver is asked for anything more',
  async (bed) => {
    const { session, log } = await start(bed);
    const [keys, pads] = bed.winmm.devices;
    bed.winmm.script('midiInStop', { device: 'keys', hangs: true, times: 1 });
    bed.winmm.unplug(keys!);
    await bed.clock.advanceAsync(1500);
    bed.winmm.plug('keys');
    bed.winmm.midiInGetNumDevs = () => assert.fail('this might hang as well');
    for (let note = 0; note < 200; note++) {
      pads!.short(0xf8);
      await bed.clock.advanceAsync(50);
    }
    assert.deepEqual(log, ['gone 0 keys']);
    assert.equal(events(bed).filter((event) => event === '1 short f8').length, 200);
    const closing = session.close();
    await bed.timeUntil(closing);
    assert.deepEqual(
      (await closing).map(({ name, closed, hung }) => [name, closed, hung]),
      [
        ['keys', false, true],
        ['pads', true, false],
      ],
    );
    bed.leaves = { liveBlocks: 2, openHandles: 1, pendingTimers: 0 };
  },
  TWO,
);

captureTest('other devices come first in the list: found by name', async (bed) => {
  const { session, log } = await start(bed);
  bed.winmm.unplug(bed.device);
  await bed.clock.advanceAsync(NOTICED_MS);
  bed.winmm.plug('pads');
  bed.winmm.plug('keys 2');
  await bed.clock.advanceAsync(60_000);
  assert.deepEqual(log, ['gone 0 keys']);
  bed.winmm.plug('keys');
  await bed.clock.advanceAsync(NOTICED_MS);
  assert.equal(session.inputs[0]?.deviceId, 2);
  await bed.timeUntil(session.close());
});

captureTest(
  'one of two devices of the same name goes: the one that is left is found',
  async (bed) => {
    const { session, log } = await start(bed);
    const [first, second] = bed.winmm.devices;
    await bed.clock.advanceAsync(20_000);
    bed.winmm.unplug(first!);
    await bed.clock.advanceAsync(NOTICED_MS);
    assert.deepEqual(log, ['gone 0 twin', 'gone 1 twin', 'back 0 twin']);
    second!.short(0xf8);
    await bed.clock.advanceAsync(60);
    assert.ok(events(bed).includes('0 short f8'));
    const again = bed.winmm.plug('twin');
    await bed.clock.advanceAsync(NOTICED_MS);
    assert.deepEqual(log.slice(3), ['back 1 twin']);
    again.short(0xfa);
    await bed.clock.advanceAsync(60);
    assert.ok(events(bed).includes('1 short fa'));
    await bed.timeUntil(session.close());
  },
  ['twin', 'twin'],
);

captureTest(
  'the same without reconnecting: the one that is left goes on, the other stays away',
  async (bed) => {
    const { session, log } = await start(bed, { reconnect: false });
    const [first, second] = bed.winmm.devices;
    bed.winmm.unplug(second!);
    await bed.clock.advanceAsync(NOTICED_MS);
    assert.deepEqual(log, ['gone 0 twin', 'gone 1 twin', 'back 0 twin']);
    first!.short(0xf8);
    bed.winmm.plug('twin');
    await bed.clock.advanceAsync(20_000);
    assert.ok(events(bed).includes('0 short f8'));
    assert.equal(log.length, 3);
    await bed.timeUntil(session.close());
  },
  ['twin', 'twin'],
);

captureTest('back under a name that Windows has made of its own: recorded on', async (bed) => {
  const backs: string[] = [];
  const session = await bed.startSession({ onDeviceBack: ({ name }) => backs.push(name) });
  bed.winmm.unplug(bed.device);
  await bed.clock.advanceAsync(3000);
  const keys = bed.winmm.plug('2- keys');
  await bed.clock.advanceAsync(3000);
  assert.deepEqual(backs, ['keys']);
  bed.winmm.unplug(keys);
  await bed.clock.advanceAsync(3000);
  bed.winmm.plug('keys');
  await bed.clock.advanceAsync(12_000);
  assert.deepEqual(backs, ['keys', 'keys']);
  await bed.timeUntil(session.close());
});

captureTest('where the system tells of changes they are noticed at once', async (bed) => {
  let tell = () => {};
  let isOver = false;
  const onDevicesChanged = (listener: () => void) => {
    tell = listener;
    return () => {
      isOver = true;
    };
  };
  Object.assign(bed.winmm, { onDevicesChanged });
  const { session, log } = await start(bed);
  await bed.clock.advanceAsync(5000);
  bed.winmm.unplug(bed.winmm.devices[0]!);
  tell();
  // The second look that it takes comes soon, too.
  await bed.clock.advanceAsync(800);
  assert.deepEqual(log, ['gone 0 keys']);
  await bed.clock.advanceAsync(60_000);
  bed.winmm.plug('keys');
  tell();
  await bed.clock.advanceAsync(200);
  assert.deepEqual(log, ['gone 0 keys', 'back 0 keys']);
  await session.close();
  assert.ok(isOver);
});
