/** Every command of README.md: its options are there, and what can be run on any machine runs as it stands. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, test } from 'node:test';
import { parseCommandLine, splitWords } from '../support/command-check.js';
import { midirecCalls, type ReadmeBlock, readBlocks } from '../support/readme-commands.js';
import { MIDIREC, temporaryFolder } from '../support/run-midirec.js';
import { runShell, shellSkipReason } from '../support/shell.js';

const README = readFileSync('README.md', 'utf8');
const BLOCKS = readBlocks(README);

/** What is not run here, by how it begins, and why. Everything else is, in the order of its section. */
const NOT_RUN: [start: string, why: string][] = [
  ['npm test', 'that is what runs this'],
  ['npm ci', 'was run'],
  ['npm install --global .', 'test/package installs it'],
  ['npm run package', 'test/package runs it'],
  ['midirec record  ', 'has no end'],
  ['midirec record -d keystation', 'needs an instrument'],
  ['midirec record --duration 10m', 'takes ten minutes'],
  ['midirec record --format 0', 'has no end'],
  ['midirec record --channel', 'has no end'],
  ['midirec record --split-idle', 'has no end'],
  ['midirec record --keep-last', 'has no end'],
  ['midirec record -o session.mid', 'has no end'],
  ['midirec split session.mid', 'needs two instruments'],
  ['midirec sysex-dump -o dump.syx', 'waits for a synthesizer'],
  ['midirec sysex-dump -d um-one', 'needs a synthesizer'],
  ['midirec sysex-send dx7.syx', 'needs a synthesizer'],
  ['midirec show dx7.syx', 'needs what a synthesizer sent'],
  ['midirec sysex-send timbres.syx', 'needs a synthesizer'],
  ['systemctl ', 'test/package runs the unit'],
  ['powershell ', 'needs Windows'],
];

/** Words before the calls of midirec that were done long ago. */
const DONE_BEFORE = /^npm ci && /;

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

describe('every command, option and value that README.md names is one that there is', () => {
  for (const line of new Set(BLOCKS.flatMap(({ commands }) => commands))) {
    for (const call of midirecCalls(line)) {
      test(`midirec ${call}`, async () => {
        assert.notEqual(await parseCommandLine(splitWords(call)), '');
      });
    }
  }
  for (const [, span] of README.replace(/```[\s\S]*?```/g, '').matchAll(/`(midirec [^`]+)`/g)) {
    test(span!, async () => {
      assert.notEqual(await parseCommandLine(splitWords(span!.slice(8))), '');
    });
  }
});

describe('what is not run here is run by npm, or by a script that there is', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'));
  for (const [, name] of README.matchAll(/npm run ([\w:]+)/g)) {
    test(`npm run ${name}`, () => assert.ok(name! in scripts));
  }
  for (const [, path] of README.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    test(path!, () => assert.ok(existsSync(path!)));
  }
});

describe('what can be run on any machine runs as it stands', { concurrency: 2 }, () => {
  const lists = BLOCKS.filter(({ output }) => output === undefined);
  for (const section of new Set(lists.map((block) => block.section))) {
    const commands = lists
      .filter((block) => block.section === section)
      .flatMap((block) => block.commands)
      .filter((command) => whyNotRun(asTyped(command)) === undefined);
    if (commands.length === 0) continue;
    test(section === '' ? 'the first command' : section, {
      skip: shellSkipReason() ?? false,
    }, async (t) => {
      const folder = temporaryFolder(t);
      for (const command of commands) {
        const missing = shellSkipReason(...toolsOf(command));
        if (missing !== undefined) {
          t.diagnostic(`left out, ${missing}: ${command}`);
          continue;
        }
        const run = await runShell(asTyped(command), folder);
        assert.equal(run.code, 0, `${command}\n${run.stderr}`);
        assert.doesNotMatch(run.stderr, /^midirec: /m, command);
      }
    });
  }
});

/** The command for a shell in which midirec is installed. */
function asTyped(command: string): string {
  return command.replace(DONE_BEFORE, '').replace(/^npx midirec/, 'midirec');
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
    env: { PATH: dirname(process.execPath), TERM: 'xterm', LANG: 'C.UTF-8', NO_COLOR: '1' },
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
