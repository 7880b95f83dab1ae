/** Every command of README.md and docs/: its options are there; those of README.md run as they stand, with instruments played by the test. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { EXAMPLES } from '../../src/cli/help/examples.js';
import { parseCommandLine, splitWords } from '../support/command-check.js';
import { longSkipReason } from '../support/long-tests.js';
import {
  midirecCalls,
  type ReadmeBlock,
  readBlocks,
  withoutComment,
} from '../support/readme-commands.js';
import { MIDIREC, temporaryFolder } from '../support/run-midirec.js';
import { runShell, shellSkipReason } from '../support/shell.js';
import { StandIn, standInSkipReason } from '../support/stand-in.js';
import { answerAsDx7, answerAsMt32, DX7_BANK } from '../support/synthesizers.js';

const BLOCKS = readBlocks(readFileSync('README.md', 'utf8'));
/** By its path, what each page for people who use midirec says. */
const PAGES = Object.fromEntries(
  ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].map((path) => [
    path,
    readFileSync(path, 'utf8'),
  ]),
);

/** What is not run here, by how it begins, and why. Everything else is, in the order of its section. */
const NOT_RUN: [start: string, why: string][] = [
  ['npm ci', 'was run'],
  ['npm install --global ', 'test/package installs it'],
  ['systemctl ', 'test/package runs the unit'],
  ['powershell ', 'needs Windows'],
];

/** Instruments and outputs that README.md speaks of, which the test plugs in. */
const STAND_INS = ['keystation', 'um-one', 'wavetable'];

/** What Ctrl-C ends, in the test as in life: a capture that is not for some seconds, and has nothing to wait for. */
const ENDLESS =
  /^midirec (-\S+ )?(?=record|sysex-dump)(?!.*(--duration \d+s|--request |--instrument |--count ))/;
/** How long it captures before; with two bars to count in, longer. */
const CAPTURE_MS = 1500;
const COUNTED_IN_MS = 5500;

function whyNotRun(command: string): string | undefined {
  return NOT_RUN.find(([start]) => command.startsWith(start))?.[1];
}

/** Programs besides midirec that a command needs. */
function toolsOf(command: string): string[] {
  return ['jq', 'xxd'].filter((tool) => new RegExp(`\\b${tool}\\b`).test(command));
}

test('README.md has commands, and every exception is about one of them', () => {
  const commands = BLOCKS.flatMap((block) => block.commands);
  assert.ok(commands.length > 40, `${commands.length} commands`);
  const idle = NOT_RUN.filter(
    ([start]) => !commands.some((command) => asTyped(command).startsWith(start)),
  );
  assert.deepEqual(idle, []);
});

describe('every command, option and value that is named is one that there is', () => {
  for (const [path, text] of Object.entries(PAGES)) {
    const lines = readBlocks(text).flatMap(({ commands }) => commands);
    for (const [, span] of text.replace(/```[\s\S]*?```/g, '').matchAll(/`([^`]+)`/g)) {
      // In a table a pipe is written so.
      lines.push(span!.replaceAll('\\|', '|').replace(/^source <\((.*)\)$/, '$1'));
    }
    for (const call of new Set(lines.flatMap(midirecCalls))) {
      test(`${path}: midirec ${call}`, async () => {
        assert.notEqual(await parseCommandLine(splitWords(call)), '');
      });
    }
  }
});

describe('what is run by npm, and what is linked to, is there', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [path, text] of Object.entries(PAGES)) {
    for (const [, name] of text.matchAll(/npm run ([\w:]+)/g)) {
      test(`${path}: npm run ${name}`, () => assert.ok(name! in scripts));
    }
    for (const [, target] of text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
      test(`${path}: ${target}`, () => assert.ok(existsSync(join(dirname(path), target!))));
    }
  }
});

test('README.md has the line of each shell that switches completions on', () => {
  const readme = PAGES['README.md']!.replaceAll('\\|', '|');
  for (const [line] of EXAMPLES['midirec generate completions']!) {
    assert.ok(readme.includes(`\`${line}\``), line);
  }
});

describe('what can be run runs as it stands', { skip: longSkipReason, concurrency: 4 }, () => {
  const lists = BLOCKS.filter(({ output }) => output === undefined);
  for (const section of new Set(lists.map((block) => block.section))) {
    const commands = lists
      .filter((block) => block.section === section)
      .flatMap((block) => block.commands)
      .map(asTyped)
      .filter((command) => whyNotRun(command) === undefined);
    if (commands.length === 0) continue;
    test(section === '' ? 'the first command' : section, {
      skip: shellSkipReason() ?? false,
    }, async (t) => {
      const folder = temporaryFolder(t);
      const noRoom = standInSkipReason();
      const room = noRoom === undefined ? await furnish(t, folder) : [];
      for (const command of commands) {
        const missing =
          shellSkipReason(...toolsOf(command)) ?? (needsInstrument(command) ? noRoom : undefined);
        if (missing !== undefined) t.diagnostic(`left out, ${missing}: ${command}`);
        else await runCommand(command, folder, room);
      }
    });
  }
});

/** The instruments that the commands ask for: a keyboard, a synthesizer behind an interface, one that is only heard. */
async function furnish(t: TestContext, folder: string): Promise<StandIn[]> {
  const room = await Promise.all(STAND_INS.map((name) => StandIn.plugIn(t, folder, name)));
  room[1]!.answer = (sysex) => answerAsMt32(sysex) ?? answerAsDx7(sysex);
  return room;
}

/** Whether a command, or the one that made its file, is nothing without an instrument. */
function needsInstrument(command: string): boolean {
  const names = [...STAND_INS, 'session.mid', 'dx7.syx'];
  return ENDLESS.test(command) || names.some((name) => command.includes(name));
}

/** Runs a command of README.md, plays while it captures, and sees to it that it leaves what it names. */
async function runCommand(command: string, folder: string, room: StandIn[]): Promise<void> {
  const [keystation, umOne] = room;
  let hasBegun = false;
  const run = await runShell(withoutComment(command), folder, {
    globalOptions: room.map(({ name }) => `--port ${name}`).join(' '),
    onSaid: (stderr, interrupt) => {
      const [open] = /^(?:recording|listening to) .*$/m.exec(stderr) ?? [];
      if (hasBegun || open === undefined) return;
      hasBegun = true;
      if (open.includes('keystation')) keystation?.play();
      if (open.includes('um-one') && !/--(request|instrument)/.test(command)) {
        umOne?.send(DX7_BANK);
      }
      if (!ENDLESS.test(command)) return;
      const captureMs = command.includes('--count-in') ? COUNTED_IN_MS : CAPTURE_MS;
      setTimeout(() => {
        keystation?.rest();
        interrupt();
      }, captureMs);
    },
  });
  keystation?.rest();
  assert.equal(run.code, 0, `${command}\n${run.stderr}`);
  assert.doesNotMatch(run.stderr, /^midirec: /m, command);
  if (ENDLESS.test(command)) assert.match(run.stderr, /[1-9]\d* (notes?|messages?), /, command);
  for (const [, name] of command.matchAll(/(?: -o| --svg) ([\w.-]+)(?= |$)/g)) {
    if (name !== '-') assert.ok(statSync(join(folder, name!)).size > 0, `${command}: ${name}`);
  }
}

/** The command for a shell in which midirec is installed. */
function asTyped(command: string): string {
  return command.replace(/^npx midirec/, 'midirec');
}

describe('a session is shown as it was', () => {
  const hasTerminal =
    process.platform === 'linux' && spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0;

  for (const block of BLOCKS.filter(({ output }) => output !== undefined)) {
    test(block.commands[0]!, { skip: hasTerminal ? false : 'needs script(1)' }, (t) => {
      const said = runOnTerminal(block, temporaryFolder(t));
      assert.deepEqual(said.map(withoutFigures), block.output!.map(withoutFigures));
    });
  }
});

/** The lines of a terminal of 80 columns after the command, as a person sees them in the end. */
function runOnTerminal({ commands }: ReadmeBlock, folder: string): string[] {
  const args = asTyped(commands[0]!).replace(/^midirec /, '');
  const command = `stty cols 80 rows 40; exec "${process.execPath}" "${MIDIREC}" ${args}`;
  const { stdout, status } = spawnSync('script', ['-qec', command, '/dev/null'], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1' },
  });
  assert.equal(status, 0, stdout);
  const lines = stdout.replaceAll('\r\n', '\n').replace(/\n$/, '').split('\n');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what a terminal obeys
  const last = lines.map((line) => line.split(/\r|\x1b\[[0-9;?]*[A-Za-z]/).at(-1)!);
  while (last.at(-1) === '') last.pop();
  return last.map((line) => line.trimEnd());
}

/** Counts and notes differ by a few from run to run: what is drawn, by its margin; figures, by there being one. */
function withoutFigures(line: string): string {
  const [margin] = /^ {2}[ A-G][#b ]?[ \d-]*│/u.exec(line) ?? [];
  return (margin ?? line)
    .replace(/\d+(?:[.,:]\d+)*/g, '0')
    .replace(/[A-G]#?0/g, 'C0')
    .replace(/ +/g, ' ')
    .trimEnd();
}
