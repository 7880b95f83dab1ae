/** What a command line that cannot be read is answered with: what was perhaps meant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OTHER_NAMES, usageFailure } from '../../../../src/cli/help/usage-failure.js';
import { buildProgram } from '../../../../src/cli/program.js';

/** The hint for what commander says of a word. */
async function hintFor(
  text: string,
  first: string,
  args: string[] = [],
  words: string[] = [],
): Promise<string> {
  const { program } = await buildProgram(first);
  const name = words[0] ?? first;
  const command = program.commands.find((one) => one.name() === name);
  if (command !== undefined) command.args = args;
  program.args = words;
  const [, hint = ''] = usageFailure(`error: ${text}`, program, first);
  return hint;
}

test('every command that other programs call otherwise is one of midirec', async () => {
  for (const [name, others] of Object.entries(OTHER_NAMES)) {
    if (name.startsWith('-')) continue;
    for (const other of others) {
      const hint = await hintFor(`unknown command '${other}'`, other);
      assert.equal(hint, `hint: did you mean midirec ${name}?`);
    }
  }
});

test('every option that other programs call otherwise is one of record', async () => {
  for (const [name, others] of Object.entries(OTHER_NAMES)) {
    if (!name.startsWith('-')) continue;
    for (const other of others) {
      const hint = await hintFor(`unknown option '${other}'`, 'record');
      assert.equal(hint, `hint: did you mean ${name}?`);
    }
  }
});

test('no other name is that of a command or an option itself', async () => {
  const { program } = await buildProgram();
  const names = program.commands.map((command) => command.name());
  const record = program.commands.find((command) => command.name() === 'record');
  const flags = record!.options.flatMap(({ long, short }) => [long, short]);
  const others = Object.values(OTHER_NAMES).flat();
  assert.equal(new Set(others).size, others.length);
  assert.deepEqual(
    others.filter((other) => names.includes(other) || flags.includes(other)),
    [],
  );
});

const TOO_MANY = "too many arguments for 'record'. Expected 0 arguments but got 1.";

for (const [text, first, args, hint] of [
  [TOO_MANY, 'record', ['take.mid'], 'did you mean -o take.mid?'],
  [TOO_MANY, 'record', ['keystation'], 'did you mean -d keystation?'],
  [TOO_MANY, 'record', ['usb midi'], 'did you mean -d "usb midi"?'],
  [TOO_MANY.replace('record', 'monitor'), 'monitor', ['a.mid'], 'did you mean -d a.mid?'],
  [
    "too many arguments for 'sysex-send'. Expected 1 argument but got 6.",
    'sysex-send',
    ['F0', '7E', '7F', '06', '01', 'F7'],
    'put the bytes in quotes: "F0 7E 7F 06 01 F7"',
  ],
  [
    "too many arguments for 'show'. Expected 1 argument but got 2.",
    'show',
    ['a.mid', 'b.mid'],
    'midirec show --help tells what there is',
  ],
  ["unknown command 'take.mid'", 'take.mid', [], 'midirec show take.mid tells what is in it'],
  ["unknown option '-d'", '-d', [], 'give it to a command, for example midirec record -d'],
  [
    "unknown option '--what'",
    'sysex-send',
    [],
    'midirec sysex-dump --instrument dx7 --what bank asks for a dump and keeps it',
  ],
  ["unknown option '--nonsense'", 'record', [], 'midirec record --help tells what there is'],
  ["unknown option '--tempo'", 'show', [], 'midirec show --help tells what there is'],
  ["unknown option '--tempp'\n(Did you mean --tempo?)", 'record', [], 'did you mean --tempo?'],
] as const) {
  test(`${first} ${args.join(' ')}: ${text}`, async () => {
    assert.equal(await hintFor(text, first, [...args]), `hint: ${hint}`);
  });
}

for (const [line, excess, hint] of [
  ['record -d demo synth --duration 1s', ['synth'], 'did you mean -d "demo synth"?'],
  ['record --thru demo synth', ['synth'], 'did you mean --thru "demo synth"?'],
  ['record --title My Song -q', ['Song'], 'did you mean --title "My Song"?'],
  ['record --duration 5s demo', ['demo'], 'did you mean -d demo?'],
  ['record -d demo take.mid', ['take.mid'], 'did you mean -o take.mid?'],
  ['sysex-dump --request F0 7E F7', ['7E', 'F7'], 'did you mean --request "F0 7E F7"?'],
  ['play a.mid -d demo synth', ['a.mid', 'synth'], 'did you mean -d "demo synth"?'],
  ['instruments juno 106', ['juno', '106'], 'did you mean "juno 106"?'],
] as const) {
  test(`${line}: what has blanks belongs in quotes`, async () => {
    const words = line.split(' ');
    const [first = ''] = words;
    const text = `too many arguments for '${first}'. Expected 0 arguments but got 1.`;
    assert.equal(await hintFor(text, first, [...excess], words), `hint: ${hint}`);
    // Behind an option for every command, which is the first word then.
    assert.equal(await hintFor(text, '-q', [...excess], words), `hint: ${hint}`);
  });
}
