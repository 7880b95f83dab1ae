/** Channels for --thru and --metronome, as people type them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChannelMap, splitChannel } from '../../../../src/cli/record/record-thru-settings.js';

const map = (text: string) => [...parseChannelMap('--thru-channel', text)].map((to) => to + 1);

test('one channel for all, or a channel for each', () => {
  assert.deepEqual(map('5'), new Array(16).fill(5));
  assert.deepEqual(map('1:3, 16:1').slice(0, 3), [3, 2, 3]);
  assert.equal(map('1:3, 16:1')[15], 1);
});

for (const text of ['', '0', '17', '1:', ':1', '1:2:3', '1:17', 'x', '1-2', '1,2']) {
  test(`'${text}' is no mapping`, () => {
    assert.throws(() => map(text), /is no channel and no mapping of channels/);
  });
}

test('the channel of a metronome follows its output', () => {
  assert.deepEqual(splitChannel('synth'), { name: 'synth', channel: 9 });
  assert.deepEqual(splitChannel('synth:1'), { name: 'synth', channel: 0 });
  assert.deepEqual(splitChannel('hw:1,0:16'), { name: 'hw:1,0', channel: 15 });
  assert.deepEqual(splitChannel('hw:1,0'), { name: 'hw:1,0', channel: 9 });
  assert.deepEqual(splitChannel('synth:99'), { name: 'synth:99', channel: 9 });
});
