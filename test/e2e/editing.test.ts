/** `midirec split`, `join` and `trim` as a person runs them: on copies, never on the original. */
import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { readMidiJson, writeMidiJson } from '../../src/files/smf/midi-json.js';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { rowsOf } from '../support/capture-bed.js';
import { runHosted } from '../support/midirec-host.js';
import { runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { END, rmidBytes, smfBytes } from '../support/smf-notation.js';
import { wholeTimeline } from '../support/whole-timeline.js';

/** Two notes with five seconds between them, then a marker and a sysex. */
const SONG = smfBytes([
  `00 903c40 64 803c40 a708 913e40 64 813e40 00 ff0605636f64613f 00 f0037d01f7 ${END}`,
]);

function folderWith(test: TestContext, files: Record<string, Uint8Array>): string {
  const cwd = temporaryFolder(test);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(cwd, name), bytes);
  return cwd;
}

const messagesIn = (path: string) =>
  rowsOf(wholeTimeline(readSmf(readFileSync(path))).events)
    .filter(([, , kind]) => kind !== 'marker')
    .map(([, , , bytes]) => bytes);

it('--charset: names and texts are what they were written as, in the names of files, too', async (test) => {
  const track = (hex: string) => `00 ff03${hex} 00 903c40 64 803c40 ${END}`;
  const song = smfBytes([track('04c4e3bac3'), track('04cad6b7e7')], 1);
  const cwd = folderWith(test, { 'song.mid': song });
  const shown = await runHosted(['show', 'song.mid', '--json', '--charset', 'GBK'], { cwd });
  const names = JSON.parse(shown.stdout.toString()).tracks.map(
    ({ name }: { name: string }) => name,
  );
  assert.deepEqual(names, ['你好', '手风']);
  const run = await runHosted(['split', 'song.mid', '--by', 'track', '--charset', 'gbk'], { cwd });
  assert.equal(run.code, 0, run.stderr);
  assert.deepEqual(readdirSync(cwd).sort(), ['song-1-你好.mid', 'song-2-手风.mid', 'song.mid']);
  const wrong = await runHosted(['show', 'song.mid', '--charset', 'klingon'], { cwd });
  assert.match(wrong.stderr, /^midirec: --charset: 'klingon' is not a character set\nhint: /);
  assert.equal(wrong.code, 2);
});

it('a damaged file is used as far as it goes, and the exit code says so', async (test) => {
  const cwd = folderWith(test, { 'cut.mid': SONG.subarray(0, SONG.length - 8), 'song.mid': SONG });
  for (const args of [
    ['trim', 'cut.mid', '--silence', '-o', 'a.mid'],
    ['split', 'cut.mid'],
    ['join', 'song.mid', 'cut.mid', '-o', 'b.mid'],
  ]) {
    const run = await runHosted(args, { cwd });
    assert.equal(run.code, 3, run.stderr);
    assert.match(run.stderr, /cut\.mid is damaged/);
  }
});

it('a .json is read like a .mid, and written where a name ends so', async (test) => {
  const json = await writeMidiJson(readSmf(SONG));
  const cwd = folderWith(test, {
    'song.json': json,
    'song.mid': SONG,
    'song.rmi': rmidBytes(SONG),
  });
  const show = await runHosted(['show', 'song.json'], { cwd });
  assert.match(show.stdout.toString(), /^song\.json: 5\.2 s, 2 notes/);
  for (const args of [
    ['split', 'song.json'],
    ['split', 'song.rmi'],
    ['trim', 'song.json', '--from', '1s'],
    ['join', 'song.json', 'song.mid', '-o', 'two.mid'],
    ['play', 'song.json', '-d', 'demo synth', '--to', '50ms'],
    ['sysex-send', 'song.json', '-d', 'demo synth', '--dry-run'],
  ]) {
    const run = await runHosted(args, { cwd });
    assert.equal(run.code, 0, run.stderr);
  }
  const written = 'song-1.json song-1.mid song-2.json song-2.mid song-trimmed.json two.mid';
  for (const name of written.split(' ')) {
    const bytes = readFileSync(join(cwd, name));
    const { damages } = name.endsWith('json') ? await readMidiJson(bytes) : readSmf(bytes);
    assert.deepEqual(damages, [], name);
  }
  writeFileSync(join(cwd, 'bad.json'), json.subarray(0, 300));
  const bad = await runHosted(['show', 'bad.json'], { cwd });
  assert.match(bad.stderr, /^midirec: bad\.json: not JSON: .*\nhint: was it cut off/);
  assert.equal(bad.code, 1);
});

describe('midirec split', () => {
  it('at silence, beside the file, with numbers', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG });
    const run = await runHosted(['split', 'song.mid'], { cwd });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /^song-1\.mid: \d+ bytes\nsong-2\.mid: \d+ bytes\n$/);
    assert.deepEqual(messagesIn(join(cwd, 'song-1.mid')), ['90 3c 40', '80 3c 40']);
    assert.deepEqual(messagesIn(join(cwd, 'song-2.mid')), ['91 3e 40', '81 3e 40', 'f0 7d 01 f7']);
    assert.deepEqual(readFileSync(join(cwd, 'song.mid')), SONG);
  });

  it('by channel and by marker, into a folder that is made', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG });
    await runHosted(['split', 'song.mid', '--by', 'channel', '-o', 'a/b'], { cwd });
    assert.deepEqual(readdirSync(join(cwd, 'a/b')), ['song-ch01.mid', 'song-ch02.mid']);
    await runHosted(['split', 'song.mid', '--by', 'marker', '-o', 'c'], { cwd });
    assert.deepEqual(readdirSync(join(cwd, 'c')), ['song-1.mid', 'song-2-coda.mid']);
  });

  it('writes nothing if one of the files exists', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG, 'song-2.mid': SONG });
    const run = await runHosted(['split', 'song.mid'], { cwd });
    assert.match(run.stderr, /song-2\.mid exists already\nhint: .*--force/);
    assert.equal(run.code, 2);
    assert.deepEqual(readdirSync(cwd).sort(), ['song-2.mid', 'song.mid']);
    assert.equal((await runHosted(['split', 'song.mid', '-f'], { cwd })).code, 0);
  });

  it('says why there is nothing to split', async (test) => {
    const one = smfBytes([`00 903c40 64 803c40 ${END}`]);
    const cwd = folderWith(test, { 'one.mid': one, 'two.mid': smfBytes([`00 903c40 ${END}`], 2) });
    const cases: [string[], number, RegExp][] = [
      [['one.mid'], 1, /has no such silence in it/],
      [['one.mid', '--by', 'marker'], 1, /has no marker/],
      [['one.mid', '--by', 'channel'], 1, /no more than one channel/],
      [['one.mid', '--by', 'track'], 1, /no more than one track/],
      [['one.mid', '--by', 'bar'], 2, /'bar' is not one of silence, marker, channel, track/],
      [['two.mid'], 2, /has format 2: its patterns have no time in common/],
    ];
    for (const [args, code, message] of cases) {
      const run = await runHosted(['split', ...args], { cwd });
      assert.match(run.stderr, message);
      assert.match(run.stderr, /\nhint: /);
      assert.equal(run.code, code);
    }
  });
});

describe('midirec join', () => {
  it('what was split is put together again', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG });
    await runHosted(['split', 'song.mid'], { cwd });
    const run = await runHosted(
      ['join', 'song-1.mid', 'song-2.mid', '-o', 'both.mid', '--pause', '1s'],
      { cwd },
    );
    assert.match(run.stderr, /^both\.mid: \d+ bytes\n$/);
    assert.deepEqual(messagesIn(join(cwd, 'both.mid')), messagesIn(join(cwd, 'song.mid')));
  });

  it('needs two files, of one kind, and a name that is not one of theirs', async (test) => {
    const frames = smfBytes([`00 903c40 ${END}`], 0, 0xe728);
    const cwd = folderWith(test, { 'song.mid': SONG, 'frames.mid': frames });
    const cases: [string[], number, RegExp][] = [
      [['song.mid', '-o', 'x.mid'], 2, /needs at least two files/],
      [['song.mid', 'song.mid'], 2, /--output <file> is missing/],
      [['song.mid', 'frames.mid', '-o', 'x.mid'], 1, /one file counts in beats, another in frames/],
      [['song.mid', 'song.mid', '-o', 'song.mid', '-f'], 2, /song\.mid is the original/],
      [['song.mid', 'song.mid', '-o', 'no/x.mid'], 2, /there is no such folder/],
    ];
    for (const [args, code, message] of cases) {
      const run = await runHosted(['join', ...args], { cwd });
      assert.match(run.stderr, message);
      assert.equal(run.code, code);
    }
    assert.deepEqual(readFileSync(join(cwd, 'song.mid')), SONG);
  });
});

describe('-o -', () => {
  it('is standard output, and no file of that name', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG });
    const trim = runHosted(['trim', 'song.mid', '--to', '3s', '-o', '-'], { cwd });
    const join = runHosted(['join', 'song.mid', 'song.mid', '-o', '-'], { cwd });
    for (const { code, stdout, stderr } of [await trim, await join]) {
      assert.equal(code, 0);
      assert.match(stdout.toString(), /^MThd/);
      assert.match(stderr, new RegExp(`^standard output: ${stdout.length} bytes`));
    }
    assert.deepEqual(readdirSync(cwd), ['song.mid']);
  });
});

describe('midirec trim', () => {
  it('--silence, --gaps, --from and --to', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG });
    const lengthOf = (stderr: string) => / bytes, (\S+) s of 5\.2 s\n$/.exec(stderr)?.[1];
    const trim = async (...args: string[]) =>
      lengthOf((await runHosted(['trim', 'song.mid', '-f', ...args], { cwd })).stderr);
    assert.equal(await trim('--silence'), '5.2');
    assert.equal(await trim('--gaps', '1s'), '1.2');
    assert.equal(await trim('--to', '3s'), '3.0');
    assert.equal(await trim('--to', '0:03', '--silence', '--keep', '100ms'), '0.2');
    assert.equal(await trim('--from', '5s'), '0.2');
    assert.deepEqual(messagesIn(join(cwd, 'song-trimmed.mid')), [
      '91 3e 40',
      '81 3e 40',
      'f0 7d 01 f7',
    ]);
    assert.deepEqual(readdirSync(cwd).sort(), ['song-trimmed.mid', 'song.mid']);
  });

  it('says that a file has no length', async (test) => {
    const cwd = folderWith(test, { 'empty.mid': smfBytes([END]) });
    const run = await runHosted(['trim', 'empty.mid', '--silence'], { cwd });
    assert.match(run.stderr, /^midirec: empty\.mid has no length: there is nothing to leave out\n/);
    assert.equal(run.code, 1);
  });

  it('has to be told what; the original stays, also behind a link', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG });
    mkdirSync(join(cwd, 'links'));
    symlinkSync('../song.mid', join(cwd, 'links', 'song.mid'));
    const cases: [string[], RegExp][] = [
      [[], /is not told what to leave out\nhint: give --silence/],
      [['--from', '9s'], /the file is over after 5\.2 s/],
      [['--from', '2s', '--to', '1s'], /--to must be later than --from/],
      [['--silence', '-o', 'song.mid', '-f'], /song\.mid is the original/],
      [['--silence', '-o', 'links/song.mid', '-f'], /is the original/],
    ];
    for (const [args, message] of cases) {
      const run = await runHosted(['trim', 'song.mid', ...args], { cwd });
      assert.match(run.stderr, message);
      assert.equal(run.code, 2);
    }
    assert.deepEqual(readFileSync(join(cwd, 'song.mid')), SONG);
  });
});

it('60,000 tracks are shown and copied in less than 300 MiB', async (t) => {
  // Newer Node.js lets its heap grow further before it looks what is still needed.
  const mostMiB = process.versions.node.startsWith('20.') ? 300 : 450;
  const cwd = temporaryFolder(t);
  const tracks = Array.from({ length: 60_000 }, () => '00 903c40 10 803c40 00 ff2f00');
  writeFileSync(join(cwd, 'many.mid'), smfBytes(tracks));
  const tell = 'process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))';
  const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(tell)}` };
  for (const args of [
    ['show', 'many.mid'],
    ['trim', 'many.mid', '--to', '1ms'],
  ]) {
    const run = await runMidirec(args, { cwd, env });
    assert.equal(run.code, 0, run.stderr);
    const [, peak] = /peak (\d+)/.exec(run.stderr)!;
    assert.ok(Number(peak) < mostMiB * 1024, `${args[0]}: ${peak} KiB`);
  }
});

/** A Korg M1's program dump, as its manual has it: F0 42 3n 19 40, 143 bytes as groups of 7 in 8, F7. */
function m1Program(name: string, sound: number): Buffer {
  const data = [...Buffer.from(name.padEnd(10)), ...Array(133).fill(sound)];
  const packed: number[] = [];
  for (let from = 0; from < data.length; from += 7) packed.push(0, ...data.slice(from, from + 7));
  return Buffer.from([0xf0, 0x42, 0x30, 0x19, 0x40, ...packed, 0xf7]);
}

it('split and join of sysex: single patches become a bank, and the bank single patches again', async (test) => {
  const cwd = folderWith(test, {
    'a.syx': m1Program('Universe', 1),
    'b.syx': m1Program("Piano 16'", 2),
  });
  const joined = await runHosted(['join', 'a.syx', 'b.syx', '-o', 'bank.syx'], { cwd });
  assert.equal(joined.code, 0, joined.stderr);
  assert.match(joined.stderr, /1 bank of 2 messages\n48 places of the bank are silent/);
  const split = await runHosted(['split', 'bank.syx', '-o', 'parts'], { cwd });
  assert.equal(split.code, 0, split.stderr);
  const names = readdirSync(join(cwd, 'parts')).sort();
  assert.deepEqual(names.slice(0, 3), [
    'bank-01-Universe.syx',
    'bank-02-Piano-16.syx',
    'bank-03.syx',
  ]);
  assert.deepEqual(readFileSync(join(cwd, 'parts', names[1]!)), m1Program("Piano 16'", 2));
});

it('sysex that makes no bank stands one behind the other; music and sysex do not go together', async (test) => {
  const one = Buffer.from('f07d01f7', 'hex');
  const cwd = folderWith(test, { 'one.syx': one, 'song.mid': SONG });
  const joined = await runHosted(['join', 'one.syx', 'one.syx', '-o', 'two.syx'], { cwd });
  assert.equal(joined.code, 0, joined.stderr);
  assert.deepEqual(readFileSync(join(cwd, 'two.syx')), Buffer.concat([one, one]));
  for (const [args, why] of [
    [['join', 'one.syx', 'song.mid', '-o', 'x.syx'], /song\.mid is music, and one\.syx is not/],
    [['join', 'song.mid', 'one.syx', '-o', 'x.mid'], /song\.mid is music, and one\.syx is not/],
    [['join', 'one.syx', 'one.syx', '-o', 'x.syx', '--pause', '1s'], /--pause is for music/],
    [['split', 'two.syx', '--by', 'track'], /two\.syx is sysex: --by is for music/],
  ] as const) {
    const run = await runHosted([...args], { cwd });
    assert.equal(run.code, 2);
    assert.match(run.stderr, why);
  }
  const run = await runHosted(['split', 'one.syx'], { cwd });
  assert.equal(run.code, 1);
  assert.match(
    run.stderr,
    /one\.syx cannot be split: it has one message, in which no patches are known/,
  );
});

it('a wrong checksum is said, and is exit 3, whatever is made of the dump; of it nothing is sent', async (test) => {
  const voice = (letter: string) => {
    const data = [...Array(145).fill(0), ...Buffer.from(letter.repeat(10))];
    const sum = -data.reduce((all, byte) => all + byte, 0) & 0x7f;
    return Uint8Array.of(0xf0, 0x43, 0, 0, 0x01, 0x1b, ...data, sum, 0xf7);
  };
  const good = voice('A');
  const damaged = voice('B');
  damaged[6] = 2;
  const cwd = folderWith(test, { 'good.syx': good, 'damaged.syx': damaged });
  const run = (...args: string[]) => runMidirec(args, { cwd });
  const joined = await run('join', 'good.syx', 'damaged.syx', '-o', 'bank.syx');
  assert.match(joined.stderr, /what is made of it has a right checksum/);
  const bank = readFileSync(join(cwd, 'bank.syx'));
  bank[6] = 3;
  writeFileSync(join(cwd, 'bank.syx'), bank);
  for (const [args, said] of [
    [['join', 'good.syx', 'damaged.syx', '-o', 'both.syx'], /what is made of it/],
    [['split', 'bank.syx', '-o', 'parts'], /what is made of it/],
    [['convert', 'damaged.syx', '-o', 'c.mid'], /^/],
    [['convert', 'damaged.syx', '-o', 'c.hex'], /^/],
    [['diff', 'damaged.syx', 'good.syx'], /^/],
    [['diff', 'damaged.syx', 'damaged.syx'], /^/],
  ] as const) {
    const { code, stderr } = await run(...args);
    assert.equal(code, 3, args.join(' '));
    assert.match(stderr, /(damaged|bank)\.syx: 1 message with a wrong checksum/);
    assert.match(stderr, said);
  }
  const patch = (...more: string[]) =>
    run('sysex-send', 'bank.syx', '--patch', 'aaa', '--dry-run', ...more);
  const refused = await patch();
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /what 'aaa' is in has a wrong checksum.*\nhint: .*--fix-checksum/);
  assert.match((await patch('--force')).stderr, /wrong checksum.*; sent all the same/);
  assert.equal((await patch('--fix-checksum')).code, 0);
});
