/** Less silence: everything stays in its order, and what sounds keeps its length. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { trimSilence } from '../../../src/editing/trim.js';
import { endTickOf, type SmfContent } from '../../../src/files/smf/smf-content.js';
import { readTimeline } from '../../../src/files/smf/smf-timeline.js';
import { collectNotes } from '../../../src/files/smf/timeline-notes.js';
import { linesOf } from '../../support/editing-bed.js';
import { runs } from '../../support/long-tests.js';
import { END, smfOf } from '../../support/smf-notation.js';

const PAUSE = 'a708';

test('before the first note and after the last: half a second is left', () => {
  const smf = smfOf([`00 c005 ${PAUSE} 903c40 64 803c40 ${PAUSE} ff2f00`]);
  const content = trimSilence(smf, { endsMs: 500, gapsMs: undefined });
  assert.deepEqual(linesOf(content), [['0 c00500', '500 903c40', '600 803c40', '1100 end']]);
});

test('silences in the middle stay, or are shortened', () => {
  const smf = smfOf([`00 903c40 64 803c40 ${PAUSE} 903e40 64 803e40 ${END}`]);
  const ends = trimSilence(smf, { endsMs: 500, gapsMs: undefined });
  assert.equal(endTickOf(ends), 5200);
  const gaps = trimSilence(smf, { endsMs: undefined, gapsMs: 1000 });
  assert.deepEqual(linesOf(gaps), [
    ['0 903c40', '100 803c40', '1100 903e40', '1200 803e40', '1200 end'],
  ]);
});

test('a tempo change in a silence that goes stays where the silence was; other tracks move along', () => {
  const smf = smfOf([
    `00 903c40 64 803c40 9434 ff51030f4240 9354 903e40 32 803e40 ${END}`,
    `a86c 914040 32 814040 ${END}`,
  ]);
  const content = trimSilence(smf, { endsMs: undefined, gapsMs: 1000 });
  assert.deepEqual(linesOf(content), [
    ['0 903c40', '100 803c40', '1100 ff51 0f4240', '1100 903e40', '1150 803e40', '1150 end'],
    ['1100 914040', '1150 814040', '1150 end'],
  ]);
});

/** Of a file in which a tick is a millisecond: the longest time in which nothing is played, held or under way. */
function longestSilence({ tracks }: SmfContent): number {
  const events = tracks
    .flatMap(({ events }, track) => Array.from(events, (event) => ({ ...event, track })))
    .filter(({ metaType }) => metaType < 0)
    .sort((one, other) => one.tick - other.tick);
  const held = new Set<string>();
  let lastTick = 0;
  let longest = 0;
  for (const { tick, packed, track } of [
    ...events,
    { tick: endTickOf({ tracks }), packed: 0, track: 0 },
  ]) {
    if (held.size === 0) longest = Math.max(longest, tick - lastTick);
    lastTick = tick;
    const [status, first] = [packed & 0xf0, (packed >>> 8) & 0x7f];
    if (status === 0x90) held.add(`${track} ${first}`);
    if (status === 0x80) held.delete(`${track} ${first}`);
    if (status === 0xb0 && packed > 0xffff) held.add(`${track} pedal`);
    if (status === 0xb0 && packed <= 0xffff) held.delete(`${track} pedal`);
  }
  return longest;
}

test('any file: as many events, in their order, no silence longer than asked for', () => {
  const event = fc.constantFrom(
    '903c40',
    '803c40',
    'b0407f',
    'b04000',
    'ff0600',
    'c005',
    'f0027df7',
  );
  const track = fc
    .array(fc.tuple(fc.constantFrom('00', '64', '817a', '8768', PAUSE), event), { maxLength: 20 })
    .map((events) => `${events.flat().join(' ')} 64 ff2f00`);
  fc.assert(
    fc.property(fc.array(track, { minLength: 1, maxLength: 3 }), (tracks) => {
      const smf = smfOf(tracks);
      const content = trimSilence(smf, { endsMs: 200, gapsMs: 200 });
      const orderOf = (lines: string[][]) =>
        lines.map((track) => track.map((line) => line.replace(/^\d+ /, '')));
      assert.deepEqual(orderOf(linesOf(content)), orderOf(linesOf(smf)));
      assert.ok(longestSilence(content) <= 200);
      assert.deepEqual(
        linesOf(trimSilence(content, { endsMs: 200, gapsMs: 200 })),
        linesOf(content),
      );
    }),
  );
});

test('of two tempos in a silence that goes the later one holds, whichever track has it', () => {
  const smf = smfOf([
    `00 903c40 64 803c40 9d10 ff51030f4240 9b18 903e40 64 803e40 ${END}`,
    `8f50 ff510303d090 ${END}`,
  ]);
  const { tracks } = trimSilence(smf, { endsMs: undefined, gapsMs: 200 });
  const tempos = tracks.flatMap(({ metas }) =>
    metas.map(({ data }) => Buffer.from(data).toString('hex')),
  );
  assert.deepEqual(tempos, ['0f4240']);
});

test('any tempos in any track: every note lasts as long as before, and silence is as long as asked for', () => {
  const event = fc.constantFrom('903c40', '803c40', 'ff51030f4240', 'ff510303d090', 'ff0600');
  const track = fc
    .array(fc.tuple(fc.constantFrom('00', '64', '8768', PAUSE), event), { maxLength: 20 })
    .map((events) => `${events.flat().join(' ')} 64 ff2f00`);
  const lengthsOf = (content: SmfContent) => {
    const { batches, endMs } = readTimeline(content);
    return collectNotes(batches, endMs).filter(({ endMs: noteEndMs }) => noteEndMs < endMs);
  };
  const division = fc.constantFrom(500, 96, 0xe728);
  fc.assert(
    fc.property(fc.array(track, { minLength: 1, maxLength: 3 }), division, (tracks, ticks) => {
      const smf = smfOf(tracks, 1, ticks);
      const content = trimSilence(smf, { endsMs: 200, gapsMs: 200 });
      const before = lengthsOf(smf);
      const after = lengthsOf(content);
      for (const [index, { startMs, endMs }] of before.entries()) {
        const now = after[index];
        // What lasts to the end of the file is no note of its own.
        if (now === undefined) continue;
        assert.ok(Math.abs(now.endMs - now.startMs - (endMs - startMs)) < 1e-6, `note ${index}`);
        if (index === 0) continue;
        const gapMs = (notes: typeof before) => notes[index]!.startMs - notes[index - 1]!.endMs;
        assert.ok(gapMs(after) <= gapMs(before) + 1e-6);
      }
    }),
    { numRuns: runs(300) },
  );
});
