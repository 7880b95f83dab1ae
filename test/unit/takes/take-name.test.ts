import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';
import { MidirecError } from '../../../src/midi/errors.js';
import {
  DEFAULT_PATTERN,
  expandPattern,
  isPattern,
  openFreeName,
  pathAmongTakes,
  patternOf,
} from '../../../src/takes/take-name.js';
import { temporaryFolder } from '../../support/run-midirec.js';

const moment = { date: new Date(2026, 0, 31, 23, 59, 5), take: 7 };

test('placeholders', () => {
  assert.equal(expandPattern('take-{date}-{time}.mid', moment), 'take-20260131-235905.mid');
  assert.equal(
    expandPattern('{year}/{month}/{day} {hour}.{minute}.{second} {take}', moment),
    '2026/01/31 23.59.05 007',
  );
  assert.ok(isPattern('{take}.mid'));
  assert.ok(!isPattern('take.mid'));
});

test('a placeholder that there is not', () => {
  for (const pattern of ['{artist}.mid', '{}.mid', '{constructor}.mid']) {
    assert.throws(() => expandPattern(pattern, moment), { code: 'USAGE', exitCode: 2 });
  }
});

test('a name that is taken gets a number, and folders are made', (t) => {
  const folder = temporaryFolder(t);
  const taken = new Set<string>();
  const open = (name: string) => {
    if (taken.has(name)) throw new MidirecError('OUTPUT_EXISTS', 'there');
    taken.add(name);
    return name;
  };
  const pattern = join(folder, '{year}', 'take.mid');
  const names = [1, 2, 3].map(() => openFreeName(pattern, moment, open));
  assert.deepEqual(
    names.map((name) => name.slice(folder.length + 1)),
    [join('2026', 'take.mid'), join('2026', 'take-2.mid'), join('2026', 'take-3.mid')],
  );
  assert.ok(existsSync(join(folder, '2026')));
});

test('another failure is not taken for a taken name', () => {
  const open = () => {
    throw new MidirecError('OUTPUT_UNWRITABLE', 'no');
  };
  assert.throws(() => openFreeName('x.mid', moment, open), { code: 'OUTPUT_UNWRITABLE' });
});

test('a name given while recording stays among the takes', () => {
  assert.equal(pathAmongTakes('takes/{date}.mid', 'mine.mid'), join('takes', 'mine.mid'));
  assert.equal(
    pathAmongTakes('takes/{year}/{take}.mid', 'a/mine.mid'),
    join('takes', 'a', 'mine.mid'),
  );
  assert.equal(pathAmongTakes('{take}.mid', 'mine.mid'), 'mine.mid');
  assert.equal(
    pathAmongTakes('a/{take}.mid', 'con/take: 1.mid'),
    join('a', 'con_', 'take- 1.mid'),
    'fit for Windows on every system',
  );
  for (const name of ['../mine.mid', 'a/../../mine.mid', '/tmp/mine.mid', '.', '..']) {
    assert.equal(pathAmongTakes('takes/{date}.mid', name), undefined, name);
  }
});

test('a name gets an ending, one with a slash at its end is a folder', () => {
  assert.deepEqual(patternOf('src'), { path: join('src', DEFAULT_PATTERN), isForeign: false });
  assert.deepEqual(patternOf('take'), { path: 'take.mid', isForeign: false });
  assert.deepEqual(patternOf('a.b/{take}'), { path: 'a.b/{take}.mid', isForeign: false });
  assert.deepEqual(patternOf('take.MIDI'), { path: 'take.MIDI', isForeign: false });
  assert.deepEqual(patternOf('take.wav'), { path: 'take.wav', isForeign: true });
  assert.deepEqual(patternOf('/dev/fd/1'), { path: '/dev/fd/1', isForeign: false });
  assert.deepEqual(patternOf('/dev/null'), { path: '/dev/null', isForeign: false });
  assert.equal(patternOf('takes/').path, join('takes', 'take-{date}-{time}.mid'));
  assert.equal(pathAmongTakes('{take}.mid', 'chorus'), 'chorus.mid');
  assert.equal(pathAmongTakes('{take}.mid', 'chorus 2.5'), 'chorus 2.5.mid');
});

test('device and title in names, whatever is in them', () => {
  const about = { device: 'Key/Station: 49', title: '../up' };
  assert.equal(expandPattern('{device} {title}', { ...moment, about }), 'Key-Station- 49 ..-up');
  assert.equal(expandPattern('{device}-{title}', moment), '_-untitled');
  const up = { device: '..', title: '.' };
  assert.equal(expandPattern('{device}/{title}/x', { ...moment, about: up }), '_/_/x');
});

test('the number of a take goes on where the folder is', (t) => {
  const folder = temporaryFolder(t);
  const open = (name: string) => basename(name);
  const next = (pattern: string, take = 1) =>
    openFreeName(join(folder, pattern), { ...moment, take }, open);
  assert.equal(next('song-{take}.mid'), 'song-001.mid');
  for (const name of ['song-007.mid', 'song-012.mid', 'other-900.mid', 'song-1x.mid']) {
    writeFileSync(join(folder, name), '');
  }
  assert.equal(next('song-{take}.mid'), 'song-013.mid');
  assert.equal(next('song-{take}.mid', 20), 'song-020.mid');
  writeFileSync(join(folder, '20200101-044.mid'), '');
  assert.equal(next('{date}-{take}.mid'), '20260131-045.mid');
  for (const name of ['take-20260131-235959.mid', 'other-017.mid']) {
    writeFileSync(join(folder, name), '');
  }
  assert.equal(next('{title}-{take}.mid'), 'untitled-001.mid');
  assert.equal(next('take-{date}-{take}.mid'), 'take-20260131-001.mid');
  writeFileSync(join(folder, 'untitled-004.mid'), '');
  assert.equal(next('{title}-{take}.mid'), 'untitled-005.mid');
});

test('a folder that cannot be made', () => {
  assert.throws(() => openFreeName('/dev/null/x/take.mid', moment, () => 1), {
    code: 'OUTPUT_UNWRITABLE',
  });
});
