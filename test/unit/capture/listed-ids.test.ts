/** Ids of inputs whose names are not unique, in a list that changes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followIds, freeId } from '../../../src/capture/listed-ids.js';
import { captureTest } from '../../support/capture-bed.js';

const NOTICED_MS = 2000;
const input = (listedName: string | undefined, deviceId: number) => ({ listedName, deviceId });

test('ids shift: every input keeps its place among those of its name', () => {
  const twins = [input('twin', 3), input('keys', 2), input('twin', 1), input(undefined, 5)];
  followIds(twins, ['twin', 'keys', undefined, 'twin']);
  assert.deepEqual(
    twins.map(({ deviceId }) => deviceId),
    [3, 1, 0, 5],
  );
});

test('with a stranger of the same name nothing is known, and nothing is changed', () => {
  const one = input('twin', 1);
  followIds([one], ['twin', 'twin']);
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
      session.inputs.map(({ name, listedName, deviceId }) => [name, listedName, deviceId]),
      [
        ['drums', 'drums', 1],
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
