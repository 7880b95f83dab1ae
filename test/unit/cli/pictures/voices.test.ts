/** Voices of a picture: told apart wherever they can be, and by channel where that is enough. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  channelOf,
  deviceOf,
  nameVoices,
  numberVoices,
  voiceOf,
} from '../../../../src/cli/pictures/voices.js';

const anyVoices = fc
  .uniqueArray(fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 16 })), {
    selector: ([device, channel]) => voiceOf(device, channel),
  })
  .map((pairs) => pairs.map(([device, channel]) => voiceOf(device, channel)));

test('a voice is a device and a channel, and never 0', () => {
  for (const [device, channel] of [
    [0, 1],
    [0, 16],
    [255, 16],
  ] as const) {
    const voice = voiceOf(device, channel);
    assert.deepEqual([deviceOf(voice), channelOf(voice)], [device, channel]);
    assert.ok(voice > 0);
  }
});

test('no two voices have one number; each channel is the number of the first that has it', () => {
  fc.assert(
    fc.property(anyVoices, (voices) => {
      const numbers = numberVoices(voices);
      assert.equal(new Set(numbers.values()).size, voices.length);
      for (const channel of new Set(voices.map(channelOf))) {
        const first = voices.find((voice) => channelOf(voice) === channel)!;
        assert.equal(numbers.get(first), channel);
      }
    }),
  );
});

test('no two devices have one name', () => {
  fc.assert(
    fc.property(anyVoices, fc.array(fc.constantFrom('', 'Keys', 'Pads')), (voices, some) => {
      const names = nameVoices(voices, ['', ...some, '']);
      const devices = new Set(voices.map(deviceOf));
      assert.equal(new Set(names.values()).size, devices.size);
    }),
  );
});

test('where there is one input, nobody needs its name', () => {
  assert.equal(nameVoices([voiceOf(0, 1)], ['Keys']).size, 0);
});
