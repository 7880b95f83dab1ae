/** Names and texts with escape sequences in them: no terminal and no pipe ever gets one, by whatever way it comes. */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHosted } from '../support/midirec-host.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { END, smfBytes } from '../support/smf-notation.js';

/** A title, a cleared screen, a line above, and the same of C1; then what would look like a line of midirec. */
const EVIL =
  'e\u001b]0;title\u0007\u001b[2J\u001b[53m\u009b53m\u009d0;x\u009c\u0085\nmidirec: evil';
const hex = Buffer.from(EVIL).toString('hex');
const length = (EVIL.length + [...EVIL].filter((character) => character > '\u007f').length)
  .toString(16)
  .padStart(2, '0');
const TRACK = `00 ff03${length}${hex} 00 ff06${length}${hex} 00 c000 00 903c40 8740 803c00 ${END}`;

const options = {
  skip: process.platform === 'win32' ? 'Windows has no such names' : false,
};

const ESCAPE = '\u001b';
const OWN_COLORS = new RegExp(`${ESCAPE}\\[(?!53)\\d+m`, 'g');

/** What a line may hold: characters that are shown, and colours of midirec. */
function assertHarmless(text: string, command: string): void {
  const plain = text.replaceAll(OWN_COLORS, '');
  for (const character of plain) {
    const code = character.codePointAt(0)!;
    const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
    assert.ok(!isControl || character === '\n', `${command}: ${JSON.stringify(text)}`);
  }
  assert.doesNotMatch(plain, /^midirec: evil/m, command);
}

const COMMANDS: readonly string[][] = [
  ['show', 'EVIL.mid'],
  ['show', 'EVIL.mid', '--json'],
  ['show', 'EVIL.mid', '--svg', '-'],
  ['show', 'EVIL.mid', '--svg', 'EVIL.svg'],
  ['show', 'EVIL.syx'],
  ['show', 'EVIL.syx', '--json'],
  ['show', 'EVIL'],
  ['show', 'EVIL', '--json'],
  ['show', 'EVIL-missing.mid'],
  ['-v', 'show', 'EVIL-missing.mid'],
  ['show', 'EVIL.txt'],
  ['show', 'EVIL.mid', 'EVIL'],
  ['play', 'EVIL.mid', '-d', 'loopback'],
  ['-v', 'play', 'EVIL.mid', '-d', 'EVIL'],
  ['sysex-send', 'EVIL.syx', '-d', 'loopback'],
  ['sysex-send', 'EVIL.mid', '-d', 'loopback'],
  ['sysex-send', 'EVIL.syx', '--dry-run'],
  ['trim', 'EVIL.mid', '--silence'],
  ['split', 'EVIL.mid', '--by', 'marker'],
  ['join', 'EVIL.mid', 'EVIL.mid', '-o', 'EVIL-two.mid'],
  ['join', 'EVIL.mid', 'EVIL.syx', '-o', 'EVIL-three.mid'],
  ['record', '-d', 'demo', '--duration', '100ms', '-o', 'EVIL-take.mid'],
  ['record', '-d', 'demo', '--duration', '100ms', '-o', 'EVIL.mid'],
  ['record', '-d', 'demo', '--duration', '100ms', '-o', 'EVIL-json.mid', '--json'],
  ['sysex-dump', '-d', 'demo synth', '--request', 'f07d0100f7', '--count', '1', '-o', 'EVIL-a.syx'],
  ['--port', 'EVIL.syx', 'list'],
  ['--port', 'EVIL.syx', 'list', '--json'],
  ['--port', 'EVIL.syx', 'monitor', '-d', 'EVIL.syx'],
  ['--port', 'EVIL.syx', '-v', 'monitor', '-d', 'EVIL.syx', '--json'],
  ['--port', 'EVIL.syx', 'doctor', '--listen', '100ms'],
  ['--port', 'EVIL.syx', 'doctor', '--no-listen', '--json'],
  ['--port', 'EVIL-missing', 'list'],
  ['EVIL'],
  ['help', 'EVIL'],
  ['show', '--EVIL'],
  ['record', '--format', 'EVIL'],
  ['record', '--duration', 'EVIL'],
  ['generate', 'EVIL'],
];

/** Whether or not midirec gives colours of its own. */
const RUNS = [
  ...COMMANDS.map((command) => ['--color', 'always', ...command]),
  ...COMMANDS.slice(0, 8).map((command) => ['--color', 'never', ...command]),
];

test('no escape sequence in a name or a text comes through', options, async (t) => {
  const cwd = temporaryFolder(t);
  const evil = (text: string) => text.replaceAll('EVIL', EVIL);
  writeFileSync(join(cwd, evil('EVIL.mid')), smfBytes([TRACK]));
  writeFileSync(join(cwd, evil('EVIL.syx')), Buffer.from('f043100000f7', 'hex'));
  writeFileSync(join(cwd, evil('EVIL.txt')), 'text');
  mkdirSync(join(cwd, EVIL));
  copyFileSync(join(cwd, evil('EVIL.mid')), join(cwd, EVIL, evil('EVIL.mid')));
  writeFileSync(join(cwd, EVIL, evil('EVIL-bad.mid')), 'MThd');
  for (const command of RUNS) {
    const run = await runHosted(command.map(evil), {
      cwd,
      // The doctor shows it.
      env: { LC_ALL: 'C.UTF-8', WINEPREFIX: EVIL },
    });
    const said = run.stdout.toString() + run.stderr;
    assert.ok(said.length > 0, command.join(' '));
    assertHarmless(said, command.join(' '));
  }
});
