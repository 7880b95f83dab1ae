/** A single take that goes to a stream: whatever becomes of the stream, the take is somewhere. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import type { Disk } from '../../../src/files/disk/disk.js';
import { nodeDisk } from '../../../src/files/disk/node-disk.js';
import { EventBatch } from '../../../src/midi/event-batch.js';
import { SingleTake } from '../../../src/takes/single-take.js';
import { TakeTempo } from '../../../src/takes/tempo-source.js';
import { FakeClock } from '../../support/fake-clock.js';
import { ioError } from '../../support/smf-memory-disk.js';
import { TAKE_SETTINGS } from '../../support/smf-takes.js';

function openTake(target: Writable, disk = nodeDisk): SingleTake {
  const settings = { ...TAKE_SETTINGS, ppq: 960, disk };
  const reporter = { warn: () => {}, say: () => {} };
  const clock = new FakeClock();
  const take = new SingleTake(target, {
    settings,
    clock,
    reporter,
    tempo: new TakeTempo(undefined),
  });
  const batch = new EventBatch(1);
  batch.addShort(10, 0, 0x403c90);
  take.write(batch);
  return take;
}

function failingWith(code: string): Writable {
  const stream = new Writable({ write: (_chunk, _encoding, done) => done(ioError(code)) });
  stream.on('error', () => {});
  return stream;
}

test('a stream that takes the whole file: nothing is left behind', async () => {
  const chunks: Uint8Array[] = [];
  const take = openTake(
    new Writable({
      write(chunk, _encoding, done) {
        chunks.push(chunk);
        done();
      },
    }),
  );
  const { last, isTroubled } = await take.finish(1000);
  assert.equal(Buffer.concat(chunks).toString('latin1', 0, 4), 'MThd');
  assert.equal(last?.path, undefined);
  assert.equal(isTroubled, false);
});

test('a stream that fails: the take stays, and it is said where', async () => {
  const { last, problems, isTroubled } = await openTake(failingWith('ENOSPC')).finish(1000);
  const path = last?.path ?? '';
  try {
    assert.ok(existsSync(path));
    assert.equal(readFileSync(path, 'latin1').slice(0, 4), 'MThd');
    assert.ok(isTroubled);
    assert.ok(problems.some((line) => line.includes(path) && line.includes('no space left')));
  } finally {
    rmSync(path, { force: true });
  }
});

test('a reader that goes away has seen what it wanted', async () => {
  const { last, problems, isTroubled } = await openTake(failingWith('EPIPE')).finish(1000);
  assert.equal(last?.path, undefined);
  assert.deepEqual(problems, []);
  assert.equal(isTroubled, false);
});

test('a take that could not be put in its final form stays, though the stream has taken it', async () => {
  let files = 0;
  const disk: Disk = {
    ...nodeDisk,
    create(...args) {
      if (files++ > 0) throw ioError('ENOSPC');
      return nodeDisk.create(...args);
    },
  };
  const target = new Writable({ write: (_chunk, _encoding, done) => done() });
  const { problems, isTroubled } = await openTake(target, disk).finish(1000);
  assert.ok(isTroubled);
  const [, path = ''] = /; (\S+) is complete/.exec(problems.join()) ?? [];
  try {
    assert.ok(existsSync(path), problems.join());
  } finally {
    rmSync(path, { force: true });
  }
});
