/** `midirec show` as people use it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { encodeHeader, encodeTrackHeader } from '../../src/files/smf/smf-encoding.js';
import { runHosted } from '../support/midirec-host.js';
import { runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { END, smfBytes } from '../support/smf-notation.js';
import { DX7_BANK } from '../support/synthesizers.js';

const UTF8 = { LC_ALL: 'C.UTF-8', TERM: 'xterm' };

/** Two beats at 60 bpm, two tracks, a sysex, a marker. */
function smallFile(): Buffer {
  const tracks = [
    '00 ff51030f4240 00 ff58040302180800 ff2f00',
    '00 ff030450696e6f 00 f0077f7f04010070f7 00 903c40 8740 803c00 00 ff060641207061727400 b04007 8740 ff2f00',
  ].map((hex) => Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  return Buffer.concat([
    encodeHeader(1, tracks.length, 480),
    ...tracks.flatMap((track) => [encodeTrackHeader(track.length), track]),
  ]);
}

const PICTURE = [
  'small.mid: 4.0 s, 1 note, 1 controller event, 1 sysex (8 bytes)',
  'format 1, 480 ticks a beat, 2 tracks, 60 bpm, 3/4',
  '',
  '    │                          ┊',
  '    │                          ┊',
  '    │                          ┊',
  '  C4│▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀▀        ┊',
  '    │                          ┊',
  '    │                          ┊',
  '    └┬─────────────────┬────────────────',
  '     0 s               2 s',
  '  channel 1  1 note  C4',
  '      1 controller event  Pino',
  '',
  '  0.0 s  sysex: Universal master volume 88 %, 8 bytes',
  '  2.0 s  marker: A part',
  '',
];

test('a .mid: a piano roll, what is on which channel, sysex and markers', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'small.mid'), smallFile());
  const run = await runHosted(['show', 'small.mid'], { cwd, env: { ...UTF8, COLUMNS: '40' } });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stderr, '');
  assert.deepEqual(run.stdout.toString().split('\n'), PICTURE);
});

test('ASCII where the terminal knows no more, no picture with --plain, colour when asked', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'small.mid'), smallFile());
  const text = async (args: string[], env: Record<string, string | undefined>) =>
    (await runHosted([...args, 'show', 'small.mid'], { cwd, env })).stdout.toString();
  for (const env of [
    { ...UTF8, TERM: 'dumb' },
    { ...UTF8, LC_ALL: 'C' },
  ]) {
    const ascii = await text([], env);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: line feeds are the only ones
    assert.match(ascii, /^[\x0a\x20-\x7e]*$/);
    assert.match(ascii, /\|1111/);
    assert.match(ascii, /^ {2}1 channel 1 {2}1 note {2}C4/m);
  }
  const plain = await text(['--plain'], UTF8);
  assert.doesNotMatch(plain, /[│▀]|1111/);
  assert.match(plain, /channel 1 {2}1 note {2}C4/);
  const color = await text(['--color', 'always'], { ...UTF8, NO_COLOR: undefined });
  assert.ok(color.includes('\u001b[36m▀'));
});

test('a sysex without its end is no damage of the file; exit 3 all the same', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'whole.mid'), smfBytes([`00 f004 7e7f0901 ${END}`], 0, 0x60));
  for (const [path, where] of [
    ['whole.mid', ' at offset 22 (hex 16)\n'],
    ['.', ': midirec show'],
  ]) {
    const { code, stderr } = await runHosted(['show', path!], { cwd });
    assert.equal(code, 3);
    assert.ok(
      stderr.startsWith(`warning: whole.mid holds a sysex without its end (F7)${where}`),
      stderr,
    );
  }
});

test('the tempo before the first note is not counted', async (t) => {
  const cwd = temporaryFolder(t);
  const lead = '00 ff51030493e0 60 ff510307a120 00 903c40';
  const rest = `8360 ff5103078d98 60 803c40 ${END}`;
  writeFileSync(join(cwd, 'lead.mid'), smfBytes([`${lead} ${rest}`], 0, 0x60));
  const run = await runHosted(['show', 'lead.mid'], { cwd });
  assert.match(run.stdout.toString(), /120 bpm \(120 to 121\.21 in 1 change\)/);
});

test('a file that counts in frames', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'frames.mid'), smfBytes([`00 903c40 9738 803c40 ${END}`], 0, 0xe364));
  const run = await runHosted(['show', 'frames.mid'], { cwd });
  const [, facts] = run.stdout.toString().split('\n');
  assert.equal(facts, 'format 0, 29.97 (30 drop) frames a second of 100 ticks, 1 track');
});

test('--json: one document', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'small.mid'), smallFile());
  const run = await runHosted(['show', 'small.mid', '--json'], { cwd });
  const { tracks, channels, ...document } = JSON.parse(run.stdout.toString());
  assert.deepEqual(tracks, [
    { name: '', events: 3 },
    { name: 'Pino', events: 7 },
  ]);
  assert.deepEqual(channels, [
    {
      track: 1,
      channel: 1,
      notes: 1,
      controls: 1,
      lowest: { key: 60, name: 'C4' },
      highest: { key: 60, name: 'C4' },
    },
  ]);
  assert.deepEqual(document.tempos, [{ timeMs: 0, bpm: 60 }]);
  assert.deepEqual(document.markers, [{ timeMs: 2000, text: 'A part' }]);
  assert.equal(document.durationMs, 4000);
  assert.deepEqual(document.sysex, [
    {
      timeMs: 0,
      track: 1,
      manufacturer: 'Universal',
      what: 'master volume 88 %',
      length: 8,
      checksum: 'unknown',
    },
  ]);
});

test('sysex in a .mid is described by the table, as in a .syx', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'bank.syx'), DX7_BANK);
  await runHosted(['convert', 'bank.syx', '-o', 'bank.mid'], { cwd });
  const run = await runHosted(['show', 'bank.mid'], { cwd });
  assert.match(run.stdout.toString(), /sysex: Yamaha DX7, 32 voices, 4,104 bytes, checksum right/);
});

test('--svg writes a drawing, never over a file unless told to; - is standard output', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, '<&>.mid'), smallFile());
  const run = await runHosted(['show', '<&>.mid', '--svg', 'a.svg'], { cwd });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stderr, 'drawn in a.svg\n');
  const svg = readFileSync(join(cwd, 'a.svg'), 'utf8');
  assert.match(svg, /^<svg [^>]*>\n<title>&lt;&amp;&gt;\.mid<\/title>/);
  assert.match(
    svg,
    /<title>C4, channel 1, velocity 64, at 0\.000 s for 2\.000 s<\/title><\/rect>\n<\/g>/,
  );
  const again = await runHosted(['show', '<&>.mid', '--svg', 'a.svg'], { cwd });
  assert.equal(again.code, 2);
  assert.match(again.stderr, /a\.svg exists already/);
  const forced = await runHosted(['show', '<&>.mid', '--svg', 'a.svg', '-f'], { cwd });
  assert.equal(forced.code, 0, forced.stderr);
  const over = await runHosted(['show', '<&>.mid', '--svg', './<&>.mid', '-f'], { cwd });
  assert.equal(over.code, 2);
  assert.match(over.stderr, /<&>\.mid is the original: it is never written to\nhint: .*--svg/);
  const piped = await runHosted(['show', '<&>.mid', '--svg', '-'], { cwd });
  assert.equal(piped.stdout.toString(), svg);
  const nowhere = await runHosted(['show', '<&>.mid', '--svg', 'no/where.svg'], { cwd });
  assert.equal(nowhere.code, 2);
  assert.match(nowhere.stderr, /hint: choose another path with --svg/);
  assert.equal(nowhere.stdout.toString(), '');
});

test('a .syx: its messages, one a line', async (t) => {
  const cwd = temporaryFolder(t);
  const roland = 'f0 41 10 42 12 40 00 7f 00 41 f7';
  const wrong = 'f0 41 10 42 12 40 00 7f 00 42 f7';
  writeFileSync(join(cwd, 'a.syx'), Buffer.from(roland.replaceAll(' ', ''), 'hex'));
  const sound = await runHosted(['show', 'a.syx'], { cwd });
  assert.equal(sound.code, 0, sound.stderr);
  assert.deepEqual(sound.stdout.toString().split('\n'), [
    'a.syx: 1 message, 11 bytes',
    ' #  offset  length  checksum  message',
    ' 1  000000      11  right     Roland GS, GS reset',
    '',
  ]);
  writeFileSync(join(cwd, 'b.hex'), `${roland}\n${wrong}\n01 02\nf0 7e`);
  const damaged = await runHosted(['show', 'b.hex'], { cwd });
  assert.equal(damaged.code, 3);
  assert.match(damaged.stdout.toString(), / 2 {2}00000b {6}11 {2}wrong {5}Roland/);
  assert.match(damaged.stderr, /warning: 2 bytes outside F0…F7 at offset 22/);
  assert.match(damaged.stderr, /warning: message 3, the last, at offset 24 .* cut off/);
  assert.match(damaged.stderr, /warning: 1 message with a wrong checksum/);
  const json = await runHosted(['show', 'b.hex', '--json'], { cwd });
  const document = JSON.parse(json.stdout.toString());
  assert.equal(document.messages[1].checksum, 'wrong');
  assert.deepEqual(document.problems[0].offset, 22);
});

test('a damaged .mid is shown as far as it goes, with what is wrong and where', async (t) => {
  const cwd = temporaryFolder(t);
  const bytes = smallFile();
  writeFileSync(join(cwd, 'cut.mid'), bytes.subarray(0, bytes.length - 14));
  const run = await runHosted(['show', 'cut.mid'], { cwd, env: UTF8 });
  assert.equal(run.code, 3);
  assert.match(run.stdout.toString(), /cut\.mid: 2\.0 s, 1 note/);
  assert.match(
    run.stderr,
    /warning: \S+ is damaged at offset \d+ \(hex [0-9a-f]+\): the chunk is cut off/,
  );
});

test('what cannot be shown', async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'a.txt'), 'hello, world\n');
  writeFileSync(join(cwd, 'empty'), '');
  writeFileSync(join(cwd, 'a.png'), Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'));
  for (const [file, words] of [
    ['a.txt', /midirec: a\.txt/],
    ['a.png', /a\.png is neither a \.mid nor a \.syx file/],
    ['empty', /empty is empty/],
    ['none', /cannot read none/],
  ] as const) {
    const run = await runHosted(['show', file], { cwd });
    assert.equal(run.code, 1, file);
    assert.match(run.stderr, words);
    assert.match(run.stderr, /\nhint: /);
  }
  writeFileSync(join(cwd, 'a.syx'), Buffer.from('f07d01f7', 'hex'));
  const svg = await runHosted(['show', 'a.syx', '--svg', 'a.svg'], { cwd });
  assert.equal(svg.code, 2);
  assert.equal(existsSync(join(cwd, 'a.svg')), false);
});

test('a reader that stops early ends it quietly', {
  skip: process.platform === 'win32',
}, async (t) => {
  const cwd = temporaryFolder(t);
  writeFileSync(join(cwd, 'many.syx'), Buffer.from('f07d0102f7'.repeat(200_000), 'hex'));
  const run = await runMidirec(['show', 'many.syx'], {
    cwd,
    onStart: (child) => child.stdout?.once('data', () => child.stdout?.destroy()),
  });
  assert.equal(run.code, 0, run.stderr);
  assert.equal(run.stderr, '');
});
