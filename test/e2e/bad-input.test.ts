/** What a person gets for a mistake: one line, a hint, the right exit code, and nothing touched on disk. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { runs } from '../support/long-tests.js';
import { runHosted } from '../support/midirec-host.js';
import { MIDIREC, runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { smfBytes } from '../support/smf-notation.js';

/** Arguments, what the message must say, what the hint must say. */
const TAKEN = ['taken.mid', 'taken.syx'];
const MISTAKES: [string[], RegExp, RegExp][] = [
  [['record', '-d', 'nope'], /there is no MIDI input 'nope'/, /Demo keyboard/],
  [['record', '-d', 'midirec'], /'midirec' names 2 inputs: 1 'midirec demo synth', 2 /, /id/],
  [['record', '-d', '99'], /there is no MIDI input '99'/, /Demo keyboard/],
  [['record', '-d', ''], /there is no MIDI input ''/, /Demo keyboard/],
  [['record', '--bpm', '0'], /--bpm: '0' is not a number from 4/, /--bpm 120/],
  [['record', '--bpm', 'fast'], /--bpm: 'fast' is not a number from 4/, /--bpm 120/],
  [['record', '--ppq', '0'], /--ppq: '0' is not a whole number from 24 to 32767/, /--ppq/],
  [['record', '--ppq', '40000'], /--ppq/, /--ppq/],
  [['record', '--time-signature', '4/3'], /'4\/3' is not a time signature/, /6\/8/],
  [['record', '--time-signature', '0/4'], /'0\/4' is not a time signature/, /6\/8/],
  [['record', '--channel', '0'], /'0' is not a list of channels/, /1 to 16/],
  [['record', '--channel', '1,17'], /'1,17' is not a list of channels/, /1 to 16/],
  [['record', '--channel', '5-3'], /'5-3' is not a list of channels/, /1 to 16/],
  [['record', '--duration', '5'], /--duration: '5' has no unit/, /--duration 5s; .*500ms, 10s/],
  [['record', '--duration', '-1s'], /--duration/, /./],
  [['record', '--duration', '0s'], /too short/, /1ms/],
  [['record', '--duration', '9999h'], /too long/, /596h/],
  [['record', '--until-idle', 'x'], /--until-idle: 'x' is not a valid time/, /500ms/],
  [['record', '--format', '2'], /--format/, /--format 0/],
  [['record', '--buffers', '1'], /--buffers: '1' is not a whole number from 2/, /--buffers 2/],
  [['record', '--buffer-size', '15'], /--buffer-size: '15' .* from 16/, /--buffer-size 16/],
  [['record', '--buffers', '16385', '--buffer-size', '16'], /from 2 to 16384/, /--buffers 2/],
  [['record', '--buffers', '16384', '--buffer-size', '4097'], /more than 64 MiB/, /fewer/],
  [['record', '-o', '/nonexistent/take.mid'], /cannot write to .*no such folder/, /-o/],
  [['record', '-o', 'taken.mid'], /taken\.mid exists already/, /--force/],
  [['record', '--json', '-o', '-'], /--json and -o - both want standard output/, /-o/],
  [['record', '--nonsense'], /unknown option '--nonsense'/, /./],
  [['record', 'extra'], /too many arguments: 'record' takes 0, not 1$/m, /-d extra/],
  [['record', 'take.mid'], /too many arguments: 'record' takes 0, not 1$/m, /-o take\.mid/],
  [['record', '--tempo', '90'], /unknown option '--tempo'/, /did you mean --bpm\?/],
  [['-d', 'demo'], /unknown option '-d'/, /midirec record -d/],
  [['dump'], /unknown command 'dump'/, /did you mean midirec sysex-dump\?/],
  [['record', '--metronome', 'synth:77'], /--metronome: '77' is not a channel/, /"synth:10"/],
  [['record', '--guess-tempo', '--bpm', '90'], /--guess-tempo and --bpm cannot/, /choose one/],
  [['monitor', '--hex', '--json'], /--hex and --json cannot be combined/, /choose one/],
  [['trim', 'taken.mid', '--from', '1s', '--keep', '1s'], /--keep needs --silence/, /./],
  [['show', 'taken.mid', '--force'], /--force needs --svg/, /./],
  [['show', '.', '--svg', 'a.svg'], /--svg is for a \.mid, which a folder is not/, /omit --svg/],
  [['show', 'F0 00 F7', '--charset', 'gbk'], /--charset is for a \.mid/, /omit --charset/],
  [['doctor', '--listen', '1s', '--no-listen'], /--listen and --no-listen cannot/, /choose one/],
  [['doctor', '--no-listen', '--listen', '1s'], /--listen and --no-listen cannot/, /choose one/],
  [['sysex-send', 'F0 7E 7F 06 01', '-d', '0'], /the message does not end with F7/, /F7/],
  [['record', '-d'], /--device needs <input>/, /record --help/],
  [['show'], /<file> is missing/, /show --help/],
  [['join', 'a.mid'], /--output <file> is missing/, /join --help/],
  [['generate', 'completions', 'tcsh'], /shell: 'tcsh' is not one of bash, zsh/, /--help/],
  [['recrod'], /unknown command 'recrod'/, /record/],
  [
    ['record', '--commands', 'none'],
    /--commands: cannot read none: there is no such file/,
    /touch/,
  ],
  [['--raw', '--backend', 'winmm', 'list'], /--raw is for devices of the embedded/, /omit/],
  [['help', 'recrod'], /unknown command 'recrod'/, /record/],
  [['help', 'nonsense'], /unknown command 'nonsense'/, /midirec --help/],
  [['help', 'generate', 'nonsense'], /unknown command 'nonsense'/, /midirec generate --help/],
  [['help', 'show', 'take.mid'], /'show' has no command 'take\.mid'/, /midirec show --help/],
  [['--backend', 'alsa', 'list'], /--backend: 'alsa' is not one of winmm, embedded/, /winmm/],
  [['--color', 'sometimes', 'list'], /--color: 'sometimes' is not one of/, /auto/],
  [['sysex-dump', '--request', 'F0 7', '--to', '0'], /hex|digit/, /./],
  [['sysex-dump', '--request', 'F0 7G F7', '--to', '0'], /./, /./],
  [['sysex-dump', '--request', '7E 06 F7', '--to', '0'], /./, /F0/],
  [['sysex-dump', '--request', 'F0 7E 06', '--to', '0'], /F7/, /F0/],
  [
    ['sysex-dump', '--request', 'no-such-file.syx', '--to', '0'],
    /neither hex text nor a file/,
    /F0/,
  ],
  [['sysex-dump', '--request', 'F0 7E 7F 06 01 F7'], /--to/, /midirec loopback/],
  [['sysex-dump', '--verify'], /--verify needs --request/, /./],
  [['sysex-dump', '--hex', '--json'], /--hex and --json cannot be combined/, /choose one/],
  [['sysex-dump', '-o', 'taken'], /taken\.syx exists already/, /--force/],
  [['sysex-dump', '--count', '0'], /--count/, /--count 1/],
];

for (const [args, message, hint] of MISTAKES) {
  test(`midirec ${args.join(' ')}`, async (t) => {
    const cwd = temporaryFolder(t);
    for (const name of TAKEN) writeFileSync(join(cwd, name), 'precious');
    const run = await runHosted(args, { cwd });
    const [first, second, ...rest] = run.stderr.trimEnd().split('\n');
    assert.match(first ?? '', /^midirec: /);
    assert.match(first ?? '', message);
    assert.match(second ?? '', /^hint: /);
    assert.match(second ?? '', hint);
    assert.deepEqual(rest, []);
    assert.equal(run.code, 2);
    assert.equal(run.stdout.length, 0);
    assert.deepEqual(readdirSync(cwd), TAKEN);
    for (const name of TAKEN) assert.equal(readFileSync(join(cwd, name), 'utf8'), 'precious');
  });
}

test('a folder that cannot be written to', { skip: process.getuid?.() === 0 }, async (t) => {
  const cwd = temporaryFolder(t);
  mkdirSync(join(cwd, 'locked'));
  chmodSync(join(cwd, 'locked'), 0o555);
  const run = await runMidirec(['record', '-o', 'locked/take.mid'], { cwd });
  assert.match(run.stderr, /cannot write to locked\/take\.mid: permission denied/);
  assert.equal(run.code, 2);
});

test('winmm where there is none', { skip: process.platform === 'win32' }, async () => {
  const run = await runMidirec(['--backend', 'winmm', 'list']);
  assert.match(run.stderr, /^midirec: there is no winmm\.dll on this system\nhint: /);
  assert.equal(run.code, 2);
});

test('a command is missing', async () => {
  const run = await runMidirec([]);
  assert.match(run.stderr, /Usage: midirec/);
  assert.equal(run.code, 2);
});

test('help for a command of a command', async () => {
  const run = await runHosted(['help', 'generate', 'completions']);
  assert.match(run.stdout.toString(), /^Usage: midirec generate completions /);
  assert.equal(run.code, 0);
});

test('files that have no end, and links that go in circles', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cwd = temporaryFolder(t);
  symlinkSync('circle', join(cwd, 'circle'));
  for (const [args, message] of [
    [['show', 'circle'], /cannot read circle: its symbolic links go in circles/],
    [['show', 'circle/a.mid'], /cannot read circle\/a\.mid: its symbolic links go in circles/],
    [['show', '/dev/zero'], /\/dev\/zero is larger than 256 MiB/],
    [['sysex-send', '/dev/zero', '-d', 'demo synth'], /larger than 256 MiB/],
    [['play', '/dev/zero', '-d', 'demo synth'], /larger than 256 MiB/],
  ] as const) {
    const run = await runHosted([...args], { cwd });
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, message);
  }
});

test('split: options that another --by goes with', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'a.mid'), smfBytes(['00 903c40 10 803c40 00 ff2f00']));
  for (const [args, message] of [
    [['--by', 'track', '--silence', '1s'], /--silence and --by track cannot be combined/],
    [['--charset', 'gbk'], /--charset needs --by marker or --by track/],
  ] as const) {
    const run = await runHosted(['split', 'a.mid', ...args], { cwd });
    assert.match(run.stderr, message);
    assert.equal(run.code, 2);
  }
});

test('a file of another kind, in which some bytes look like sysex', async (t) => {
  const cwd = temporaryFolder(t);
  const picture = Buffer.alloc(5000, '\x89PNG\r\n\x1a\n\x90');
  picture.set([0xf0, 0x66, 0xf7, 0xf0, 0x12], 2000);
  writeFileSync(join(cwd, 'picture.png'), picture, 'latin1');
  for (const args of [
    ['show', 'picture.png'],
    ['convert', 'picture.png', '-o', 'picture.mid'],
    ['sysex-send', 'picture.png', '-d', 'demo synth', '--force'],
  ]) {
    const run = await runHosted(args, { cwd });
    const lines = run.stderr.trimEnd().split('\n');
    assert.deepEqual(lines.length, 2, run.stderr);
    assert.equal(lines[0], 'midirec: picture.png is neither a .mid nor a .syx file');
    assert.equal(run.code, 1);
  }
  assert.deepEqual(readdirSync(cwd), ['picture.png']);
});

test('a request file that is no .syx', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'notes.txt'), 'hello');
  const run = await runHosted(['sysex-dump', '--request', 'notes.txt', '--to', '0'], { cwd });
  assert.match(run.stderr, /^midirec: .*notes\.txt.*\nhint: /);
  assert.equal(run.code, 1);
});

test('a process that may open too few files', {
  skip: process.platform === 'win32' ? 'needs ulimit' : false,
}, (t) => {
  const file = join(temporaryFolder(t), 'take.mid');
  writeFileSync(file, smfBytes(['00 903c40 10 803c40 00 ff2f00']));
  let refused = 0;
  // Some more files, and another place is the first where one is missing.
  for (let limit = 20; limit < 40; limit += 20 / runs(20)) {
    const command = `ulimit -n ${limit}; exec "$@"`;
    const args = ['-c', command, 'sh', process.execPath, MIDIREC, 'show', file];
    const { status, stderr } = spawnSync('sh', args, { encoding: 'utf8', timeout: 20_000 });
    // Newer Node.js needs more files for itself, and says it in its own way.
    if (status === 0 || stderr.startsWith('node:internal/')) continue;
    refused++;
    assert.match(
      stderr,
      /^midirec: .*too many open files.* \(EMFILE\)\nhint: raise the limit, .*\n$/,
    );
    assert.equal(status, 1);
  }
  // A few limits may all be too low, or high enough.
  assert.ok(refused > 0 || runs(20) < 20);
});
