/** Files one after the other: resolutions, tempo, tracks, and what sounds on at a seam. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinSmfs } from '../../../src/editing/join.js';
import { putTogether } from '../../../src/editing/together.js';
import { readSmf } from '../../../src/files/smf/smf-reader.js';
import { writeSmf } from '../../../src/files/smf/smf-writer.js';
import { MidirecError } from '../../../src/midi/errors.js';
import { rowsOf } from '../../support/capture-bed.js';
import { linesOf } from '../../support/editing-bed.js';
import { END, smfOf } from '../../support/smf-notation.js';
import { wholeTimeline } from '../../support/whole-timeline.js';

const NOTE = '00 903c40 64 803c40';

test('format 0: one track, the pause in between', () => {
  const { content, isExact } = joinSmfs(
    [smfOf([`${NOTE} ${END}`]), smfOf([`${NOTE} 64 ff2f00`])],
    300,
  );
  assert.equal(content.format, 0);
  assert.equal(isExact, true);
  assert.deepEqual(linesOf(content), [
    ['0 903c40', '100 803c40', '400 903c40', '500 803c40', '600 end'],
  ]);
});

test('resolutions: the least one that all go into', () => {
  const { content, isExact } = joinSmfs(
    [smfOf([`${NOTE} ${END}`], 0, 480), smfOf([`${NOTE} ${END}`], 0, 500)],
    0,
  );
  assert.equal(content.ppq, 12_000);
  assert.equal(isExact, true);
  assert.deepEqual(linesOf(content)[0], [
    '0 903c40',
    '2500 803c40',
    '2500 903c40',
    '4900 803c40',
    '4900 end',
  ]);
});

test('resolutions without a common one: the finest, and it is said', () => {
  const { content, isExact } = joinSmfs(
    [smfOf([`${NOTE} ${END}`], 0, 32_767), smfOf([`${NOTE} ${END}`], 0, 32_766)],
    0,
  );
  assert.equal(content.ppq, 32_767);
  assert.equal(isExact, false);
});

test('each file keeps its tempo and signature; one without them has 120 and 4/4', () => {
  const slow = smfOf([`00 ff51030f4240 00 ff580406030c08 ${NOTE} ${END}`]);
  const plain = smfOf([`${NOTE} ${END}`]);
  const { content } = joinSmfs([slow, plain, slow], 100);
  const { events, tempos } = wholeTimeline(readSmf(writeSmf(content)));
  assert.deepEqual(
    rowsOf(events).map(([timeMs]) => timeMs),
    [0, 200, 300, 400, 500, 700],
  );
  assert.deepEqual(
    tempos.map(({ bpm }) => bpm),
    [60, 120, 60],
  );
  assert.ok(linesOf(content)[0]!.includes('150 ff58 04021808'));
});

test('what sounds on at a seam is let go; at the very end it stays as it was', () => {
  const held = smfOf([`00 903c40 00 b0407f 00 e01234 64 ff2f00`]);
  const { content } = joinSmfs([held, held], 0);
  assert.deepEqual(linesOf(content)[0]!.slice(3), [
    '100 803c40',
    '100 b04000',
    '100 e00040',
    '100 903c40',
    '100 b0407f',
    '100 e01234',
    '200 end',
  ]);
});

test('tracks of one name become one; tempo goes to the first track', () => {
  const organ = `00 ff03054f7267616e ${NOTE} ${END}`;
  const drums = `00 ff03054472756d73 00 993040 64 893040 ${END}`;
  const one = smfOf([`00 ff51030f4240 ${END}`, organ]);
  const two = smfOf([`00 ff510307a120 ${END}`, drums, organ]);
  const { content } = joinSmfs([one, two], 0);
  assert.equal(content.format, 1);
  assert.deepEqual(linesOf(content), [
    ['0 ff51 0f4240', '100 ff51 07a120', '200 end'],
    ['0 ff03 4f7267616e', '0 903c40', '100 803c40', '100 903c40', '200 803c40', '200 end'],
    ['100 ff03 4472756d73', '100 993040', '200 893040', '200 end'],
  ]);
});

test('names and texts of all tracks stay; what belongs to the beginning is counted', () => {
  const words = (title: string) =>
    smfOf([
      `00 ff0301${title} 00 ff54050000000000 ${END}`,
      `00 ff030157 00 ff05026c61 ${END}`,
      `00 903c40 64 803c40 ${END}`,
    ]);
  const { content, leftOut } = joinSmfs([words('41'), words('42')], 0);
  assert.equal(leftOut, 1);
  assert.deepEqual(linesOf(content), [
    ['0 ff03 41', '0 ff54 0000000000', '100 ff03 42', '200 end'],
    ['0 ff03 57', '0 ff05 6c61', '100 ff05 6c61', '200 end'],
    ['0 903c40', '100 803c40', '100 903c40', '200 803c40', '200 end'],
  ]);
});

test('frames and beats cannot be joined; frames of one kind can', () => {
  const frames = smfOf([`${NOTE} ${END}`], 0, 0xe728);
  const { content } = joinSmfs([frames, frames], 50);
  assert.deepEqual(linesOf(content)[0]!.slice(-2), ['250 803c40', '250 end']);
  // 30 drop-frame: its second has 29.97 frames.
  const drop = smfOf([`${NOTE} ${END}`], 0, 0xe364);
  const joined = joinSmfs([drop, drop], 1001).content;
  assert.deepEqual(linesOf(joined)[0]!.slice(2), ['3100 903c40', '3200 803c40', '3200 end']);
  assert.throws(() => joinSmfs([frames, smfOf([`${NOTE} ${END}`])], 0), MidirecError);
});

test('of inputs that share a track each is let go of at its own port', () => {
  const shared = smfOf([`00 ff210100 00 903c40 00 ff210101 00 903c40 64 ff0100 ${END}`]);
  const [lines] = linesOf(joinSmfs([shared, shared], 0).content);
  assert.deepEqual(lines!.slice(5, 9), ['100 ff21 00', '100 803c40', '100 ff21 01', '100 803c40']);
});

test('files with a beat of no ticks make one that is whole', () => {
  for (const division of [0, 0xe700]) {
    const damaged = smfOf([`${NOTE} ${END}`], 0, division);
    for (const { content } of [joinSmfs([damaged, damaged], 0), putTogether([damaged, damaged])]) {
      const { damages, ppq, smpte } = readSmf(writeSmf(content));
      assert.deepEqual(damages, []);
      assert.equal(smpte?.ticksPerFrame ?? ppq, 1);
    }
  }
});

test('the pause of files that count frames: 30 drop-frame are not 29 frames a second', () => {
  const division = ((256 - 29) << 8) | 40;
  const { content } = joinSmfs(
    [smfOf([`${NOTE} ${END}`], 0, division), smfOf([`${NOTE} ${END}`], 0, division)],
    1001,
  );
  assert.deepEqual(linesOf(content)[0], [
    '0 903c40',
    '100 803c40',
    '1300 903c40',
    '1400 803c40',
    '1400 end',
  ]);
});
