/** --help fits the terminal that it is read in, whatever its width, and says the same in all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandUnknownOpts } from 'commander';
import { nameOf } from '../../../../src/cli/help/help-style.js';
import { buildProgram } from '../../../../src/cli/program.js';

const WIDTHS = [100, 80, 60, 40];

function all(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return [command, ...command.commands.flatMap(all)];
}

/** What the help says of options and commands, without the way it is set out. */
function wordsOf(help: string): string {
  const [, ...behindExamples] = help.split(/\n\n(?=\S.*:\n)/);
  return behindExamples
    .filter((part) => !part.startsWith('Examples:'))
    .join(' ')
    .replace(/\s+/g, ' ');
}

const { program } = await buildProgram();

for (const command of all(program)) {
  test(`${nameOf(command)} --help in ${WIDTHS.join(', ')} columns`, () => {
    const helps = WIDTHS.map((columns) => {
      command.configureOutput({ getOutHelpWidth: () => columns });
      const help = command.helpInformation();
      // Usage is one line, which can be copied.
      const [, ...lines] = help.split('\n');
      for (const line of lines) assert.ok(line.length <= columns, line);
      return wordsOf(help);
    });
    assert.match(helps[0]!, /--help print help/);
    for (const help of helps) assert.equal(help, helps[0]);
  });
}
