/** The tempo map of a file: beats with the tempos of all tracks, and frames of SMPTE time. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tempoMapOf } from '../../../../src/files/smf/smf-tempo.js';
import { END, smfOf } from '../../../support/smf-notation.js';

test('tempo events of all tracks, in order of time', () => {
  const smf = smfOf([`0a ff51030f4240 ${END}`, `05 ff51030927c0 ${END}`]);
  assert.deepEqual(tempoMapOf(smf, smf.tracks).steps, [
    { tick: 0, microseconds: 500_000 },
    { tick: 5, microseconds: 600_000 },
    { tick: 10, microseconds: 1_000_000 },
  ]);
});

test('frames: there and back at every rate, whatever the tempo events say', () => {
  for (const [division, secondMs] of [
    [0xe850, 1000],
    [0xe750, 1000],
    [0xe350, 1001],
    [0xe250, 1000],
  ] as const) {
    const smf = smfOf([`00 ff51030f4240 ${END}`], 0, division);
    const map = tempoMapOf(smf, smf.tracks);
    const framesPerSecond = smf.smpte!.framesPerSecond === 29 ? 30 : smf.smpte!.framesPerSecond;
    assert.equal(map.timeMsAt(framesPerSecond * 80), secondMs);
    for (const tick of [0, 1, 79, 80, 1_000_000])
      assert.equal(map.tickAt(map.timeMsAt(tick)), tick);
  }
});
