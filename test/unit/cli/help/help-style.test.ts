/** --help fits the terminal that it is read in, whatever its width, and says the same in all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandUnknownOpts } from 'commander';
import { nameOf } from '../../../../src/cli/help/help-style.js';
import { RARE } from '../../../../src/cli/options/shared-options.js';
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

test('every command but generate stands in a group of the help', () => {
  const shown = program.createHelp().visibleCommands(program);
  const hidden = program.commands.filter((command) => !shown.includes(command));
  assert.deepEqual(hidden.map(nameOf), ['midirec generate']);
  for (const command of shown) assert.notEqual(command.helpGroup(), '', nameOf(command));
});

test('record --help is two screens at most; what is rare is named there, and explained with -v', () => {
  const record = program.commands.find((command) => command.name() === 'record')!;
  record.configureOutput({ getOutHelpWidth: () => 80 });
  const brief = record.helpInformation();
  assert.ok(brief.split('\n').length <= 80, brief);
  program.setOptionValue('verbose', true);
  const whole = record.helpInformation();
  program.setOptionValue('verbose', undefined);
  const rare = record.options.filter(({ helpGroupHeading }) => helpGroupHeading === RARE);
  assert.ok(rare.length > 5);
  for (const { long, description } of rare) {
    assert.ok(brief.includes(long!), long);
    assert.ok(!brief.includes(description.slice(0, 20)), description);
    assert.ok(whole.replace(/\s+/g, ' ').includes(description.slice(0, 20)), description);
  }
  assert.match(whole, /\n {2}--backend <winmm\|embedded> {2,}where MIDI comes from/);
});

test('what stands behind the options fits the terminal, too', () => {
  const send = program.commands.find((command) => command.name() === 'sysex-send')!;
  const terminal = { isTTY: true, columns: 40 };
  const before = { isTTY: process.stdout.isTTY, columns: process.stdout.columns };
  let text = '';
  send.configureOutput({
    getOutHelpWidth: () => terminal.columns,
    writeOut: (part) => {
      text += part;
    },
  });
  Object.assign(process.stdout, terminal);
  try {
    send.outputHelp();
  } finally {
    Object.assign(process.stdout, before);
  }
  const [, presets = ''] = text.split('Presets:\n');
  assert.match(presets, /yamaha/);
  for (const line of presets.split('\n')) assert.ok(line.length <= terminal.columns, line);
});
