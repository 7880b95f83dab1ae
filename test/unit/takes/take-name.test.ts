import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { MidirecError } from '../../../src/midi/errors.js';
import {
  expandPattern,
  isPattern,
  openFreeName,
  pathAmongTakes,
} from '../../../src/takes/take-name.js';

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
  const folder = mkdtempSync(join(tmpdir(), 'midirec-names-'));
  t.after(() => rmSync(folder, { recursive: true }));
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

test('a folder that cannot be made', () => {
  assert.throws(() => openFreeName('/dev/null/x/take.mid', moment, () => 1), {
    code: 'OUTPUT_UNWRITABLE',
  });
});
