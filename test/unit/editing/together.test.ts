/** Files side by side: ticks where the tempo is the same, times where it is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { putTogether } from '../../../src/editing/together.js';
import type { SmfContent } from '../../../src/files/smf/smf-content.js';
import { MidirecError } from '../../../src/midi/errors.js';
import { rowsOf } from '../../support/capture-bed.js';
import { linesOf } from '../../support/editing-bed.js';
import { END, smfOf } from '../../support/smf-notation.js';
import { wholeTimeline } from '../../support/whole-timeline.js';

const SONG = smfOf(
  [
    `00 ff0301 53 00 ff5103061a80 00 ff580403021808 87 68 ff51030a2c2b 00 ff2f00`,
    `00 ff0301 42 00 903040 64 803040 8700 ff2f00`,
  ],
  1,
  480,
);

test('the same tempo: ticks stay; a first track without music goes into the first of all', () => {
  const take = smfOf(
    [
      `00 ff030154 00 ff010178 00 ff5103061a80 00 ff580403021808 81 48 ff06014d 00 ff2f00`,
      `00 ff03014b 81 48 913c40 81 48 813c40 00 ff2f00`,
    ],
    1,
    960,
  );
  const { content, isExact, hasSameBars, leftOut } = putTogether([SONG, take]);
  assert.deepEqual([content.format, content.ppq, isExact, leftOut], [1, 960, true, 0]);
  assert.deepEqual(hasSameBars, [true, true]);
  assert.deepEqual(linesOf(content), [
    [
      ...[
        '0 ff03 53',
        '0 ff51 061a80',
        '0 ff58 03021808',
        '0 ff01 5469746c653a2054',
        '0 ff01 78',
        '200 ff06 4d',
      ],
      ...['2000 ff51 0a2c2b', '2000 end'],
    ],
    ['0 ff03 42', '0 903040', '200 803040', '2000 end'],
    ['0 ff03 4b', '200 913c40', '400 813c40', '400 end'],
  ]);
});

test('a change of tempo where a file is over is none of its own', () => {
  const take = smfOf([`00 ff5103061a80 00 ff580403021808 00 913c40 8768 813c40 00 ff2f00`], 0, 480);
  assert.deepEqual(putTogether([SONG, take]).hasSameBars, [true, true]);
});

test('a title is said once, and only if there is one', () => {
  const named = (name: string) =>
    smfOf([`00 ${name} 00 ff2f00`, `00 903c40 64 803c40 ${END}`], 1, 480);
  const takes = ['ff030153', 'ff030154', 'ff0300', 'ff030154'].map(named);
  const texts = linesOf(putTogether([SONG, ...takes]).content)[0]!.filter((line) =>
    line.includes(' ff01 '),
  );
  assert.deepEqual(texts, ['0 ff01 5469746c653a2054']);
});

test('another tempo: times stay, to half a tick, and that is told', () => {
  const other = smfOf([`00 903c40 64 803c40 ${END}`], 0, 500);
  const { content, hasSameBars } = putTogether([SONG, other]);
  assert.deepEqual(hasSameBars, [true, false]);
  const [, , times] = linesOf(content);
  const tickMs = 0x061a80 / 1000 / content.ppq;
  assert.ok(Math.abs(Number(times![1]!.split(' ')[0]) * tickMs - 100) <= tickMs / 2);
  assert.ok(content.ppq >= 960);
});

test('other bars at the same tempo: ticks stay, and it is told', () => {
  const plain = smfOf([`00 ff5103061a80 00 903c40 64 803c40 ${END}`], 0, 480);
  const { content, hasSameBars } = putTogether([SONG, plain]);
  assert.deepEqual(hasSameBars, [true, false]);
  assert.deepEqual(linesOf(content)[2], ['0 903c40', '100 803c40', '100 end']);
});

test('a file without a tempo has 120; what sounds at the end of a shorter one is let go there', () => {
  const short = smfOf([`00 903c40 64 ff2f00`], 0, 480);
  const long = smfOf([`00 ff510307a120 00 913c40 8300 813c40 ${END}`], 0, 480);
  const { content, hasSameBars } = putTogether([short, long]);
  assert.deepEqual(hasSameBars, [true, true]);
  assert.deepEqual(linesOf(content), [
    ['0 903c40', '100 803c40', '384 end'],
    ['0 913c40', '384 813c40', '384 end'],
  ]);
});

test('what can stand at the beginning only is left out of later ones, and counted', () => {
  const timed = smfOf([`00 ff54050000000000 00 903c40 64 803c40 ${END}`], 0, 480);
  assert.equal(putTogether([timed, timed]).leftOut, 1);
  assert.throws(() => putTogether([timed, smfOf([`00 903c40 ${END}`], 0, 0xe728)]), MidirecError);
});

test('whatever their tempos and resolutions, every message keeps its time', () => {
  const delta = fc
    .integer({ min: 0, max: 127 })
    .map((ticks) => ticks.toString(16).padStart(2, '0'));
  const event = fc.constantFrom(
    ...['903c40', '803c40', 'b04001', 'ff510307a120', 'ff5103091234', 'ff58040302180c'],
  );
  const track = fc
    .array(fc.tuple(delta, event), { maxLength: 12 })
    .map((events) => `${events.map((parts) => parts.join(' ')).join(' ')} ${END}`);
  const file = fc
    .tuple(fc.array(track, { minLength: 1, maxLength: 3 }), fc.constantFrom(24, 96, 100, 480, 960))
    .map(([tracks, ppq]) => smfOf(tracks, 1, ppq));
  fc.assert(
    fc.property(fc.array(file, { minLength: 1, maxLength: 3 }), (files) => {
      const { content } = putTogether(files);
      const got = messagesOf(content);
      const wanted = files.flatMap((one) => messagesOf(one));
      const order = (one: Message, other: Message) =>
        one.bytes.localeCompare(other.bytes) || one.timeMs - other.timeMs;
      wanted.sort(order);
      // What is let go at the end of a shorter file is more than there was.
      const rest = got.sort(order);
      for (const { bytes, timeMs } of wanted) {
        const at = rest.findIndex(
          (one) => one.bytes === bytes && Math.abs(one.timeMs - timeMs) <= 0.7,
        );
        assert.notEqual(at, -1, `${bytes} at ${timeMs}`);
        rest.splice(at, 1);
      }
      assert.ok(
        rest.every(({ bytes }) => /^(80 3c|b0 (?!40 01))/.test(bytes)),
        JSON.stringify(rest),
      );
    }),
  );
});

interface Message {
  bytes: string;
  timeMs: number;
}

function messagesOf(content: SmfContent): Message[] {
  return rowsOf(wholeTimeline(content).events).map(([timeMs, , , bytes]) => ({ bytes, timeMs }));
}
