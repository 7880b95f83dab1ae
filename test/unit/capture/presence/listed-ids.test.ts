/** Ids of inputs whose names are not unique, in a list that changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { awaitedAs, followIds, freeId } from '../../../../src/capture/presence/listed-ids.js';
import { MMSYSERR_ERROR } from '../../../../src/winmm/constants.js';
import { captureTest } from '../../../support/capture-bed.js';

const NOTICED_MS = 2000;
const named = (name: string | undefined, path?: string) => ({ name, path });
const input = (name: string | undefined, deviceId: number) => ({ listed: { name }, deviceId });

test('ids shift: every input keeps its place among those of its name', () => {
  const twins = [input('twin', 3), input('keys', 2), input('twin', 1), input(undefined, 5)];
  followIds(
    twins,
    ['twin', 'keys', undefined, 'twin'].map((name) => named(name)),
  );
  assert.deepEqual(
    twins.map(({ deviceId }) => deviceId),
    [3, 1, 0, 5],
  );
});

test('with a stranger of the same name nothing is known, and nothing is changed', () => {
  const one = input('twin', 1);
  followIds([one], [named('twin'), named('twin')]);
  assert.equal(one.deviceId, 1);
});

test('of several free ones each has its turn', () => {
  const rivals = [input('twin', 2)];
  const ids = [0, 2, 5];
  assert.deepEqual(
    [0, 1, 2].map((attempts) => freeId(ids, rivals, attempts)),
    [0, 5, 0],
  );
  assert.equal(freeId([2], rivals, 0), undefined);
});

captureTest(
  'a device that goes while another is being opened: the rest is found by name',
  async (bed) => {
    const [keys, , pads] = bed.winmm.devices;
    bed.winmm.script('midiInOpen', {
      device: 'drums',
      times: 1,
      meanwhile: () => bed.winmm.unplug(keys!),
    });
    const devices = ['drums', 'pads'].map((name, index) => ({ deviceId: index + 1, name }));
    const session = await bed.startSession({ devices });
    assert.deepEqual(
      session.inputs.map(({ name, listed, deviceId }) => [name, listed.name, deviceId]),
      [
        ['drums', 'drums', 0],
        ['pads', 'pads', 1],
      ],
    );
    pads!.short(0xf8);
    await bed.clock.advanceAsync(60);
    assert.deepEqual(bed.rows.at(-1)?.slice(1), [1, 'short', 'f8']);
    await bed.timeUntil(session.close());
  },
  ['keys', 'drums', 'pads', 'bass'],
);

captureTest(
  'a device that goes between the list and the opening: not the one that has the id now',
  async (bed) => {
    const [keys, drums, pads] = bed.winmm.devices;
    const { winmm } = bed;
    const listInputs = winmm.listInputs.bind(winmm);
    winmm.listInputs = async () => {
      const listed = await listInputs();
      if (winmm.callCount('midiInOpen') === 0) winmm.unplug(keys!);
      return listed;
    };
    const session = await bed.startSession({ devices: [{ deviceId: 1, name: 'drums' }] });
    assert.deepEqual(
      winmm.calls.filter((call) => /Open|Close/.test(call)),
      ['midiInOpen pads', 'midiInClose pads', 'midiInOpen drums'],
    );
    pads!.short(0x90);
    drums!.short(0xf8);
    await bed.clock.advanceAsync(60);
    assert.deepEqual(bed.rows.at(-1)?.slice(1), [0, 'short', 'f8']);
    await bed.timeUntil(session.close());
  },
  ['keys', 'drums', 'pads'],
);

captureTest(
  'one that has another id by then and cannot be started is told of as it was chosen',
  async (bed) => {
    const [keys] = bed.winmm.devices;
    bed.winmm.script('midiInOpen', {
      device: 'drums',
      times: 1,
      meanwhile: () => bed.winmm.unplug(keys!),
    });
    bed.winmm.script('midiInStart', { device: 'pads', result: MMSYSERR_ERROR });
    const devices = ['drums', 'pads'].map((name, index) => ({ deviceId: index + 1, name }));
    const failed: unknown[] = [];
    const onOpenFailure = (device: unknown) => failed.push(device) > 0;
    const session = await bed.startSession({ devices, onOpenFailure });
    assert.deepEqual(failed, [{ deviceId: 2, name: 'pads' }]);
    await bed.timeUntil(session.close());
  },
  ['keys', 'drums', 'pads'],
);

captureTest(
  'a device that goes before it is opened: the one in its place is not taken for it',
  async (bed) => {
    const devices = bed.winmm.devices.map(({ name }, deviceId) => ({ deviceId, name }));
    bed.winmm.unplug(bed.device);
    await assert.rejects(bed.openSession({ devices }), {
      code: 'NO_DEVICE',
      message: 'keys went away before it was opened',
    });
    assert.equal(bed.winmm.callCount('midiInOpen'), 0);
  },
  ['keys', 'pads'],
);

for (const [when, place] of [
  ['before the first of them is opened', 'twin'],
  ['before any is opened', 'keys'],
] as const) {
  captureTest(
    `two devices of one name, and one before them that goes ${when}: each is opened once`,
    async (bed) => {
      const [drums] = bed.winmm.devices;
      bed.winmm.script('midiInOpen', {
        device: place,
        times: 1,
        meanwhile: () => bed.winmm.unplug(drums!),
      });
      const devices = ['keys', 'twin', 'twin'].map((name, index) => ({
        deviceId: index + 1,
        name,
      }));
      const session = await bed.startSession({ devices });
      for (const [index, device] of bed.winmm.devices.entries()) device.short(0xfa + index);
      await bed.clock.advanceAsync(60);
      assert.deepEqual(
        bed.rows.map(([, ...row]) => row),
        [
          [0, 'short', 'fa'],
          [1, 'short', 'fb'],
          [2, 'short', 'fc'],
        ],
      );
      await bed.timeUntil(session.close());
    },
    ['drums', 'keys', 'twin', 'twin'],
  );
}

captureTest(
  'two devices of one name, and another comes before them: the first is not taken for the second',
  async (bed) => {
    const devices = bed.winmm.devices.map(({ name }, deviceId) => ({ deviceId, name }));
    const [first, second] = bed.winmm.devices;
    bed.winmm.devices.unshift(bed.winmm.devices.pop()!);
    const session = await bed.startSession({ devices: devices.slice(0, 2) });
    first!.short(0xfa);
    second!.short(0xfb);
    await bed.clock.advanceAsync(60);
    assert.deepEqual(
      bed.rows.map(([, ...row]) => row),
      [
        [0, 'short', 'fa'],
        [1, 'short', 'fb'],
      ],
    );
    await bed.timeUntil(session.close());
  },
  ['twin', 'twin', 'keys'],
);

captureTest(
  'ids have shifted when a second device of the name comes: the one in use is not opened twice',
  async (bed) => {
    const log: string[] = [];
    const session = await bed.startSession({
      onDeviceBack: ({ device, name }) => log.push(`back ${device} ${name}`),
    });
    const [keys, , second] = bed.winmm.devices;
    await bed.clock.advanceAsync(20_000);
    bed.winmm.unplug(second!);
    await bed.clock.advanceAsync(NOTICED_MS);
    assert.deepEqual(log, ['back 1 twin']);
    bed.winmm.unplug(keys!);
    await bed.clock.advanceAsync(NOTICED_MS);
    const again = bed.winmm.plug('twin');
    const opened = bed.winmm.callCount('midiInOpen');
    await bed.clock.advanceAsync(NOTICED_MS);
    assert.deepEqual(log.slice(1), ['back 2 twin']);
    assert.equal(bed.winmm.callCount('midiInOpen'), opened + 1);
    again.short(0xfa);
    await bed.clock.advanceAsync(60);
    assert.deepEqual(bed.rows.at(-1)?.slice(1), [2, 'short', 'fa']);
    await bed.timeUntil(session.close());
  },
  ['keys', 'twin', 'twin'],
);

test('an awaited device is known under the names that Windows makes of its own, if one fits', () => {
  const found = (name: string | undefined, listed: (string | undefined)[], taken: string[] = []) =>
    awaitedAs(
      named(name),
      listed.map((one) => named(one)),
      taken.map((one) => named(one)),
    ).name;
  assert.equal(found('Keys', ['Pads', '2- Keys'], ['Pads']), '2- Keys');
  assert.equal(found('Keys', ['Keys (2)']), 'Keys (2)');
  assert.equal(found('2- Keys', ['Keys']), 'Keys');
  assert.equal(found('Keys', ['Keys', '2- Keys']), 'Keys', 'its own name is there');
  assert.equal(found('Keys', ['2- Keys', '3- Keys']), 'Keys', 'two fit');
  assert.equal(found('Keys', ['2- Keys'], ['2- Keys']), 'Keys', 'that is another one');
  assert.equal(found('Keys', ['Keys 2', undefined]), 'Keys', 'no such name');
  assert.equal(found(undefined, ['Keys']), undefined);
});

test('a device with a path is known by it under any name, and by its name at another socket', () => {
  const keys = named('Keys', 'usb-1');
  const renamed = named('Stage piano', 'usb-1');
  assert.equal(awaitedAs(keys, [named('Keys', 'usb-2'), renamed], []), renamed);
  const moved = named('2- Keys', 'usb-2');
  assert.equal(awaitedAs(keys, [moved], []), moved);
  assert.equal(awaitedAs(keys, [moved], [moved]), keys, 'that is another one');
  const twins = [named('Keys', 'usb-1'), named('Keys', 'usb-2')];
  const open = [
    { listed: twins[1]!, deviceId: 0 },
    { listed: twins[0]!, deviceId: 1 },
  ];
  followIds(open, twins);
  assert.deepEqual(
    open.map(({ deviceId }) => deviceId),
    [1, 0],
  );
});

captureTest('renamed while it is open: a device with a path has not gone', async (bed) => {
  bed.device.path = 'usb-1';
  const session = await bed.startSession();
  bed.device.name = 'Stage piano';
  await bed.clock.advanceAsync(2 * NOTICED_MS);
  bed.device.short(0xf8);
  await bed.clock.advanceAsync(60);
  assert.deepEqual(
    bed.rows.map(([, ...row]) => row),
    [[0, 'short', 'f8']],
  );
  await bed.timeUntil(session.close());
});
