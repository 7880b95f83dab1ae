/** Everything that the command line has is described, and what is told about it elsewhere is of something that exists. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CommandUnknownOpts } from 'commander';
import { EXAMPLES } from '../../../../src/cli/help/examples.js';
import { layOut, nameOf } from '../../../../src/cli/help/help-style.js';
import { buildProgram } from '../../../../src/cli/program.js';
import { midirecCalls } from '../../../support/command-lines.js';

const { program } = await buildProgram();
const commands = [program, ...everyCommandOf(program)];

for (const command of commands) {
  const name = nameOf(command);
  test(`${name}: described, and so are its options and arguments`, () => {
    assert.notEqual(command.description(), '');
    for (const { long, description } of command.options) {
      assert.match(description, /\S/, `${name} ${long} has no description`);
      assert.doesNotMatch(description, /\.$/, `${name} ${long}: no full stop at the end`);
    }
    for (const argument of command.registeredArguments) {
      assert.notEqual(argument.description, '', `${name} <${argument.name()}>`);
    }
  });
}

test('every command that does something has examples', () => {
  const without = commands.filter(
    (command) => EXAMPLES[nameOf(command)] === undefined && command.commands.length === 0,
  );
  assert.deepEqual(without.map(nameOf), [], 'add examples to src/cli/help/examples.ts');
});

test('examples are of commands that exist', () => {
  const names = new Set(commands.map(nameOf));
  assert.deepEqual(
    Object.keys(EXAMPLES).filter((name) => !names.has(name)),
    [],
  );
});

for (const [name, examples] of Object.entries(EXAMPLES)) {
  test(`${name}: examples fit into 80 columns`, () => {
    const lines = layOut(examples).join('\n').split('\n');
    assert.deepEqual(
      lines.filter((line) => line.length > 80),
      [],
    );
  });

  for (const [line] of examples) {
    test(`the command line takes: ${line}`, async () => {
      const calls = midirecCalls(line);
      assert.notEqual(calls.length, 0);
      const takers = await Promise.all(calls.map(whoTakes));
      assert.ok(
        takers.some((taker) => taker.startsWith(name)),
        `an example of ${takers}`,
      );
    });
  }
}

/** The name of the command that takes these words; nothing is done. Rejects if none does. */
async function whoTakes(words: string[]): Promise<string> {
  const { program } = await buildProgram();
  let taker = '';
  const disarm = (command: typeof program, name: string) => {
    command.action(() => {
      taker = name;
    });
    for (const child of command.commands) disarm(child, `${name} ${child.name()}`);
  };
  for (const child of program.commands) disarm(child, `midirec ${child.name()}`);
  await program.parseAsync(words, { from: 'user' });
  return taker;
}

function everyCommandOf(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.commands.flatMap((each) => [each, ...everyCommandOf(each)]);
}
