/** What is read and written again is the same, event by event. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readSmf, type SmfFile } from '../../../../src/files/smf/smf-reader.js';
import { writeSmf } from '../../../../src/files/smf/smf-writer.js';
import { END, smfBytes, smfOf } from '../../../support/smf-notation.js';
import { parseThrice } from '../../../support/smf-takes.js';

/** Events without their ends of track, data as hex. */
function eventsOf({ tracks }: SmfFile) {
  return tracks.map(({ events, endTick }) => ({
    endTick,
    events: [...events]
      .filter(({ metaType }) => metaType !== 0x2f)
      .map(({ data, ...event }) => ({ ...event, data: Buffer.from(data).toString('hex') })),
  }));
}

test('a file without running status comes out byte for byte', () => {
  const bytes = smfBytes([
    `00 ff51030f4240 00 ff580404021808 8768 ff0603414243 ${END}`,
    `00 ff0303c3a96c 00 c005 00 903c40 64 803c40 00 f0057d010203f7 0a f7027d01 00 f701f8 ${END}`,
  ]);
  assert.deepEqual(Buffer.from(writeSmf(readSmf(bytes))), bytes);
  assert.equal(parseThrice(bytes).tracks.length, 2);
});

test('running status is written out', () => {
  const written = writeSmf(smfOf([`00 903c40 0a 3e40 0a 3c00 ${END}`]));
  assert.deepEqual(Buffer.from(written), smfBytes([`00 903c40 0a 903e40 0a 903c00 ${END}`]));
});

test('SMPTE divisions, format 2, unknown meta events', () => {
  const bytes = smfBytes([`00 ff7f03000041 ${END}`, `83ffff7f ff6001aa ${END}`], 2, 0xe250);
  assert.deepEqual(Buffer.from(writeSmf(readSmf(bytes))), bytes);
});

test('an escape that holds a whole sysex stays an escape', () => {
  const bytes = smfBytes([`00 f703f07df7 ${END}`]);
  assert.deepEqual(Buffer.from(writeSmf(readSmf(bytes))), bytes);
});

test('whatever the bytes: what could be read is in what is written, undamaged', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      const smf = readSmf(Buffer.concat([smfBytes([`00 903c40 ${END}`]).subarray(0, 22), noise]));
      const again = readSmf(writeSmf(smf));
      const count = ({ tracks }: SmfFile) =>
        tracks.map(({ events }) => [...events].filter(({ metaType }) => metaType !== 0x2f).length);
      assert.deepEqual(count(again), count(smf));
      assert.deepEqual(eventsOf(readSmf(writeSmf(again))), eventsOf(again));
    }),
  );
});
