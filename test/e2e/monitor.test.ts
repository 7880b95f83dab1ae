/** `midirec monitor` as people use it, and in pipelines. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runHosted } from '../support/midirec-host.js';
import { MIDIREC, runMidirec, temporaryFolder, untilSaid } from '../support/run-midirec.js';

function linesOf(run: { stdout: Buffer }): string[] {
  return run.stdout.toString().trimEnd().split('\n');
}

test('a line for each message: time, channel, what it is', async () => {
  const run = await runMidirec(['monitor', '-d', 'demo keyboard', '--duration', '700ms']);
  assert.equal(run.code, 0, run.stderr);
  assert.match(
    run.stderr,
    /^listening to Demo keyboard\n\d+ messages(, and \d+ clock left out .*)?\n(clock at .*\n)?$/,
  );
  const lines = linesOf(run);
  assert.ok(
    lines.every((line) => /^ {2}0\.\d{3} s {2}( \d| {2}) {2}\S/.test(line)),
    lines[0],
  );
  const texts = lines.map((line) => line.slice(15));
  assert.ok(texts.includes('note on        A3    velocity 68'), run.stdout.toString());
  assert.ok(texts.includes('control        64   sustain pedal 127 (on)'));
  assert.ok(texts.some((text) => /^sysex {10}Universal master volume/.test(text)));
});

test('several inputs are named', async () => {
  const args = ['monitor', '-d', 'demo keyboard', '-d', 'loopback', '--count', '2'];
  const [first] = linesOf(await runHosted(args));
  assert.match(first ?? '', /^ {2}0\.\d{3} s {2}Demo keyboard {6} {2}/);
});

test('--only, --channel, --count, --hex', async () => {
  const args = ['--only', 'note, cc', '--channel', '1', '--count', '5', '--hex'];
  const run = await runHosted(['monitor', '-d', 'demo keyboard', ...args]);
  assert.equal(run.code, 0, run.stderr);
  const lines = linesOf(run);
  assert.equal(lines.length, 5);
  for (const line of lines) {
    assert.match(line, /^ +\d\.\d{3} s {3}1 {2}[89b]0 [0-9a-f]{2} [0-9a-f]{2} {2}(note|control)/);
  }
});

test('controllers that say one thing are one line, with --hex a line each', async () => {
  const bytes = 'b0 65 00 64 06 06 07  b0 07 60 27 02  c0 05';
  const input = Buffer.from(bytes.replaceAll(' ', ''), 'hex');
  const run = (...args: string[]) => {
    const all = [MIDIREC, '--port', '-', 'monitor', ...args];
    return spawnSync(process.execPath, all, { input, encoding: 'utf8' });
  };
  const { stdout, stderr, status } = run();
  assert.equal(status, 0, stderr);
  assert.deepEqual(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(15)),
    [
      'RPN            6  MPE zone lower, channels 2 to 8',
      'control        7    volume 12,290 of 16,383',
      'program        6, Electric Piano 2',
    ],
  );
  assert.match(stderr, /\n6 messages\n$/);
  assert.equal(run('--hex').stdout.trimEnd().split('\n').length, 6);
});

test('--json: the lines of record --json', async () => {
  const run = await runHosted(['monitor', '-d', 'demo keyboard', '--json', '--count', '3']);
  const objects = linesOf(run).map((line) => JSON.parse(line));
  assert.deepEqual(
    objects.map(({ type }) => type),
    ['begin', 'message', 'message', 'message', 'end'],
  );
  assert.equal(objects.at(-1).messages, 3);
  assert.equal(objects.at(-1).stoppedBy, 'count');
});

test('colour only when asked for, or for a terminal', async () => {
  const run = await runHosted(['--color', 'always', 'monitor', '-d', 'demo', '--count', '1']);
  assert.ok(run.stdout.includes('\u001b['));
});

test('Ctrl-C ends it with 0 and says how much there was', {
  skip: process.platform === 'win32',
}, async () => {
  const run = await runMidirec(['monitor', '-d', 'loopback'], {
    async onStart(child) {
      await untilSaid(child, 'listening');
      setTimeout(() => child.kill('SIGINT'), 200);
    },
  });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /\n0 messages\n$/);
});

test('lines in the file of --commands: stop ends it and a dump as Ctrl-C does, mark is printed, and refused of a dump', async (t) => {
  const commands = join(temporaryFolder(t), 'commands');
  writeFileSync(commands, '');
  const dump = join(temporaryFolder(t), 'dump.syx');
  const none = /^$/;
  for (const [args, out, err] of [
    [['monitor', '-d', 'keyboard'], /^ *[\d:.]+ .*midirec +a pause$/m, /^(?!.*--commands)/s],
    [
      ['monitor', '--json', '-d', 'keyboard'],
      /"type":"marker",.*"text":"a pause"/,
      /^(?!.*--commands)/s,
    ],
    [['sysex-dump', '-d', 'keyboard', '-o', dump], none, /--commands: a dump has no marks/],
  ] as [string[], RegExp, RegExp][]) {
    const run = await runMidirec([...args, '--commands', commands], {
      onStart: (child) => {
        child.stderr?.once('data', () => appendFileSync(commands, 'mark a pause\nstop\n'));
      },
    });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout.toString(), out);
    assert.match(run.stderr, err);
  }
  const missing = await runHosted(['monitor', '--commands', join(commands, 'none')]);
  assert.equal(missing.code, 2);
  assert.match(missing.stderr, /--commands: cannot read .*\nhint: create it first/);
});

test('what cannot be', async () => {
  for (const [args, words] of [
    [['--only', 'notes'], /--only: 'notes' is not one of note, cc,/],
    [['--channel', '17'], /--channel: '17' is not a list of channels/],
    [['--count', '0'], /--count: '0' is not a whole number/],
    [['-d', 'nobody'], /there is no MIDI input 'nobody'/],
  ] as const) {
    const run = await runHosted(['monitor', ...args]);
    assert.equal(run.code, 2, run.stderr);
    assert.match(run.stderr, words);
    assert.equal(run.stdout.length, 0);
  }
});

test('in a shell, with a reader that stops early', { skip: process.platform === 'win32' }, () => {
  const command = `"${process.execPath}" "${MIDIREC}" monitor -d 'demo keyboard' | head -n 2`;
  const { stdout, stderr, status } = spawnSync('bash', ['-c', `set -o pipefail; ${command}`], {
    env: { ...process.env, MIDIREC_BACKEND: 'embedded', NO_COLOR: '1' },
    encoding: 'utf8',
    timeout: 20_000,
  });
  assert.equal(status, 0, stderr);
  assert.equal(stdout.trimEnd().split('\n').length, 2);
  assert.equal(stderr, 'listening to Demo keyboard (Ctrl-C stops)\n');
});
