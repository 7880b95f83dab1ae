/** The manual page has what man/midirec.mdoc and the program say, as they say it, and is up to date. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import type { CommandUnknownOpts } from 'commander';
import { EXAMPLES } from '../../../src/cli/help/examples.js';
import { describeOption, nameOf } from '../../../src/cli/help/help-style.js';
import { buildProgram } from '../../../src/cli/program.js';

const { program } = await buildProgram();
const committed = readFileSync('man/midirec.1', 'utf8').replaceAll('\r', '');

test('man/midirec.1 is up to date', () => {
  const { stdout } = run(process.execPath, ['scripts/generate-manual.js', '-']);
  const lines = stdout.split('\n');
  const line = committed.split('\n').findIndex((text, index) => text !== lines[index]);
  assert.equal(committed, stdout, `out of date from line ${line + 1} on: npm run generate`);
});

test('it has the sections that readers look for, in the order of mdoc(7)', () => {
  const wanted = ['NAME', 'SYNOPSIS', 'DESCRIPTION', 'COMMANDS', 'ENVIRONMENT', 'FILES'];
  wanted.push('EXIT STATUS', 'EXAMPLES', 'SEE ALSO', 'BUGS');
  const sections = [...committed.matchAll(/^\.Sh (.+)$/gm)].map(([, title]) => title!);
  assert.deepEqual(
    sections.filter((title) => wanted.includes(title)),
    wanted,
  );
});

describe('as it is read', { skip: !has('mandoc') && 'no mandoc' }, () => {
  const { stdout: page } = run('mandoc', ['-T', 'utf8', '-O', 'width=900', 'man/midirec.1']);
  const [, commands = ''] = plain(page).split(/^COMMANDS$/m);

  for (const command of leavesOf(program)) {
    const path = nameOf(command).replace('midirec ', '');
    const [, rest = ''] = commands.split(`\n   ${path}\n`);
    const [section = ''] = rest.split(/^ {0,3}\S/m);

    test(`midirec ${path}: description, options and examples, each with its own characters`, () => {
      const { options, registeredArguments } = command;
      for (const { short, long } of options) {
        assert.match(
          section,
          new RegExp(`^ +${short === undefined ? '' : `${short}, `}${long}`, 'm'),
        );
      }
      const texts = [command.description(), ...options.map(describeOption)];
      texts.push(...registeredArguments.map(({ description }) => description));
      texts.push(...(EXAMPLES[nameOf(command)] ?? []).flat());
      for (const text of texts) assert.ok(section.includes(asRead(text)), text);
    });
  }
});

for (const [tool, args] of [
  ['mandoc', ['-T', 'lint']],
  ['groff', ['-man', '-mdoc', '-ww', '-z', '-Tutf8']],
] as const) {
  for (const file of ['man/midirec.1', 'man/midirec.mdoc']) {
    test(`${tool} has nothing to complain about in ${file}`, {
      skip: !has(tool) && `no ${tool}`,
    }, () => {
      const { stdout, stderr } = run(tool, [...args, file]);
      assert.equal(`${stdout}${stderr}`, '');
    });
  }
}

/** Commands that do something themselves, rather than having others under them. */
function leavesOf(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leavesOf);
}

/** Descriptions become sentences, and their dots three. */
function asRead(text: string): string {
  return text.slice(1).replaceAll('…', '...');
}

/** Bold and underlined letters come as a letter, a backspace, and a letter. */
function plain(page: string): string {
  return page
    .split('\b')
    .map((part) => part.slice(0, -1))
    .join('');
}

function run(tool: string, args: readonly string[]) {
  return spawnSync(tool, args, { encoding: 'utf8' });
}

function has(tool: string): boolean {
  return spawnSync(tool, ['--version']).error === undefined;
}
