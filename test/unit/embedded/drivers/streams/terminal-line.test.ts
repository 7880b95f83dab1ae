/** Serial lines: whoever holds one up does not hold up midirec. */
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { makeLineRaw } from '../../../../../src/embedded/drivers/streams/terminal-line.js';

const skip = process.platform === 'win32' && 'there is no stty on Windows';

it('a line that cannot be set is given up after two seconds', { skip }, (test) => {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-stty-'));
  const { PATH } = process.env;
  test.after(() => {
    process.env.PATH = PATH;
    rmSync(folder, { recursive: true });
  });
  writeFileSync(join(folder, 'stty'), '#!/bin/sh\nexec sleep 30\n');
  chmodSync(join(folder, 'stty'), 0o755);
  process.env.PATH = `${folder}:${PATH}`;
  const beganMs = performance.now();
  assert.throws(() => makeLineRaw('/dev/null'), { code: 'ETIMEDOUT' });
  const tookMs = performance.now() - beganMs;
  assert.ok(tookMs > 1500 && tookMs < 15_000, `${tookMs} ms`);
});
