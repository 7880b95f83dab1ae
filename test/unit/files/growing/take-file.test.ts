/** What a take becomes: the canonical file, as three readers see it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_VARIABLE_LENGTH } from '../../../../src/files/smf/smf-encoding.js';
import { readSmf } from '../../../../src/files/smf/smf-reader.js';
import { readTimeline } from '../../../../src/files/smf/smf-timeline.js';
import { tempoOf } from '../../../../src/files/smf/tempo-track.js';
import { END, smfOf } from '../../../support/smf-notation.js';
import { parseWithOurs } from '../../../support/smf-parsers.js';
import {
  batchOf,
  closeTake,
  openTake,
  parseThrice,
  TAKE_PATH,
} from '../../../support/smf-takes.js';

const TEMPO = ['0 ff51 07a120', '0 ff58 04021808'];

test('format 0: one track with tempo, name and events, ended at the stop', async () => {
  const opened = openTake();
  opened.take.write(batchOf([10, '903c40'], [250.4, 'c105'], [300, 'f07e7f0601f7']));
  await opened.clock.advanceAsync(600);
  opened.take.write(batchOf([700, '803c00']));
  const { result, parsed } = await closeTake(opened, 1000);
  assert.deepEqual(parsed, {
    format: 0,
    ppq: 500,
    tracks: [
      [
        ...TEMPO,
        '0 ff03 5069616e6f',
        '10 903c40',
        '250 c105',
        '300 f0 7e7f0601f7',
        '700 803c00',
        '1000 ff2f ',
      ],
    ],
  });
  const { path, canonical, trouble, events, leftOut, lost } = result;
  assert.deepEqual(
    { path, canonical, trouble, events, leftOut, lost },
    {
      path: TAKE_PATH,
      canonical: true,
      trouble: undefined,
      events: 4,
      leftOut: 0,
      lost: undefined,
    },
  );
});

test('format 0 with two devices: their events in order of arrival, and no name', async () => {
  const opened = openTake({ deviceNames: ['Piano', 'Pads'] });
  opened.take.write(batchOf([10, '903c40', 1], [20, '913c40', 0], [20, '#lost', 1]));
  const { parsed } = await closeTake(opened, 30);
  assert.deepEqual(parsed.tracks, [
    [...TEMPO, '10 903c40', '20 913c40', '20 ff06 6c6f7374', '30 ff2f '],
  ]);
});

test('format 1: a tempo track, and a track per device with its name in UTF-8', async () => {
  const opened = openTake({ format: 1, deviceNames: ['Flügel', 'Pads', 'silent'] });
  opened.take.write(batchOf([10, '903c40', 1], [20, '913c40', 0]));
  await opened.clock.advanceAsync(600);
  opened.take.write(batchOf([700, '803c00', 1], [700, '#away', 1], [800, '813c00', 0]));
  const { parsed } = await closeTake(opened, 1000);
  assert.deepEqual(parsed, {
    format: 1,
    ppq: 500,
    tracks: [
      [...TEMPO, '1000 ff2f '],
      ['0 ff03 466cc3bc67656c', '20 913c40', '800 813c00', '1000 ff2f '],
      ['0 ff03 50616473', '10 903c40', '700 803c00', '700 ff06 61776179', '1000 ff2f '],
      ['0 ff03 73696c656e74', '1000 ff2f '],
    ],
  });
});

test('names may come late, and a device without one is numbered', async () => {
  const opened = openTake({ format: 1, deviceNames: ['wrong', 'wrong'] });
  opened.take.nameDevices(['A']);
  opened.take.write(batchOf([5, '903c40', 2]));
  const { parsed } = await closeTake(opened, 5);
  const names = parsed.tracks.slice(1).map(([name]) => name);
  const hex = (text: string) => Buffer.from(text).toString('hex');
  assert.deepEqual(
    names,
    ['A', 'input 2', 'input 3'].map((name) => `0 ff03 ${hex(name)}`),
  );
});

for (const format of [0, 1] as const) {
  test(`a take without an event is a valid file, format ${format}`, async () => {
    const opened = openTake({ format });
    assert.equal(parseThrice(opened.disk.read(TAKE_PATH)!).tracks.length, 1 + format);
    const { parsed } = await closeTake(opened, 2000);
    const last = parsed.tracks.map((track) => track.at(-1));
    assert.ok(last.every((line) => line === '2000 ff2f '));
  });
}

test('the end is never before the last event, and times never go backwards', async () => {
  const opened = openTake();
  opened.take.write(batchOf([100, 'c105'], [40, 'c106'], [Number.NaN, 'c107'], [-1, 'c108']));
  const { parsed } = await closeTake(opened, 50);
  assert.deepEqual(parsed.tracks[0]!.slice(3), [
    '100 c105',
    '100 c106',
    '100 c107',
    '100 c108',
    '100 ff2f ',
  ]);
});

const NO_EVENTS_OF_SMF = batchOf([1, 'f8'], [2, 'fe'], [3, 'f21234'], [4, 'f6'], [5, 'c105']);

test('what an SMF has no event for is left out and counted', async () => {
  const opened = openTake();
  opened.take.write(NO_EVENTS_OF_SMF);
  const { result, parsed } = await closeTake(opened, 5);
  assert.equal(result.leftOut, 4);
  assert.deepEqual(parsed.tracks[0]!.slice(3), ['5 c105', '5 ff2f ']);
});

test('with keepRealtime it becomes F7 escapes', async () => {
  const opened = openTake({ keepRealtime: true });
  opened.take.write(NO_EVENTS_OF_SMF);
  const { result, parsed } = await closeTake(opened, 5);
  assert.equal(result.leftOut, 0);
  assert.deepEqual(parsed.tracks[0]!.slice(3), [
    '1 f7 f8',
    '2 f7 fe',
    '3 f7 f21234',
    '4 f7 f6',
    '5 c105',
    '5 ff2f ',
  ]);
});

test('broken sysex stays broken', async () => {
  const opened = openTake();
  opened.take.write(batchOf([1, '!f07e'], [2, '!0102f7'], [3, '!0102']));
  const { parsed } = await closeTake(opened, 3);
  const [, , , ...events] = parsed.tracks[0]!;
  assert.deepEqual(events, ['1 f0 7e', '2 f7 ', '2 f7 0102f7', '3 f7 ', '3 f7 0102', '3 ff2f ']);
});

test('a sysex of 300,000 bytes among notes', async () => {
  const dump = Buffer.alloc(300_000, 0x55);
  dump[0] = 0xf0;
  dump[299_999] = 0xf7;
  const opened = openTake({ format: 1 });
  opened.take.write(batchOf([1, '903c40'], [2, dump.toString('hex')], [3, '803c00']));
  const { parsed } = await closeTake(opened, 3);
  assert.deepEqual(parsed.tracks[1]!.slice(1), [
    '1 903c40',
    `2 f0 ${dump.subarray(1).toString('hex')}`,
    '3 803c00',
    '3 ff2f ',
  ]);
});

test('48 hours end within a tick of the exact time, with silences beyond any delta', async () => {
  const hourMs = 3_600_000;
  const opened = openTake({ ppq: 960, format: 1, deviceNames: ['A', 'B'] });
  for (let hour = 0; hour < 3; hour++) {
    opened.take.write(batchOf([hour * hourMs + 0.1, '903c40', 0]));
    await opened.clock.advanceAsync(1000);
  }
  opened.take.write(batchOf([48 * hourMs - 0.3, '903c40', 1]));
  const { parsed } = await closeTake(opened, 48 * hourMs);
  const exactTick = 48 * 3600 * 1920;
  assert.ok(exactTick > MAX_VARIABLE_LENGTH);
  for (const track of parsed.tracks) assert.equal(track.at(-1), `${exactTick} ff2f `);
  assert.deepEqual(parsed.tracks[2]!.slice(1, 3), [
    `${MAX_VARIABLE_LENGTH} ff01 `,
    `${exactTick - 1} 903c40`,
  ]);
});

test('a take is written to no more once it is closed', async () => {
  const { take } = openTake();
  const closing = take.close(0);
  assert.equal(take.close(99), closing);
  assert.throws(() => take.write(batchOf([1, 'c105'])), /closed/);
  await closing;
});

test('a discarded take leaves nothing, also with a flush under way', async () => {
  for (const wait of [0, 500]) {
    const { take, clock, disk } = openTake();
    take.write(batchOf([1, 'c105']));
    const file = disk.files.get(TAKE_PATH)!;
    clock.advance(wait);
    take.discard();
    take.discard();
    await clock.advanceAsync(10_000);
    assert.equal(disk.files.size, 0);
    assert.equal(clock.pendingTimers, 0);
    assert.ok(!file.isOpen);
    assert.throws(() => take.write(batchOf([1, 'c105'])), /closed/);
    assert.throws(() => take.close(1), /closed/);
  }
});

test('a tempo that is known is in the growing file from its first write, as in the finished one', async () => {
  const backing = smfOf([`00 ff510307a120 00 ff58040302 1808 8360 ff51030f4240 ${END}`], 1, 480);
  for (const format of [0, 1] as const) {
    const known = tempoOf(backing);
    const opened = openTake({ format, ppq: 480, bpm: 120, known });
    const { take, clock, disk } = opened;
    const timesOf = (bytes: Uint8Array) => {
      const { batches, tempos } = readTimeline(readSmf(bytes));
      const times = [...batches].flatMap(({ timeMs, count }) => [...timeMs.subarray(0, count)]);
      return { times: times.map(Math.round), bpm: tempos.map(({ bpm }) => bpm) };
    };
    const bpm = [120, 60];
    assert.deepEqual(timesOf(disk.read(TAKE_PATH)!).bpm, format === 1 ? bpm : [120]);
    take.write(batchOf([250, '903c40'], [1500, '803c40']));
    await clock.advanceAsync(1000);
    const grown = timesOf(disk.read(TAKE_PATH)!);
    assert.deepEqual(grown, { times: [250, 1500], bpm: format === 1 ? bpm : [120] });
    await take.close(2000, { points: [], known });
    assert.deepEqual(timesOf(disk.read(TAKE_PATH)!), { times: [250, 1500], bpm });
  }
});

test('beats that were found out: each message keeps its time, with the tempo and the first bar that they make', async () => {
  const points = [250, 750, 1750].map((timeMs, quarter) => ({ timeMs, quarter }));
  const smpteOffset = Uint8Array.of(0x21, 2, 3, 4, 50);
  const own = ['0 ff54 2102030432', '0 ff51 07a120', '0 ff58 01030c08'];
  const later = ['250 ff58 04021808', '750 ff51 0f4240'];
  const played = ['125 903c40', '250 803c40', '1000 903d40', '1250 803d40'];
  for (const format of [0, 1] as const) {
    const { take, disk } = openTake({ format });
    take.write(batchOf([125, '903c40'], [250, '803c40'], [1250, '903d40'], [1750, '803d40']));
    const { path } = await take.close(2750, { points, smpteOffset });
    const { tracks } = parseWithOurs(disk.read(path)!);
    const name = '0 ff03 5069616e6f';
    const sorted = (lines: string[]) =>
      lines.toSorted(
        (one, other) =>
          Number.parseInt(one, 10) - Number.parseInt(other, 10) || (one < other ? -1 : 1),
      );
    const end = '1750 ff2f ';
    if (format === 1)
      assert.deepEqual(tracks, [
        [...own, ...later, end],
        [name, ...played, end],
      ]);
    else assert.deepEqual(sorted(tracks[0]!), sorted([...own, name, ...played, ...later, end]));
  }
});

test('a bar before the first beat is as long as the time signature says', async () => {
  const { take, disk } = openTake({ timeSignature: { numerator: 6, denominator: 8 } });
  take.write(batchOf([1500, '903c40']));
  const points = [1500, 2000].map((timeMs, quarter) => ({ timeMs, quarter }));
  const { path } = await take.close(2000, { points });
  assert.deepEqual(parseThrice(disk.read(path)!).tracks[0], [
    ...['0 ff51 07a120', '0 ff58 06030c08', '0 ff03 5069616e6f', '1500 903c40', '2000 ff2f '],
  ]);
});
