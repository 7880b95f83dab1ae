/** Files that cannot be taken, whatever the command: empty ones, and those that Windows PowerShell has spoiled. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { bytesOf, isSmfSource, readSource } from '../../../../src/cli/files/source-files.js';
import { temporaryFolder } from '../../../support/run-midirec.js';

test('what is refused, and what is not', async (t) => {
  const file = join(temporaryFolder(t), 'x');
  for (const [bytes, message] of [
    [Buffer.alloc(0), /is empty$/],
    [Buffer.from('\ufeff\u2261C\0\0', 'utf16le'), /PowerShell has made UTF-16 text/],
    [Buffer.from('\ufeffMThd\0\0', 'utf16le'), /PowerShell has made UTF-16 text/],
    [Buffer.from('\ufffdC\0\0'), /PowerShell has made UTF-8 text/],
    [Buffer.from('\ufeffF0 43 F7', 'utf16le'), undefined],
    [Buffer.from('\ufeff{"header":', 'utf16le'), undefined],
    [Buffer.from('fffef001f700', 'hex'), undefined],
  ] as const) {
    writeFileSync(file, bytes);
    const read = readSource(file);
    if (message !== undefined) await assert.rejects(read, message);
    else assert.deepEqual(Buffer.from(bytesOf(await read)), bytes);
  }
});

test('sysex in a file that is named .mid is sysex, however it is written', async (t) => {
  const file = join(temporaryFolder(t), 'x.mid');
  for (const [bytes, isSmf] of [
    [Buffer.from('f07e7f0601f7', 'hex'), false],
    [Buffer.from('fef07e7f0601f7', 'hex'), false],
    [Buffer.from('F0 7E F7'), false],
    [Buffer.from('$F0 $7E $F7'), false],
    [Buffer.from('\ufeffF0 7E F7'), false],
    [Buffer.from('\ufeffF0 7E F7', 'utf16le'), false],
    [Buffer.from('d07e7f', 'hex'), true],
    [Buffer.from('no music'), true],
  ] as const) {
    writeFileSync(file, bytes);
    assert.equal(isSmfSource(await readSource(file)), isSmf, bytes.toString('latin1'));
  }
});
