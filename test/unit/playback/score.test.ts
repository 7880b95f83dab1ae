/** A file as a player needs it: packets at their times, tracks that do not break into each other's sysex. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSmf } from '../../../src/files/smf/smf-reader.js';
import { MidirecError } from '../../../src/midi/errors.js';
import { readScore, type Score } from '../../../src/playback/score.js';
import { END, smfOf } from '../../support/smf-notation.js';

/** Rows as `time bytes`. */
function rowsOf(score: Score): string[] {
  return [...score.rowsFrom(0)].map(({ timeMs, packed, bytes, isBroken }) => {
    const sent = bytes ?? Buffer.of(packed, packed >>> 8, packed >>> 16);
    return `${timeMs} ${isBroken ? '!' : ''}${Buffer.from(sent).toString('hex')}`;
  });
}

test('the tempo map of all tracks holds for all; tracks are put together in order of time', () => {
  const score = readScore(
    smfOf([`00 ff51030f4240 ${END}`, `32 903c40 ${END}`, `19 913c40 00 923c40 ${END}`]),
  );
  assert.deepEqual(rowsOf(score), ['50 913c40', '50 923c40', '100 903c40']);
  assert.equal(score.endMs, 100);
});

test('the tracks of format 2 come one after the other, each with its own tempo', () => {
  const track = (tempo: string) => `00 ff5103${tempo} 64 903c40 ${END}`;
  const score = readScore(smfOf([track('07a120'), track('0f4240'), track('07a120')], 2));
  assert.deepEqual(rowsOf(score), ['100 903c40', '300 903c40', '400 903c40']);
  assert.equal(score.endMs, 400);
});

test('SMPTE: 25 frames of 40 ticks are a millisecond a tick, whatever the tempo events say', () => {
  const score = readScore(smfOf([`00 ff51030f4240 64 903c40 ${END}`], 0, 0xe728));
  assert.deepEqual(rowsOf(score), ['100 903c40']);
});

test('packets of a sysex keep their times; a whole one is one row', () => {
  const score = readScore(
    smfOf([`00 f0 03 7d01f7 0a f0 03 7d0203 64 f7 02 0405 64 f7 01 f7 ${END}`]),
  );
  assert.deepEqual(rowsOf(score), ['0 f07d01f7', '10 f07d0203', '110 0405', '210 f7']);
});

test('an escape gives the messages in it; running status in it is no message', () => {
  const score = readScore(smfOf([`00 f7 01 fa 05 f7 03 903c40 ${END}`]));
  assert.deepEqual(rowsOf(score), ['0 fa0000', '5 903c40']);
});

test('what other tracks play during a sysex waits for its end; realtime does not', () => {
  const score = readScore(
    smfOf([
      `00 f0 02 7d01 64 f7 02 02f7 ${END}`,
      `0a 903c40 0a f7 01 f8 0a f0 02 7df7 64 803c40 ${END}`,
    ]),
  );
  assert.deepEqual(rowsOf(score), [
    '0 f07d01',
    '20 f80000',
    '100 02f7',
    '100 903c40',
    '100 f07df7',
    '130 803c40',
  ]);
});

test('a sysex in packets that begins during another goes after it, without its pauses', () => {
  const score = readScore(
    smfOf([
      `00 f0 02 7d01 64 f7 01 f7 ${END}`,
      `0a f0 02 7d02 0a f7 01 03 64 f7 01 f7 00 903c40 ${END}`,
    ]),
  );
  assert.deepEqual(rowsOf(score), [
    '0 f07d01',
    '100 f7',
    '100 f07d02',
    '100 03',
    '120 f7',
    '120 903c40',
  ]);
});

test('a sysex without an end is said to be broken', () => {
  const score = readScore(smfOf([`00 f0 02 7d01 0a 903c40 0a f7 02 7d7d ${END}`]));
  assert.deepEqual(rowsOf(score), ['0 !f07d01', '10 903c40', '20 !7d7d']);
});

test('any bytes: in order of time, and no message inside a sysex', () => {
  const event = fc.constantFrom(
    '903c40',
    'c005',
    'f0 02 7d01',
    'f0 03 7d01f7',
    'f7 01 f7',
    'f7 02 0102',
    'f7 01 f8',
    'f7 02 02f7',
    'ff0600',
  );
  const track = fc.array(fc.tuple(fc.nat(127), event), { maxLength: 30 }).map((events) => {
    const texts = events.map(([delta, text]) => `${delta.toString(16).padStart(2, '0')} ${text}`);
    return `${texts.join(' ')} ${END}`;
  });
  fc.assert(
    fc.property(fc.array(track, { minLength: 1, maxLength: 4 }), (tracks) => {
      let isOpen = false;
      let lastMs = 0;
      for (const { timeMs, packed, bytes, isBroken } of readScore(smfOf(tracks)).rowsFrom(0)) {
        assert.ok(timeMs >= lastMs);
        lastMs = timeMs;
        if (isBroken) continue;
        if (bytes === undefined) {
          assert.ok(!isOpen || (packed & 0xff) >= 0xf8);
          continue;
        }
        assert.equal(bytes[0] === 0xf0, !isOpen);
        isOpen = bytes.at(-1) !== 0xf7;
      }
      assert.equal(isOpen, false);
    }),
  );
});

test('damaged files do not throw', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        rowsOf(readScore(readSmf(Buffer.concat([Buffer.from(smfHead, 'hex'), bytes]))));
      } catch (error) {
        assert.ok(error instanceof MidirecError);
      }
    }),
  );
});

const smfHead = '4d546864000000060001000201f44d54726b00000060';
