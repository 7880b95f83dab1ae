/** Endings of the names of outputs. */
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { withEnding } from '../../../../src/files/disk/endings.js';

test('an ending is added where there is none, a dot at the end is none, and an unknown one is told', () => {
  for (const [path, ended, isForeign] of [
    ['take', 'take.mid', false],
    ['take.', 'take.mid', false],
    ['take.mid.', 'take.mid', false],
    ['take.MID', 'take.MID', false],
    ['a.b/take', 'a.b/take.mid', false],
    ['song no. 5', 'song no. 5.mid', false],
    ['take.txt', 'take.txt', true],
    ['take.mid ', 'take.mid ', true],
    ['', '', false],
    [tmpdir(), tmpdir(), false],
    ['/dev/stdout', '/dev/stdout', false],
  ] as const) {
    assert.deepEqual(withEnding(path, ['.mid', '.midi']), { path: ended, isForeign }, path);
  }
});
