/** Folders for outputs, made level by level. */
import assert from 'node:assert/strict';
import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../../../../src/files/disk/destination.js';
import { temporaryFolder } from '../../../support/run-midirec.js';

test('all levels are made; what is there stays; a file in the way is an error', (t) => {
  const folder = temporaryFolder(t);
  const deep = join(folder, 'a', 'b', 'c');
  makeFolder(deep);
  makeFolder(deep);
  assert.ok(statSync(deep).isDirectory());
  writeFileSync(join(folder, 'file'), '');
  for (const path of ['file', 'file/below']) {
    assert.throws(() => makeFolder(join(folder, path)), { code: 'OUTPUT_UNWRITABLE' }, path);
  }
});

test('a folder in which nothing can be made is an error, and not tried for ever', {
  skip: process.platform !== 'linux',
}, () => {
  assert.throws(() => makeFolder('/proc/midirec/takes'), { code: 'OUTPUT_UNWRITABLE' });
});
