/** Whole files and streams, and what is said about those that cannot be read. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { collectInput, readInputFile } from '../../../../src/files/disk/input-file.js';
import { MidirecError } from '../../../../src/midi/errors.js';

test('files are read; those that are not there or not files are named', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'midirec-input-'));
  try {
    const path = join(folder, 'one.syx');
    await writeFile(path, Uint8Array.of(0xf0, 1, 0xf7));
    assert.deepEqual([...(await readInputFile(path))], [0xf0, 1, 0xf7]);
    for (const missing of [join(folder, 'none.syx'), folder]) {
      await assert.rejects(readInputFile(missing), (error) => {
        assert.ok(error instanceof MidirecError);
        assert.equal(error.code, 'INPUT_UNREADABLE');
        assert.ok(error.message.includes(missing));
        return true;
      });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('a stream is collected; one that breaks is named', async () => {
  async function* chunks(fails: boolean): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(0xf0, 1);
    if (fails) throw new Error('EIO');
    yield Uint8Array.of(0xf7);
  }
  assert.deepEqual([...(await collectInput(chunks(false), 'stdin'))], [0xf0, 1, 0xf7]);
  await assert.rejects(collectInput(chunks(true), 'stdin'), /cannot read stdin: EIO/);
});
