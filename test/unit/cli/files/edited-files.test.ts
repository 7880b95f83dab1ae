/** Names of the files that an editing command writes. */
import assert from 'node:assert/strict';
import { linkSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { nameBeside, writeEdited } from '../../../../src/cli/files/edited-files.js';
import type { MidirecError } from '../../../../src/midi/errors.js';
import { temporaryFolder } from '../../../support/run-midirec.js';

test('a new file has its ending in lower case, whatever the original has', () => {
  assert.equal(nameBeside('BANK.SYX', '-1', 'voices', '.syx'), join('voices', 'BANK-1.syx'));
  assert.equal(nameBeside('Song.MID', '-1'), 'Song-1.mid');
  assert.equal(nameBeside('Song.Midi', '-1'), 'Song-1.midi');
  assert.equal(nameBeside('Song.RMI', '-1'), 'Song-1.mid');
  assert.equal(nameBeside('BANK.TXT', '-1', undefined, '.syx'), 'BANK-1.syx');
});

test('the original is never written to, by whichever name, and not with --force', async (t) => {
  const folder = temporaryFolder(t);
  const original = join(folder, 'bank.syx');
  const link = join(folder, 'link.syx');
  writeFileSync(original, 'original');
  symlinkSync(original, link);
  const write = (path: string) =>
    writeEdited([{ path, kind: 'syx' }], [Buffer.from('new')], true, [original]);
  // Where names differ in upper and lower case, that is another file.
  const other = process.platform === 'linux' ? [] : [join(folder, 'BANK.SYX')];
  for (const path of [original, link, ...other]) {
    await assert.rejects(write(path), (error) => (error as MidirecError).code === 'USAGE');
  }
  linkSync(original, join(folder, 'second.syx'));
  await write(join(folder, 'second.syx'));
  assert.equal(readFileSync(original, 'utf8'), 'original');
});

test('what was typed in the place of a file is no original', async (t) => {
  const path = join(temporaryFolder(t), 'one.syx');
  await writeEdited([{ path, kind: 'syx' }], [Buffer.from('new')], false, ['F0 7E 7F 06 01 F7']);
  assert.equal(readFileSync(path, 'utf8'), 'new');
});
