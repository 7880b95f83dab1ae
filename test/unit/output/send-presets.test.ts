/** Tests of the pacing presets: the data is in order and can be found. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  findSendPreset,
  MIDI_BYTES_PER_SECOND,
  SEND_PRESETS,
} from '../../../src/output/send-presets.js';

test('presets are found by name, in any case', () => {
  assert.equal(findSendPreset('roland')?.chunkBytes, 128);
  assert.equal(findSendPreset('YAMAHA')?.chunkDelayMs, 120);
  assert.equal(findSendPreset('Casio-CZ')?.chunkDelayMs, 50);
  assert.equal(findSendPreset('moog'), undefined);
});

test('names are unique, lower case and fit for a command line; numbers make sense', () => {
  assert.equal(new Set(SEND_PRESETS.map(({ name }) => name)).size, SEND_PRESETS.length);
  for (const preset of SEND_PRESETS) {
    assert.match(preset.name, /^[a-z][a-z-]*$/);
    assert.ok(preset.what.length > 0);
    assert.ok(preset.chunkDelayMs >= 0 && preset.messageDelayMs >= 0);
    assert.ok(preset.chunkBytes === undefined || preset.chunkBytes > 0);
    assert.ok((preset.bytesPerSecond ?? 1) > 0);
  }
});

test('a DX7 bank takes 1.31 s at the pace of a MIDI cable', () => {
  assert.equal((4104 / MIDI_BYTES_PER_SECOND).toFixed(2), '1.31');
});
