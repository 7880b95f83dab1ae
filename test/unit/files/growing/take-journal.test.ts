/** A flush that failed and is given up leaves the file as it was before. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeSkeleton, TakeJournal } from '../../../../src/files/growing/take-journal.js';
import { ioError, MemoryDisk } from '../../../support/smf-memory-disk.js';
import { parseThrice } from '../../../support/smf-takes.js';

const SHAPE = {
  format: 0,
  ppq: 500,
  tempoMicroseconds: 500_000,
  timeSignature: { numerator: 4, denominator: 4 },
} as const;
const NOTE = Uint8Array.of(0, 0x90, 60, 64, 0, 0xff, 0x2f, 0);

/** What is left of a flush whose `nth` step of this kind fails. */
function withdrawnAfter(kind: 'write' | 'sync', nth: number): MemoryDisk {
  const disk = new MemoryDisk();
  const skeleton = encodeSkeleton(SHAPE);
  const journal = new TakeJournal(disk.create('/take.mid', skeleton.bytes), skeleton);
  let seen = 0;
  disk.fault = (step) => (step.kind === kind && ++seen === nth ? ioError('EIO') : undefined);
  assert.throws(() => journal.flushNow(NOTE), /EIO/);
  journal.withdrawNow();
  assert.deepEqual([...disk.read('/take.mid')!], [...skeleton.bytes]);
  return disk;
}

test('before the length is written', () => {
  withdrawnAfter('write', 1);
  withdrawnAfter('sync', 1);
  withdrawnAfter('write', 2);
});

test('after the length is written: it is put back', () => {
  const disk = withdrawnAfter('sync', 2);
  assert.ok(parseThrice(disk.read('/take.mid')!));
});

test('however long its title, the length of the growing track lies in one sector', () => {
  for (let letters = 0; letters < 1200; letters++) {
    const about = { title: 'x'.repeat(letters) };
    const { bytes, lengthAt } = encodeSkeleton({ ...SHAPE, format: 1, about });
    assert.equal(Buffer.from(bytes).toString('latin1', lengthAt - 4, lengthAt), 'MTrk');
    assert.equal(Math.floor(lengthAt / 512), Math.floor((lengthAt + 3) / 512), `${letters}`);
    assert.ok(parseThrice(Buffer.from(bytes)));
  }
});
