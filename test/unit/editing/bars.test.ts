/** Bars laid afterwards: every message keeps its time, and beats lie where they were played. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { layBars } from '../../../src/editing/bars.js';
import type { SmfContent } from '../../../src/files/smf/smf-content.js';
import { tempoMapOf } from '../../../src/files/smf/smf-tempo.js';
import { leadOf } from '../../../src/midi/tempo/tempo-grid.js';
import { rowsOf } from '../../support/capture-bed.js';
import { linesOf } from '../../support/editing-bed.js';
import { END, smfOf } from '../../support/smf-notation.js';
import { wholeTimeline } from '../../support/whole-timeline.js';

/** Notes at 500, 1000 and 1500 ms. */
const PLAYED = smfOf([
  `00 ff58040302180800 ff51030f4240 00 ff5103 07a120 8374 903c40 8374 903c00 00 903e40 8374 903e00 00 904040 ${END}`,
]);

test('a beat of half a second from the first note on: a bar of one beat before it, then a note on each beat', () => {
  const points = [500, 1000].map((timeMs, quarter) => ({ timeMs, quarter }));
  const content = layBars(PLAYED, points, 4, { numerator: 4, denominator: 4 });
  assert.equal(content.ppq, 960);
  assert.deepEqual(linesOf(content), [
    [
      '0 ff51 07a120',
      '0 ff58 01021808',
      '960 ff58 04021808',
      '960 903c40',
      '1920 903c00',
      '1920 903e40',
      '2880 903e00',
      '2880 904040',
      '2880 end',
    ],
  ]);
  const kept = linesOf(layBars(PLAYED, points, 3, undefined))[0]!;
  assert.deepEqual(kept.slice(0, 3), ['0 ff51 07a120', '0 ff58 01021808', '960 ff58 03021808']);
});

test('time signatures stay unless one is given; SMPTE frames become beats', () => {
  const points = [0, 500].map((timeMs, quarter) => ({ timeMs, quarter }));
  const kept = linesOf(layBars(PLAYED, points, 3, undefined))[0]!;
  assert.deepEqual(kept.slice(0, 2), ['0 ff51 07a120', '0 ff58 03021808']);
  const frames = smfOf([`00 903c40 8768 803c40 ${END}`], 0, 0xe728);
  const content = layBars(frames, points, 4, undefined);
  assert.equal(content.smpte, undefined);
  assert.deepEqual(linesOf(content)[0]!.slice(1), ['0 903c40', '1920 803c40', '1920 end']);
});

test('of two time signatures before the first whole bar the later one holds, whichever track has it', () => {
  const smf = smfOf([`64 ff580403021808 8310 903c40 ${END}`, `00 ff580406021808 ${END}`]);
  const points = [500, 1000].map((timeMs, quarter) => ({ timeMs, quarter }));
  const signatures = layBars(smf, points, 3, undefined).tracks.flatMap((track) => track.metas);
  assert.deepEqual(
    signatures.filter(({ metaType }) => metaType === 0x58).map(({ tick, data }) => [tick, data[0]]),
    [
      [0, 1],
      [960, 3],
    ],
  );
});

test('any file, any grid: nothing moves by more than half a millisecond, and nothing overtakes in a track', () => {
  const event = fc.constantFrom('903c40', '803c40', 'f0027df7', 'ff0600', 'ff51030f4240');
  const track = fc
    .array(fc.tuple(fc.constantFrom('00', '01', '64', '8768'), event), { maxLength: 20 })
    .map((events) => `${events.flat().join(' ')} 64 ff2f00`);
  const grid = fc
    .array(fc.integer({ min: 150, max: 3000 }), { minLength: 1, maxLength: 20 })
    .chain((beats) => fc.record({ beats: fc.constant(beats), startMs: fc.nat(5000) }))
    .map(({ beats, startMs }) => {
      let timeMs = startMs;
      return [0, ...beats].map((beatMs, quarter) => {
        timeMs += beatMs;
        return { timeMs, quarter };
      });
    });
  const tracks = fc.array(track, { minLength: 1, maxLength: 3 });
  const division = fc.constantFrom(24, 96, 480, 20_000, 0xe728);
  const playedIn = (content: SmfContent) =>
    rowsOf(wholeTimeline(content).events).sort(([, one], [, other]) => one - other);
  fc.assert(
    fc.property(tracks, division, grid, (hex, ticks, points) => {
      const smf = smfOf(hex, 1, ticks);
      const content = layBars(smf, points, 4, undefined);
      const before = playedIn(smf);
      const after = playedIn(content);
      const bytesOf = ([, device, kind, bytes]: (typeof after)[number]) => [device, kind, bytes];
      assert.deepEqual(after.map(bytesOf), before.map(bytesOf));
      for (const [index, [timeMs]] of after.entries()) {
        assert.ok(Math.abs(timeMs - before[index]![0]) <= 0.51, `${timeMs}`);
      }
      const map = tempoMapOf(content, content.tracks);
      const mapBefore = tempoMapOf(smf, smf.tracks);
      for (const [index, { endTick }] of content.tracks.entries()) {
        const laterMs = map.timeMsAt(endTick) - mapBefore.timeMsAt(smf.tracks[index]!.endTick);
        // The first has the tempo to its end.
        assert.ok(laterMs >= -0.51 && (laterMs <= 0.51 || index === 0), `${laterMs}`);
      }
      const lead = leadOf(points, 4, 500_000).quarters;
      // A take that begins closer to the beat than any note is long begins with the beat.
      for (const { timeMs } of points.slice(lead === 0 ? 1 : 0)) {
        const beat = (Math.round(map.tickAt(timeMs) / content.ppq - lead) + lead) * content.ppq;
        // A tempo is whole microseconds: half of one for each of up to forty quarters before the first point.
        assert.ok(Math.abs(map.timeMsAt(beat) - timeMs) <= 0.03, `${timeMs} at tick ${beat}`);
      }
    }),
  );
});
