/** Names of the files that an editing command writes. */
import assert from 'node:assert/strict';
import { linkSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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

test('of many files each has its line, in order, whichever was on the disk first', async (t) => {
  const folder = temporaryFolder(t);
  const names = Array.from({ length: 150 }, (_, index) => `${index}.syx`);
  const files = names.map((name) => ({ path: join(folder, name), kind: 'syx' as const }));
  const contents = names.map((_, index) => Buffer.alloc(index + 1));
  const lines = await writeEdited(files, contents, false, []);
  assert.deepEqual(
    lines.map((line) => /(\d+\.syx): (\d+)/.exec(line)?.slice(1)),
    names.map((name, index) => [name, String(index + 1)]),
  );
  assert.deepEqual(readdirSync(folder).sort(), names.toSorted());
});

test('where one of many fails, the others are whole, and nothing is left beside them', async (t) => {
  const folder = temporaryFolder(t);
  const files = ['a', 'b', 'c'].map((name) => ({
    path: join(folder, `${name}.syx`),
    kind: 'syx' as const,
  }));
  const contents = function* () {
    yield Buffer.from('whole');
    writeFileSync(files[1]!.path, 'precious');
    yield Buffer.from('whole');
    throw new Error('no more');
  };
  await assert.rejects(writeEdited(files, contents(), false, []), /no more/);
  assert.deepEqual(readdirSync(folder).sort(), ['a.syx', 'b.syx']);
  assert.equal(readFileSync(files[0]!.path, 'utf8'), 'whole');
  assert.equal(readFileSync(files[1]!.path, 'utf8'), 'precious');
});

test('what was typed in the place of a file is no original', async (t) => {
  const path = join(temporaryFolder(t), 'one.syx');
  await writeEdited([{ path, kind: 'syx' }], [Buffer.from('new')], false, ['F0 7E 7F 06 01 F7']);
  assert.equal(readFileSync(path, 'utf8'), 'new');
});
