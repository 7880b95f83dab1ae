/** Everything that the command line has is described, and what is told about it elsewhere is of something that exists. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EXAMPLES } from '../../../../src/cli/manual/manual-examples.js';
import { layOut } from '../../../../src/cli/manual/manual-help.js';
import { flatten, readTree } from '../../../../src/cli/manual/manual-tree.js';
import { buildProgram } from '../../../../src/cli/program.js';
import { midirecCalls } from '../../../support/command-lines.js';

const tree = readTree((await buildProgram()).program);
const commands = flatten(tree);

for (const command of commands) {
  test(`${command.name}: described, and so are its options and arguments`, () => {
    assert.notEqual(command.description, '');
    for (const { long, description } of command.options) {
      assert.match(description, /\S/, `${command.name} ${long} has no description`);
      assert.doesNotMatch(description, /\.$/, `${command.name} ${long}: no full stop at the end`);
    }
    for (const argument of command.arguments) {
      const isOfHelp = argument.kind === 'command';
      assert.ok(isOfHelp || argument.description !== '', `${command.name} <${argument.name}>`);
    }
  });
}

test('every command but help has examples', () => {
  const without = commands.filter(({ name }) => EXAMPLES[name] === undefined);
  assert.deepEqual(
    without.map(({ name }) => name),
    ['midirec help'],
    'add examples to src/cli/manual/manual-examples.ts',
  );
});

test('examples are of commands that exist', () => {
  const names = new Set(commands.map(({ name }) => name));
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

  for (const { command } of examples) {
    test(`the command line takes: ${command}`, async () => {
      const calls = midirecCalls(command);
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
