/** What is loaded before midirec says something: each file costs half a millisecond. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { MIDIREC, temporaryFolder } from '../support/run-midirec.js';

const root = dirname(dirname(MIDIREC));

for (const option of ['--version', '-V']) {
  test(`${option} needs nothing but the executable and package.json`, (t) => {
    const folder = temporaryFolder(t);
    for (const name of ['bin', 'package.json']) {
      cpSync(join(root, name), join(folder, name), { recursive: true });
    }
    const { stdout, status } = spawnSync(
      process.execPath,
      [join(folder, 'bin/midirec.js'), option],
      { encoding: 'utf8' },
    );
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    assert.deepEqual({ stdout, status }, { stdout: `${version}\n`, status: 0 });
  });
}

test('list needs no other file of dist than main.js', (t) => {
  const folder = temporaryFolder(t);
  for (const name of ['bin', 'package.json', 'dist/main.js']) {
    cpSync(join(root, name), join(folder, name), { recursive: true });
  }
  cpSync(join(root, 'node_modules/commander'), join(folder, 'node_modules/commander'), {
    recursive: true,
  });
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'bin/midirec.js'), 'list', '--json'],
    { encoding: 'utf8', env: { ...process.env, MIDIREC_BACKEND: 'embedded' } },
  );
  assert.equal(stderr, '');
  assert.equal(JSON.parse(stdout).backend, 'embedded');
});
