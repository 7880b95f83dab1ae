/** What the live line says of bars and beats. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeText } from '../../../../src/cli/record/record-live.js';
import { Bars } from '../../../../src/midi/tempo/bars.js';
import { TempoMap } from '../../../../src/midi/tempo/tempo-map.js';

test('the count-in is counted, then bars and beats are', () => {
  const bars = new Bars(new TempoMap(960, 500_000), 960, [
    { tick: 0, numerator: 3, denominator: 4 },
  ]);
  const texts = [-1700, -1500, -400, 0, 4600].map((timeMs) => placeText(bars, timeMs, 1));
  assert.deepEqual(texts, ['count-in', 'count-in 1', 'count-in 1 2 3', 'bar 1.1', 'bar 4.1']);
  assert.equal(placeText(bars, -600, 4), 'count-in 1 2 3 | 1 2');
});
