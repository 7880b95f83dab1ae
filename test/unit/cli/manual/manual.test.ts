/** The manual page in the repository is the one that the program would write now, and a good one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { renderManual } from '../../../../src/cli/manual/manual.js';
import { flatten, readTree } from '../../../../src/cli/manual/manual-tree.js';
import { buildProgram } from '../../../../src/cli/program.js';

/** Seen from build/test/unit/cli/manual. */
const MANUAL = fileURLToPath(new URL('../../../../../man/midirec.1', import.meta.url));

const { program } = await buildProgram();
const manual = renderManual(program);

test('man/midirec.1 is up to date', () => {
  const committed = readFileSync(MANUAL, 'utf8').split(/\r?\n/);
  const line = manual.split('\n').findIndex((text, index) => text !== committed[index]);
  const isSame = line === -1 && committed.length === manual.split('\n').length;
  assert.ok(isSame, `out of date from line ${line + 1} on: npm run generate renews it`);
});

test('it has the sections that readers look for, in the order of mdoc(7)', () => {
  const sections = [...manual.matchAll(/^\.Sh (.+)$/gm)].map(([, title]) => title!);
  const wanted = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'ENVIRONMENT', 'FILES'];
  wanted.push('EXIT STATUS', 'EXAMPLES', 'SEE ALSO', 'BUGS');
  assert.deepEqual(
    sections.filter((title) => wanted.includes(title)),
    wanted,
  );
});

for (const command of flatten(readTree(program)).slice(1)) {
  test(`it has ${command.name} with all its options`, () => {
    const heading = `.Ss ${command.path.replaceAll('-', '\\-')}\n`;
    const [, rest] = manual.split(heading);
    assert.ok(rest !== undefined, heading);
    const [section = ''] = rest.split(/^\.S[sh] /m);
    for (const { long } of command.options.filter((option) => option.long !== '--help')) {
      assert.ok(section.includes(`Fl ${long.slice(1).replaceAll('-', '\\-')}`), long);
    }
  });
}

for (const [tool, args] of [
  ['mandoc', ['-T', 'lint']],
  ['groff', ['-man', '-mdoc', '-ww', '-z', '-Tutf8']],
] as const) {
  const isThere = spawnSync(tool, ['--version']).error === undefined;
  test(`${tool} has nothing to complain about`, { skip: !isThere && `no ${tool}` }, () => {
    const { stdout, stderr } = spawnSync(tool, args, { input: manual, encoding: 'utf8' });
    assert.equal(`${stdout}${stderr}`, '');
  });
}
