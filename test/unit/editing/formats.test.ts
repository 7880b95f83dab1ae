/** Format 1 as format 0 and back: everything is in it, at its time, and names find their tracks. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { asFormat0, asFormat1 } from '../../../src/editing/formats.js';
import type { SmfContent } from '../../../src/files/smf/smf-content.js';
import { rowsOf } from '../../support/capture-bed.js';
import { linesOf } from '../../support/editing-bed.js';
import { runs } from '../../support/long-tests.js';
import { END, smfOf } from '../../support/smf-notation.js';
import { wholeTimeline } from '../../support/whole-timeline.js';

const TWO = smfOf([
  `00 ff51030f4240 00 ff0303414243 0a ff060158 ${END}`,
  `00 ff030150 00 c005 0a 903c40 64 803c40 ${END}`,
  `00 ff030142 0a 913e40 00 ff010179 00 f0027df7 0a 813e40 ${END}`,
]);

test('one track has all events; a channel prefix says whose name it is', () => {
  assert.deepEqual(linesOf(asFormat0(TWO)), [
    [
      '0 ff51 0f4240',
      '0 ff03 414243',
      '0 ff20 00',
      '0 ff03 50',
      '0 c00500',
      '0 ff20 01',
      '0 ff03 42',
      '10 ff06 58',
      '10 903c40',
      '10 913e40',
      '10 ff01 79',
      '10 f0 7df7',
      '20 813e40',
      '110 803c40',
      '110 end',
    ],
  ]);
});

test('a track for each channel, which has its name again, and one for all else', () => {
  const again = asFormat1(asFormat0(TWO));
  assert.equal(again.format, 1);
  assert.deepEqual(linesOf(again), [
    ['0 ff51 0f4240', '0 ff03 414243', '10 ff06 58', '10 ff01 79', '10 f0 7df7', '110 end'],
    ['0 ff03 50', '0 c00500', '10 903c40', '110 803c40', '110 end'],
    ['0 ff03 42', '10 913e40', '20 813e40', '110 end'],
  ]);
  assert.deepEqual(linesOf(asFormat0(again)).flat().sort(), linesOf(asFormat0(TWO)).flat().sort());
});

test('what is of that format already stays as it is', () => {
  assert.deepEqual(linesOf(asFormat1(TWO)), linesOf(TWO));
  const one = smfOf([`00 903c40 0a 803c40 ${END}`]);
  assert.deepEqual(linesOf(asFormat0(one)), linesOf(one));
  assert.deepEqual(linesOf(asFormat0({ ...one, format: 1 })), linesOf(one));
  const none = { ...one, tracks: [] };
  assert.deepEqual([asFormat0(none).tracks.length, asFormat1(none).tracks.length], [1, 0]);
});

test('a sysex in several events is not broken off by another track, which waits', () => {
  const smf = smfOf([
    `00 f0027d01 14 f70102 0a f701f7 ${END}`,
    `0a 903c40 00 f0047d0304f7 0a f0017d 05 ff060158 14 f70105 00 f701f7 ${END}`,
  ]);
  const rows = rowsOf(wholeTimeline(asFormat0(smf)).events);
  assert.deepEqual(
    rows.map(([timeMs, , , bytes]) => `${timeMs} ${bytes}`),
    ['0 f0 7d 01 02 f7', '25 X', '30 90 3c 40', '30 f0 7d 03 04 f7', '30 f0 7d 05 f7'],
  );
});

test('a sysex that never ends holds nothing up', () => {
  const smf = smfOf([`00 f0027d01 64 b00100 ${END}`, `0a 903c40 ${END}`]);
  assert.deepEqual(linesOf(asFormat0(smf)), [['0 f0 7d01', '10 903c40', '100 b00100', '100 end']]);
});

test('any file: the same messages at the same times, there and back', () => {
  const event = fc.constantFrom(
    ...['903c40', '813c40', 'b0407f', 'c205', 'ff030141', 'ff0600', 'f0027df7', 'ff51030f4240'],
  );
  const track = fc
    .array(fc.tuple(fc.constantFrom('00', '0a', '8768'), event), { maxLength: 20 })
    .map((events) => `${events.flat().join(' ')} 64 ff2f00`);
  const playedIn = (content: SmfContent) => {
    const { events, endMs, tempos } = wholeTimeline(content);
    const rows = rowsOf(events).map(([timeMs, , , bytes]) => `${timeMs} ${bytes}`);
    return { rows: rows.sort(), endMs, tempos };
  };
  fc.assert(
    fc.property(fc.array(track, { minLength: 1, maxLength: 3 }), (tracks) => {
      const smf = smfOf(tracks, 1);
      const one = asFormat0(smf);
      assert.deepEqual(playedIn(one), playedIn(smf));
      assert.deepEqual(playedIn(asFormat1(one)), playedIn(smf));
    }),
  );
});

test('two ports with the same channels: each message keeps its own, there and back', () => {
  const smf = smfOf([
    `00 ff030153 00 ff51030f4240 ${END}`,
    `00 ff210100 00 ff030141 00 903c40 0a f0027df7 0a 803c40 ${END}`,
    `00 ff210101 00 ff030142 05 903c50 0a f0037d01f7 0a 803c50 ${END}`,
    `07 923c60 ${END}`,
  ]);
  const one = asFormat0(smf);
  assert.deepEqual(linesOf(one), [
    [
      ...['0 ff03 53', '0 ff51 0f4240'],
      ...['0 ff21 00', '0 ff20 00', '0 ff03 41', '0 903c40'],
      ...['0 ff21 01', '0 ff20 00', '0 ff03 42', '5 903c50'],
      ...['7 ff21 00', '7 923c60', '10 f0 7df7'],
      ...['15 ff21 01', '15 f0 7d01f7'],
      ...['20 ff21 00', '20 803c40'],
      ...['25 ff21 01', '25 803c50', '25 end'],
    ],
  ]);
  assert.deepEqual(linesOf(asFormat1(one)), [
    [
      '0 ff03 53',
      '0 ff51 0f4240',
      '10 ff21 00',
      '10 f0 7df7',
      '15 ff21 01',
      '15 f0 7d01f7',
      '25 end',
    ],
    ['0 ff21 00', '0 ff03 41', '0 903c40', '20 803c40', '25 end'],
    ['7 ff21 00', '7 923c60', '25 end'],
    ['0 ff21 01', '0 ff03 42', '5 903c50', '25 803c50', '25 end'],
  ]);
});

test('any ports, channels, names and sysex: each message stays at its port and time, there and back', () => {
  const event = fc.constantFrom(
    ...['903c40', '813c40', 'c205', 'ff210100', 'ff210101', 'ff210103', 'ff030141', 'ff0600'],
    ...['f0027df7', 'f0017d', 'f70105', 'f702 06f7'],
  );
  const track = fc
    .array(fc.tuple(fc.constantFrom('00', '0a'), event), { maxLength: 15 })
    .map((events) => `${events.flat().join(' ')} 64 ff2f00`);
  const messagesOf = ({ tracks }: SmfContent) =>
    tracks
      .flatMap(({ events }) => {
        let port = 0;
        const messages: string[] = [];
        for (const { tick, metaType, status, packed, data } of events) {
          if (metaType === 0x21) port = data[0]!;
          // What waits for the end of a sysex is late.
          if (packed !== 0) messages.push(`${port} ${packed.toString(16)}`);
          else if (metaType < 0) messages.push(`${tick} ${port} ${status} ${data}`);
        }
        return messages;
      })
      .sort();
  fc.assert(
    fc.property(fc.array(track, { minLength: 2, maxLength: 4 }), (tracks) => {
      const smf = smfOf(tracks, 1);
      const one = asFormat0(smf);
      const sysexLate = (lines: string[]) =>
        lines.map((line) => line.replace(/^\d+ (\d+ 24[07])/, '$1'));
      assert.deepEqual(sysexLate(messagesOf(one)).sort(), sysexLate(messagesOf(smf)).sort());
      const again = asFormat1(one);
      assert.deepEqual(messagesOf(again), messagesOf(one));
      for (const { events } of again.tracks.slice(1)) {
        const ports = [...events].filter(({ metaType }) => metaType === 0x21);
        assert.ok(ports.length <= 1);
      }
    }),
    { numRuns: runs(300) },
  );
});
