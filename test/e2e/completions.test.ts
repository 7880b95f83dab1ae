/** Completions at work: in bash, zsh and fish, as they call them, with the real executable to ask for devices. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { MIDIREC } from '../support/run-midirec.js';
import { standInSkipReason } from '../support/stand-in.js';
import { ZshSession } from '../support/zsh-session.js';

/** Words of a command line, the last one under the cursor, and what is offered for it. */
const CASES: [words: string[], offered: string[]][] = [
  [['rec'], ['record']],
  [['help', 'sysex-d'], ['sysex-dump']],
  [['record', '--dur'], ['--duration']],
  [['record', '-q', '--buffer-'], ['--buffer-size']],
  [['--backend', 'emb'], ['embedded']],
  [
    ['record', '--color', 'a'],
    ['always', 'auto'],
  ],
  [
    ['generate', 'completions', ''],
    ['bash', 'fish', 'powershell', 'zsh'],
  ],
  [
    ['record', '-d', ''],
    ['Demo keyboard', 'midirec demo synth', 'midirec loopback'],
  ],
  [['--backend', 'embedded', 'record', '-o', 'x.mid', '--device', 'DEMO'], ['Demo keyboard']],
  [
    ['sysex-send', 'x.syx', '-d', ''],
    ['midirec demo synth', 'midirec loopback'],
  ],
  [['sysex-send', 'x.syx', '--wait-reply', '--dry'], ['--dry-run']],
];

/** What bash does at a press of Tab: $0 is the script, the rest are the words after `midirec`. */
const BASH_CALL = `source "$0"
COMP_WORDS=(midirec "$@") COMP_CWORD=$#
_midirec
printf '%s\\n' "\${COMPREPLY[@]}"`;

const hasBash = process.platform !== 'win32' && has('bash');
const folder = mkdtempSync(join(tmpdir(), 'midirec-completions-'));
after(() => rmSync(folder, { recursive: true, force: true }));
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

  for (const [words, offered] of CASES) {
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

  test('descriptions, where bash shows a list', () => {
    const lines = complete(['s'], 'COMP_TYPE=63');
    assert.match(lines.join('\n'), /^sysex-dump {2}Save every sysex/m);
    assert.ok(lines.every((line) => line.length < 80));
  });
});

describe('fish', { skip: !(hasBash && has('fish')) && 'no fish' }, () => {
  let script: string;
  before(() => {
    installMidirec();
    script = writeScript('fish');
  });

  for (const [words, offered] of CASES) {
    test(`midirec ${words.join(' ')}`, () => {
      const line = ['midirec', ...words].map((word) => word.replaceAll(' ', '\\ ')).join(' ');
      const call = `source ${script}; complete -C "${line}"`;
      const lines = run('fish', ['--no-config', '-c', call]);
      assert.deepEqual(lines.map((each) => each.split('\t')[0]).sort(), offered);
    });
  }
});

describe('zsh', { skip: has('zsh') ? (standInSkipReason() ?? false) : 'no zsh' }, () => {
  let zsh: ZshSession;
  before(async () => {
    installMidirec();
    writeScript('zsh');
    zsh = await ZshSession.start(folder, env);
  });
  after(() => zsh.stop());

  for (const [words, offered] of CASES) {
    test(`midirec ${words.join(' ')}`, async () => {
      const line = ['midirec', ...words].map((word) => word.replaceAll(' ', '\\ ')).join(' ');
      const found = await zsh.complete(line);
      const plain = found.map((each) => each.replaceAll('\\', ''));
      assert.deepEqual([...new Set(plain)].sort(), offered);
    });
  }
});

/** Puts the executable on the PATH, as the name that completions are for. */
function installMidirec(): void {
  const path = join(folder, 'midirec');
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${MIDIREC}" "$@"\n`);
  chmodSync(path, 0o755);
}

/** The completions as a file, written by the executable. */
function writeScript(shell: string): string {
  const path = join(folder, `midirec.${shell}`);
  writeFileSync(
    path,
    run(process.execPath, [MIDIREC, 'generate', 'completions', shell]).join('\n'),
  );
  return path;
}

function run(program: string, args: string[]): string[] {
  const { stdout, stderr } = spawnSync(program, args, { env, encoding: 'utf8' });
  assert.equal(stderr, '');
  return stdout.split('\n').filter((line) => line !== '');
}

function has(program: string): boolean {
  return spawnSync(program, ['--version']).error === undefined;
}
