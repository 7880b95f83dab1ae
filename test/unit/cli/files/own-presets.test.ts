/** A user's own presets: kept, found again, and refused if their file is spoiled. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  findOwnPreset,
  ownPresetNames,
  parsePresetName,
  saveOwnPreset,
} from '../../../../src/cli/files/own-presets.js';
import { useConfigFolder } from '../../../support/config-folder.js';

const PACE = { chunkBytes: 128, chunkDelayMs: 20, messageDelayMs: 0, bytesPerSecond: undefined };

test('a preset is kept under its name, in the place of the one before, and found in any case', (t) => {
  const folder = useConfigFolder(t);
  assert.deepEqual(ownPresetNames(), []);
  assert.equal(findOwnPreset('usb'), undefined);
  saveOwnPreset({ ...PACE, name: 'usb', what: 'one' });
  saveOwnPreset({ ...PACE, name: 'usb', what: 'other' });
  assert.deepEqual(ownPresetNames(), ['usb']);
  const { chunkBytes, chunkDelayMs, bytesPerSecond, name, what } = findOwnPreset('USB')!;
  assert.deepEqual(
    [chunkBytes, chunkDelayMs, bytesPerSecond, name, what],
    [128, 20, undefined, 'usb', 'other'],
  );
  const presets = join(folder, 'midirec', 'presets');
  mkdirSync(presets, { recursive: true });
  for (const [content, message] of [
    ['{', /bad\.json: .*JSON/],
    ['null', /bad\.json: chunkBytes is not a number from 1/],
    ['{"chunkDelayMs": -1, "messageDelayMs": 0}', /chunkDelayMs is not a number from 0/],
    ['{"chunkDelayMs": 0}', /messageDelayMs is not a number from 0/],
    ['{"chunkDelayMs": 0, "messageDelayMs": 0, "chunkBytes": "4"}', /chunkBytes is not/],
  ] as const) {
    writeFileSync(join(presets, 'bad.json'), content);
    assert.throws(() => findOwnPreset('bad'), { code: 'USAGE', message });
  }
});

test('names that no file or command line should have are refused, and those of midirec', () => {
  assert.equal(parsePresetName('My-Interface_2'), 'my-interface_2');
  for (const name of ['', '../x', 'a b', '-x', 'x'.repeat(41), 'Roland']) {
    assert.throws(() => parsePresetName(name), { code: 'USAGE' }, name);
  }
});
