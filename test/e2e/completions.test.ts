/** Completions at work: in bash, zsh and fish, as they call them, with the real executable to answer. */
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { eventually } from '../support/contract-fixture.js';
import { MIDIREC, temporaryFolder } from '../support/run-midirec.js';
import { standInSkipReason } from '../support/stand-in.js';
import { ZshSession } from '../support/zsh-session.js';

/** Longer than that is a hang. */
const LIMIT_MS = 30_000;

/**
 * Words of a command line, the last one under the cursor, and what is offered for it: what each shell has to hand on as it
 * is, names with spaces, lists, signs. All else is the same for all of them (test/unit/cli/completions/complete.test.ts).
 */
const CASES: [words: string[], offered: string[]][] = [
  [['rec'], ['record']],
  [['record', '-q', '--buffer-'], ['--buffer-size']],
  [
    ['record', '-d', ''],
    ['Demo keyboard', 'midirec demo synth', 'midirec loopback'],
  ],
  [['--backend', 'embedded', 'record', '-o', 'x.mid', '--device', 'DEMO'], ['Demo keyboard']],
  [
    ['monitor', '--only', 'note,s'],
    ['note,sense', 'note,sysex', 'note,system'],
  ],
  [['record', '--tap', 'cc 66'], ['cc 66']],
  [['record', '--on', 'chord C2+E2+G#2'], ['chord C2+E2+G#2']],
  [['record', '--duration', ''], []],
];

/** The same for files; those without an ending are folders. */
const FILE_CASES: [words: string[], offered: string[]][] = [
  [
    ['play', ''],
    ['UPPER.MID', 'a take.mid', 'pieces'],
  ],
  [
    ['sysex-send', '-d', '0', ''],
    ['UPPER.MID', 'a take.mid', 'bank.syx', 'pieces'],
  ],
  [['split', 'x.mid', '-o', ''], ['pieces']],
  [['sysex-send', 'b'], ['bank.syx']],
  [['sysex-send', 'no'], ['notes.txt']],
];
const FILES = ['a take.mid', 'UPPER.MID', 'bank.syx', 'notes.txt'];

/** What bash does at a press of Tab: $0 is the script, the rest are the words after `midirec`. */
const BASH_CALL = `compopt() { :; }
source "$0"
COMP_WORDS=(midirec "$@") COMP_CWORD=$#
_midirec
printf '%s\\n' "\${COMPREPLY[@]}"`;

/**
 * What is typed into a bash at a terminal, a tab where that key is pressed, and the words that midirec is then given.
 */
const TYPED: [line: string, words: string[]][] = [
  ['rec\t-d demo\\ k\t--dur\t5s', ['record', '-d', 'Demo keyboard', '--duration', '5s']],
  ['--col\t=n\tlis\t', ['--color', '=never', 'list']],
  ['record -d "midirec d\t', ['record', '-d', 'midirec demo synth']],
  ['play a\t-d mid\tdemo\t', ['play', 'a take.mid', '-d', 'midirec demo synth']],
  ['sysex-send no\t', ['sysex-send', 'notes.txt']],
  ['split a\t-o pi\t', ['split', 'a take.mid', '-o', 'pieces/']],
];

const hasBash = process.platform !== 'win32' && has('bash');
const folder = temporaryFolder({ after });
const env = {
  ...process.env,
  MIDIREC_BACKEND: 'embedded',
  PATH: `${folder}${delimiter}${process.env.PATH}`,
};

describe('bash', { skip: !hasBash && 'no bash' }, () => {
  let script: string;
  before(() => {
    installMidirec();
    script = writeScript('bash');
  });

  /** What is offered when the cursor is at the end of the last word. */
  const complete = (words: string[], setting = '') =>
    run('bash', ['--norc', '-c', `${setting}\n${BASH_CALL}`, script, ...words]);

  for (const [words, offered] of [...CASES, ...FILE_CASES.slice(0, -1)]) {
    test(`midirec ${words.join(' ')}`, () => {
      const plain = complete(words).map((line) => line.replaceAll('\\', ''));
      assert.deepEqual(plain.sort(), offered);
    });
  }

  test('a name with spaces comes quoted, unless a quote is open', () => {
    assert.deepEqual(complete(['record', '-d', 'demo\\ k']), ['Demo\\ keyboard']);
    assert.deepEqual(complete(['record', '-d', '"demo k']), ['Demo keyboard']);
  });

  test('--color=n, which bash cuts into three words', () => {
    assert.deepEqual(complete(['--color', '=', 'n']), ['never']);
    assert.deepEqual(complete(['--color', '=', 'n', 'rec']), ['record']);
  });

  test('at a terminal', { skip: standInSkipReason() ?? false }, async (t) => {
    const rc = join(folder, 'midirec.bash');
    const command = `bash --noprofile --rcfile ${rc} -i`;
    const terminal = spawn('script', ['-qec', command, '/dev/null'], {
      cwd: folder,
      env: { ...env, TERM: 'xterm', HISTFILE: '' },
    });
    t.after(() => terminal.kill('SIGKILL'));
    let shown = '';
    terminal.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    const given = () => [...shown.matchAll(/<given>(.*)<end>/g)].map(([, words]) => words);
    for (const [index, [line, words]] of TYPED.entries()) {
      terminal.stdin.write(`midirec ${line}\n`);
      await eventually(`what is given for ${line}`, () => given().length > index, LIMIT_MS);
      assert.equal(given()[index], words.join('|'));
    }
  });

  test('descriptions, where bash shows a list', () => {
    const lines = complete(['s'], 'COMP_TYPE=63');
    assert.match(lines.join('\n'), /^sysex-dump +Save every sysex/m);
    assert.ok(lines.every((line) => line.length < 80));
  });
});

describe('fish', { skip: !(hasBash && has('fish')) && 'no fish' }, () => {
  let script: string;
  before(() => {
    installMidirec();
    script = writeScript('fish');
  });

  for (const [words, offered] of [...CASES, ...FILE_CASES]) {
    test(`midirec ${words.join(' ')}`, () => {
      const line = ['midirec', ...words].map((word) => word.replaceAll(' ', '\\ ')).join(' ');
      const call = `source ${script}; complete -C "${line}"`;
      const lines = run('fish', ['--no-config', '-c', call]);
      const found = lines.map((each) => each.split('\t')[0]!.replace(/\/$/, ''));
      assert.deepEqual(found.sort(), offered);
    });
  }

  test('an option and its value in one word', () => {
    const offersFor = (line: string) =>
      run('fish', ['--no-config', '-c', `source ${script}; complete -C "${line}"`]).map(
        (each) => each.split('\t')[0],
      );
    assert.deepEqual(offersFor('midirec --color=n'), ['--color=never']);
    assert.deepEqual(offersFor('midirec record --output=U'), ['--output=UPPER.MID']);
  });

  test('descriptions', () => {
    const call = `source ${script}; complete -C "midirec lis"`;
    assert.deepEqual(run('fish', ['--no-config', '-c', call]), [
      'list\tList the MIDI inputs and outputs.',
    ]);
  });
});

describe('zsh', { skip: has('zsh') ? (standInSkipReason() ?? false) : 'no zsh' }, () => {
  let zsh: ZshSession;
  before(async () => {
    installMidirec();
    writeScript('zsh');
    zsh = await ZshSession.start(folder, env);
  });
  after(() => zsh.stop());

  for (const [words, offered] of [...CASES, ...FILE_CASES]) {
    test(`midirec ${words.join(' ')}`, async () => {
      const line = ['midirec', ...words].map((word) => word.replaceAll(' ', '\\ ')).join(' ');
      const found = await zsh.complete(line);
      const plain = found.map((each) => each.replaceAll('\\', ''));
      assert.deepEqual([...new Set(plain)].sort(), offered);
    });
  }

  test('an option and its value in one word', async () => {
    assert.deepEqual(await zsh.complete('midirec --color=n'), ['--color=never']);
    assert.deepEqual(await zsh.complete('midirec record --output=U'), ['UPPER.MID']);
  });
});

test('only what is needed is loaded, since somebody waits', () => {
  const hooks = `export async function resolve(name, context, next) {
    const found = await next(name, context);
    process._rawDebug(found.url);
    return found;
  }`;
  const asUrl = (code: string) => `data:text/javascript,${encodeURIComponent(code)}`;
  const setUp = `import { register } from 'node:module'; register(${JSON.stringify(asUrl(hooks))});`;
  const loadedFor = (...words: string[]) => {
    const args = ['--import', asUrl(setUp), MIDIREC, 'complete', '--', ...words];
    return spawnSync(process.execPath, args, { env, encoding: 'utf8' }).stderr;
  };
  const loaded = loadedFor('record', '--dur');
  assert.match(loaded, /record-options/);
  assert.doesNotMatch(loaded, /\/(koffi|chalk|ora)\/|native-winmm|device-offers|monitor-options/);
  assert.match(loadedFor('record', '-d', ''), /device-offers/);
});

/** Puts a program on the PATH that answers as the executable does, and else says what it was given; and files beside it. */
function installMidirec(): void {
  const path = join(folder, 'midirec');
  const answer = `exec "${process.execPath}" "${MIDIREC}" "$@"`;
  const say = 'IFS="|"; echo "<given>$*<end>"';
  writeFileSync(path, `#!/bin/sh\nif [ "$1" = complete ]; then ${answer}; fi\n${say}\n`);
  chmodSync(path, 0o755);
  for (const name of FILES) writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'pieces'), { recursive: true });
}

/** The completions as a file, written by the executable. */
function writeScript(shell: string): string {
  const path = join(folder, `midirec.${shell}`);
  writeFileSync(
    path,
    `${run(process.execPath, [MIDIREC, 'generate', 'completions', shell]).join('\n')}\n`,
  );
  return path;
}

function run(program: string, args: string[]): string[] {
  const { error, stdout, stderr } = spawnSync(program, args, {
    cwd: folder,
    env,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    killSignal: 'SIGKILL',
  });
  assert.ifError(error);
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

function has(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}
