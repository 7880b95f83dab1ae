/** Each shell can read what it is told to source. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Shell, STUBS } from '../../../../src/cli/completions/stubs.js';
import { temporaryFolder } from '../../../support/run-midirec.js';

/** How a shell is asked to look at a file without running it. */
const CHECKS: Readonly<Record<Shell, readonly [program: string, ...args: string[]]>> = {
  bash: ['bash', '-n'],
  zsh: ['zsh', '-n'],
  fish: ['fish', '--no-execute'],
  powershell: [
    'pwsh',
    '-NoProfile',
    '-Command',
    '& { $null = [ScriptBlock]::Create((Get-Content -Raw $args[0])) }',
  ],
};

const folder = temporaryFolder({ after });

for (const [shell, script] of Object.entries(STUBS)) {
  test(`${shell}: no tabs, no line that a terminal would obey, a line feed at the end`, () => {
    assert.match(script, /[^\n]\n$/);
    assert.doesNotMatch(script, /[^\n\P{Cc}]/u);
  });

  const [tool, ...args] = CHECKS[shell as Shell];
  const isThere = spawnSync(tool, ['--version']).error === undefined;
  test(`${shell} can read it`, { skip: !isThere && `no ${tool}` }, () => {
    const path = join(folder, shell);
    writeFileSync(path, script);
    const { status, stderr } = spawnSync(tool, [...args, path], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
}
