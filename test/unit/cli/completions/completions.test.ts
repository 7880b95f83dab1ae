/** Completions have every command and option with its description, and their shells can read them. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { renderCompletions } from '../../../../src/cli/completions/completions.js';
import { SHELLS, type Shell } from '../../../../src/cli/completions/completions-shells.js';
import { flatten, readTree } from '../../../../src/cli/manual/manual-tree.js';
import { buildProgram } from '../../../../src/cli/program.js';

const { program } = await buildProgram();
const tree = readTree(program);

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

const folder = mkdtempSync(join(tmpdir(), 'midirec-completions-'));
after(() => rmSync(folder, { recursive: true, force: true }));

for (const shell of SHELLS) {
  const script = renderCompletions(program, shell);

  test(`${shell}: every command and option, with its description`, () => {
    for (const command of flatten(tree)) {
      if (command.path !== '') assertHas(script, command.description);
      for (const { short, long, description } of command.options) {
        assert.ok(script.includes(shell === 'fish' ? `-l ${long.slice(2)}` : long), long);
        if (shell === 'fish' && short !== undefined) assertHas(script, `-s ${short.slice(1)} `);
        assertHas(script, description);
      }
    }
  });

  test(`${shell}: no tabs, no line that a terminal would obey, a line feed at the end`, () => {
    assert.match(script, /[^\n]\n$/);
    assert.doesNotMatch(script, /[^\n\P{Cc}]/u);
  });

  const [tool, ...args] = CHECKS[shell];
  const isThere = spawnSync(tool, ['--version']).error === undefined;
  test(`${shell} can read it`, { skip: !isThere && `no ${tool}` }, () => {
    const path = join(folder, shell);
    writeFileSync(path, script);
    const { status, stderr } = spawnSync(tool, [...args, path], { encoding: 'utf8' });
    assert.equal(stderr, '');
    assert.equal(status, 0);
  });
}

/** Compares without what each shell quotes in its own way. */
function assertHas(script: string, text: string): void {
  const plain = (quoted: string) => quoted.replaceAll(/['\\]/g, '');
  assert.ok(plain(script).includes(plain(text)), text);
}

test('values are offered as what they are', () => {
  const bash = renderCompletions(program, 'bash');
  assert.match(bash, /\*:--color\) kind=choice words=\(auto always never\) ;;/);
  assert.match(bash, /'record':-d \| 'record':--device\) kind=input ;;/);
  assert.match(bash, /'sysex-send':-d \| 'sysex-send':--device\) kind=output ;;/);
  assert.match(bash, /'record':-o \| 'record':--output\) kind=file ;;/);
  assert.match(bash, /'sysex-send':--wait-reply\) kind=text optional=1 ;;/);
});
