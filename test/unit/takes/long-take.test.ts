/** A take that is longer than a file can be: it goes on in a next file, or it is said that it does not. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { EventBatch, EventKind } from '../../../src/midi/event-batch.js';
import { SingleTake, type TakeTarget } from '../../../src/takes/single-take.js';
import { TakeTempo, type TempoSource } from '../../../src/takes/tempo-source.js';
import { FakeClock } from '../../support/fake-clock.js';
import { temporaryFolder } from '../../support/run-midirec.js';
import { batchOf, parseThrice, TAKE_SETTINGS } from '../../support/smf-takes.js';

function openTake(target: TakeTarget, tempo = new TakeTempo(undefined)) {
  const said: string[] = [];
  const say = (line: string) => said.push(line);
  const take = new SingleTake(target, {
    settings: {
      ...TAKE_SETTINGS,
      overwrite: true,
      limits: { waitingBytes: 1e9, trackBytes: 120 },
    },
    clock: new FakeClock(),
    reporter: { warn: say, say },
    tempo,
  });
  take.begin(['Piano']);
  return { take, said };
}

test('a full file is followed by the next that is free, with the same clock', async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, 'take.mid');
  const other = join(folder, 'take-2.mid');
  writeFileSync(other, 'of somebody else');
  const { take, said } = openTake(path);
  for (let nth = 0; nth < 100; nth++) take.write(batchOf([nth, '903c40']));
  assert.match(said[0]!, /take\.mid is full: the take goes on in .*take-3\.mid$/);
  assert.equal(take.lostEvents, 0);
  const { last, lost, isTroubled } = await take.finish(200);
  assert.deepEqual(
    { path: last!.path, lost, isTroubled },
    { path, lost: undefined, isTroubled: false },
  );
  const files = readdirSync(folder)
    .filter((name) => name !== 'take-2.mid')
    .sort();
  assert.ok(files.length > 2, String(files));
  assert.equal(readFileSync(other, 'utf8'), 'of somebody else');
  const parsed = files.map((name) => parseThrice(readFileSync(join(folder, name))));
  const ticks = parsed.flatMap(({ tracks }) =>
    tracks[0]!.filter((event) => event.endsWith('903c40')),
  );
  const expected = Array.from({ length: 100 }, (_, nth) => `${nth} 903c40`);
  assert.deepEqual(
    ticks.sort((one, two) => Number(one.split(' ')[0]) - Number(two.split(' ')[0])),
    expected,
  );
  assert.equal(said.filter((line) => line.includes(' goes on in ')).length, 2 * (files.length - 1));
});

test('a sysex that two files have parts of is named where the first is full', async (t) => {
  const { take, said } = openTake(join(temporaryFolder(t), 'take.mid'));
  const write = (kind: number, part: number, payload: number[]) => {
    const batch = new EventBatch();
    batch.addBytes(part, 0, kind, Uint8Array.from(payload), part, part);
    take.write(batch);
  };
  const part = Array.from({ length: 100 }, () => 1);
  write(EventKind.SYSEX_PART, 0, [0xf0, ...part]);
  write(EventKind.SYSEX_PART, 1, part);
  write(EventKind.SYSEX, 2, [...part, 0xf7]);
  write(EventKind.SYSEX, 0, [0xf0, 0xf7]);
  assert.deepEqual(
    said.map((line) => line.replace(/^.* goes on in .*mid/, '')),
    [', with the rest of a sysex of Piano', ', with the rest of a sysex of Piano', ''],
  );
  await take.finish(10);
});

test('standard output gets one file: what follows is counted from then on', async () => {
  const { take, said } = openTake(new Writable({ write: (_chunk, _encoding, done) => done() }));
  for (let nth = 0; nth < 100; nth++) take.write(batchOf([nth, '903c40']));
  assert.equal(said.length, 1);
  assert.match(
    said[0]!,
    /is full, and has no next file: standard output gets one file; what comes/,
  );
  const lost = take.lostEvents;
  assert.ok(lost > 0);
  assert.equal((await take.finish(200)).lost?.count, lost);
});

test('all files of a take have its beats', async (t) => {
  const folder = temporaryFolder(t);
  const tempo: TempoSource = {
    add() {},
    forgetBefore() {},
    describe: () => undefined,
    pointsBetween: () => [0, 1000].map((timeMs, quarter) => ({ timeMs, quarter })),
  };
  const { take } = openTake(join(folder, 'take.mid'), new TakeTempo(tempo));
  for (let nth = 0; nth < 100; nth++) take.write(batchOf([nth, '903c40']));
  await take.finish(2000);
  const files = readdirSync(folder).sort();
  assert.ok(files.length > 2, String(files));
  for (const name of files) {
    const [track] = parseThrice(readFileSync(join(folder, name))).tracks;
    assert.equal(track![0], '0 ff51 0f4240', name);
  }
});
