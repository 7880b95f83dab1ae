/** Whole takes through the library: read and written in one piece, or refused with the place. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { writeMidiJson } from '../../src/files/smf/midi-json.js';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import {
  type MidiData,
  MidirecError,
  openInput,
  openWinMm,
  readTake,
  type SmfDamage,
  writeTake,
} from '../../src/index.js';
import { END, rmidBytes, smfBytes } from '../support/smf-notation.js';

const SONG = smfBytes([`00 ff0303c3a96c 00 903c40 64 803c40 00 f0037d01f7 ${END}`]);
let folder: string;
const at = (name: string) => join(folder, name);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'midirec-library-'));
  writeFileSync(at('song.mid'), SONG);
});

afterEach(() => rmSync(folder, { recursive: true }));

const refusedWith = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof MidirecError && error.code === code && error.hint !== undefined);
  assert.match(error.message, message);
  return true;
};

test('what was read is written byte for byte, whichever kind of file it was', async () => {
  writeFileSync(at('song.rmi'), rmidBytes(SONG));
  writeFileSync(at('song.json'), await writeMidiJson(readSmf(SONG)));
  for (const name of ['song.mid', 'song.rmi', 'song.json']) {
    await writeTake(at('copy.mid'), await readTake(at(name)), { overwrite: true });
    assert.deepEqual(readFileSync(at('copy.mid')), SONG);
  }
  assert.deepEqual(readdirSync(folder).sort(), ['copy.mid', 'song.json', 'song.mid', 'song.rmi']);
});

test('damage is an error, or told of', async () => {
  writeFileSync(at('cut.mid'), SONG.subarray(0, SONG.length - 8));
  await assert.rejects(
    readTake(at('cut.mid')),
    refusedWith('BAD_FILE', /cut\.mid is damaged at offset \d+ \(hex [0-9a-f]+\): /),
  );
  const damages: SmfDamage[] = [];
  const { tracks } = await readTake(at('cut.mid'), { onDamage: (each) => damages.push(each) });
  assert.ok(damages.length > 0);
  assert.ok(tracks[0]!.some(({ type }) => type === 'noteOn'));
});

test('what cannot be read or written says why, and leaves the disk as it was', async () => {
  writeFileSync(at('text.mid'), 'hello');
  await assert.rejects(readTake(at('gone.mid')), refusedWith('INPUT_UNREADABLE', /gone\.mid/));
  await assert.rejects(readTake(at('text.mid')), refusedWith('BAD_FILE', /MThd/));
  const data = await readTake(at('song.mid'));
  await assert.rejects(writeTake(at('song.mid'), data), refusedWith('OUTPUT_EXISTS', /song\.mid/));
  await assert.rejects(writeTake(at('no/x.mid'), data), refusedWith('OUTPUT_UNWRITABLE', /x\.mid/));
  const wrong = { ...data, tracks: [[{ deltaTime: 0, type: 'noteOn' }]] } as unknown as MidiData;
  await assert.rejects(
    writeTake(at('x.mid'), wrong),
    refusedWith('BAD_FILE', /^\.tracks\[0\]\[0\]\.channel is missing/),
  );
  assert.deepEqual(readdirSync(folder).sort(), ['song.mid', 'text.mid']);
  assert.deepEqual(readFileSync(at('song.mid')), SONG);
});

test('inputs that cannot be one session, and ports of winmm, are refused', async () => {
  const winmm = await openWinMm({ backend: 'embedded' });
  try {
    await assert.rejects(
      openInput(winmm, ['demo keyboard', 'DEMO K']),
      refusedWith('USAGE', /^Demo keyboard is given twice$/),
    );
  } finally {
    winmm.dispose();
  }
  await assert.rejects(
    openWinMm({ backend: 'winmm', ports: ['/tmp/fifo'] }),
    refusedWith('USAGE', /^ports are devices of the embedded backend$/),
  );
});
