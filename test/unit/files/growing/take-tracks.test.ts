import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseMidi } from 'midi-file';
import { TakeFile } from '../../../../src/files/growing/take-file.js';
import { planTracks, type TrackPer } from '../../../../src/files/growing/take-tracks.js';
import { EventBatch, EventKind } from '../../../../src/midi/event-batch.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { TAKE_SETTINGS } from '../../../support/smf-takes.js';

test('plans', () => {
  const names = ['Piano', 'Pads'];
  assert.deepEqual(planTracks(0, 'device', ['Piano'], [1]), [
    { name: 'Piano', device: 0, channels: undefined },
  ]);
  assert.deepEqual(planTracks(0, 'device', names, [1, 1]), [
    { name: undefined, device: undefined, channels: undefined },
  ]);
  assert.deepEqual(planTracks(1, 'none', names, [1, 1])[0]?.device, undefined);
  assert.deepEqual(
    planTracks(1, 'channel', names, [0x10005, 0]).map(({ name, channels }) => [name, channels]),
    [
      ['Piano', 0x10000],
      ['Piano, channel 1', 1],
      ['Piano, channel 3', 4],
      ['Pads', 0x10000],
    ],
  );
});

/** Names of the tracks after the tempo track, with what is in them. */
async function record(trackPer: TrackPer): Promise<[string | undefined, string[]][]> {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-tracks-'));
  try {
    const path = join(folder, 't.mid');
    const take = TakeFile.open({
      path,
      ...TAKE_SETTINGS,
      format: 1,
      trackPer,
      ppq: 960,
      deviceNames: ['Piano', 'Pads'],
      clock: new FakeClock(),
    });
    const batch = new EventBatch();
    batch.addShort(0, 0, 0x403c90);
    batch.addShort(1, 1, 0x402499);
    batch.addBytes(2, 0, EventKind.SYSEX, Uint8Array.of(0xf0, 0x7d, 0xf7));
    batch.addShort(3, 0, 0x403c92);
    batch.addShort(4, 0, 0xc0c091);
    take.write(batch);
    await take.close(10);
    return parseMidi(readFileSync(path))
      .tracks.slice(1)
      .map((track) => {
        const name = track.find((event) => event.type === 'trackName');
        const events = track.filter((event) => !('meta' in event && event.meta));
        return [
          name?.type === 'trackName' ? name.text : undefined,
          events.map((event) => event.type + ('channel' in event ? event.channel + 1 : '')),
        ];
      });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a track for each channel, and one for what has none', async () => {
  assert.deepEqual(await record('channel'), [
    ['Piano', ['sysEx', 'endSysEx']],
    ['Piano, channel 1', ['noteOn1']],
    ['Piano, channel 3', ['noteOn3']],
    ['Pads, channel 10', ['noteOn10']],
  ]);
});

test('a track for each device, or one for all', async () => {
  assert.deepEqual(
    (await record('device')).map(([name, events]) => [name, events.length]),
    [
      ['Piano', 4],
      ['Pads', 1],
    ],
  );
  assert.deepEqual(
    (await record('none')).map(([name, events]) => [name, events.length]),
    [[undefined, 5]],
  );
});
