/** A backup on the disk while it grows: after every answer its files are whole, and the index says what is in them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { GrowingBackup, GrowingCopy } from '../../../../src/cli/backup/backup-files.js';
import { BROKEN_OFF, readIndex, readSaved } from '../../../../src/cli/files/backup-index.js';
import { MidirecError } from '../../../../src/midi/errors.js';
import { loadInstruments } from '../../../../src/sysex/instruments/load.js';
import { fillRequests } from '../../../../src/sysex/instruments/request.js';
import { temporaryFolder } from '../../../support/run-midirec.js';

const { table } = await loadInstruments();
const cz = table.find('cz101')!;
const REQUESTS = fillRequests(cz, { what: 'tone' }).slice(0, 3);
const FACTS = { instrument: 'cz101', name: 'Casio CZ-101', output: 'out', input: 'in' };
const MISSING_NOTHING = { missing: [], repeats: 0, verified: false };

/** A tone of a CZ, all of whose bytes are `fill`. */
function tone(fill: number): Uint8Array {
  return Uint8Array.of(0xf0, 0x44, 0, 0, 0x70, 0x30, ...Array(256).fill(fill & 0xf), 0xf7);
}

function growing(t: TestContext) {
  const backup = new GrowingBackup(temporaryFolder(t), new Date(0), table, ['somebody']);
  const copy = new GrowingCopy(backup, FACTS);
  const keep = (index: number) =>
    copy.keep({ filled: REQUESTS[index], messages: [tone(index)], isWhole: true });
  const onDisk = () => {
    const path = join(backup.folder!, 'backup.json');
    const index = readIndex(path);
    const [entry] = index.instruments;
    return { index, path, entry: entry!, saved: readSaved(path, entry!, cz) };
  };
  return { backup, copy, keep, onDisk };
}

test('after each answer all that has come can be read back, and is called broken off until the end', (t) => {
  const { backup, copy, keep, onDisk } = growing(t);
  assert.equal(backup.folder, undefined);
  for (const [index] of REQUESTS.entries()) {
    keep(index);
    const { entry, saved } = onDisk();
    assert.deepEqual(entry.missing, [BROKEN_OFF]);
    assert.deepEqual(
      saved.map(({ filled, messages }) => [filled?.patch, messages.map((bytes) => bytes.join())]),
      REQUESTS.slice(0, index + 1).map(({ patch }, at) => [patch, [tone(at).join()]]),
    );
  }
  copy.end(MISSING_NOTHING);
  const { index, entry, saved } = onDisk();
  assert.deepEqual([entry.missing, saved.length, index.notSaved], [[], 3, ['somebody']]);
  assert.deepEqual(readdirSync(join(backup.folder!, 'cz101')), ['tone (3 tones).syx']);
});

test('what came between the last file and its index is left out; of a backup that is whole, a longer file is refused', (t) => {
  const { backup, copy, keep, onDisk } = growing(t);
  keep(0);
  const lengthen = (name: string) => {
    const file = join(backup.folder!, 'cz101', name);
    writeFileSync(file, Buffer.concat([readFileSync(file), tone(1)]));
  };
  lengthen('tone.syx');
  assert.equal(onDisk().saved.length, 1);
  keep(1);
  copy.end(MISSING_NOTHING);
  lengthen('tone (2 tones).syx');
  assert.throws(onDisk, (error) => error instanceof MidirecError && error.code === 'BAD_FILE');
});

test('of an instrument of which nothing came nothing is left', (t) => {
  const { backup, copy } = growing(t);
  assert.equal(copy.end(MISSING_NOTHING), undefined);
  backup.write();
  assert.equal(backup.folder, undefined);
});

test('a file of several patches is named with the plural of what they are called', (t) => {
  const bass = table.find('bass-station-ii')!;
  const backup = new GrowingBackup(temporaryFolder(t), new Date(0), table, []);
  const copy = new GrowingCopy(backup, { ...FACTS, instrument: bass.id, name: bass.name });
  for (const filled of fillRequests(bass, { what: 'patch' }).slice(0, 2)) {
    const header = [0xf0, 0, 0x20, 0x29, 0, 0x33, 0, 1, filled.patch!];
    copy.keep({
      filled,
      messages: [Uint8Array.of(...header, ...Array(144).fill(32), 0xf7)],
      isWhole: true,
    });
  }
  copy.end(MISSING_NOTHING);
  const files = readdirSync(join(backup.folder!, bass.id));
  assert.deepEqual(files, ['patch (2 patches).syx']);
});

test('an index that somebody has changed is refused as that, whatever was changed', (t) => {
  const { copy, keep, onDisk } = growing(t);
  keep(0);
  copy.end(MISSING_NOTHING);
  const { path } = onDisk();
  const text = readFileSync(path, 'utf8');
  const whole = JSON.parse(text);
  const [entry] = whole.instruments;
  const [file] = entry.files;
  const [answer] = file.answers;
  const withEntry = (change: object) => ({ ...whole, instruments: [{ ...entry, ...change }] });
  const withFile = (change: object) => withEntry({ files: [{ ...file, ...change }] });
  const withAnswer = (change: object) => withFile({ answers: [{ ...answer, ...change }] });
  for (const changed of [
    { ...whole, notSaved: 5 },
    withEntry({ missing: 'nothing' }),
    withEntry({ missing: [5] }),
    withEntry({ name: undefined }),
    withEntry({ deviceNumber: '1' }),
    withEntry({ deviceNumber: 99 }),
    withFile({ request: 'all' }),
    withAnswer({ patch: '32' }),
    withAnswer({ patch: 1.5 }),
    withAnswer({ patch: 99 }),
    withAnswer({ patch: undefined }),
    withAnswer({ bank: 1 }),
    withAnswer({ messages: 1e15 }),
    withAnswer({ messages: -1 }),
    5,
    null,
  ]) {
    writeFileSync(path, JSON.stringify(changed));
    const isRefused = (error: unknown) =>
      error instanceof MidirecError && error.code === 'BAD_FILE';
    assert.throws(onDisk, isRefused, JSON.stringify(changed));
  }
  writeFileSync(path, text);
  assert.equal(onDisk().saved.length, 1);
});
