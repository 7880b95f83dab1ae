/** `midirec convert` as a person runs it: files, pipelines, what it refuses. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { readTimeline } from '../../src/files/smf/smf-timeline.js';
import { rowsOf } from '../support/capture-bed.js';
import { runHosted } from '../support/midirec-host.js';
import { runMidirec, temporaryFolder } from '../support/run-midirec.js';
import { END, rmidBytes, smfBytes } from '../support/smf-notation.js';
import { wholeTimeline } from '../support/whole-timeline.js';

/** A note on each half second from 500 ms on, with a pedal on each second one; a sysex; a name in UTF-8. */
const SONG = smfBytes([
  `00 ff0303c3a96c 00 f0037d01f7 8374 903c40 00 b0407f 817a b04000 00 803c40 817a 903e40 817a 803e40
   817a 904040 00 b0407f 817a b04000 00 804040 817a 904140 817a 804140 ${END}`,
]);
const SYX = Buffer.from('f07d01f7f07d0203f7', 'hex');

function folderWith(test: TestContext, files: Record<string, Uint8Array>): string {
  const cwd = temporaryFolder(test);
  for (const [name, bytes] of Object.entries(files)) writeFileSync(join(cwd, name), bytes);
  return cwd;
}

const playedIn = (bytes: Uint8Array) =>
  rowsOf(wholeTimeline(readSmf(bytes)).events).map(
    ([timeMs, , , hex]) => `${Math.round(timeMs)} ${hex}`,
  );

describe('midirec convert', () => {
  let song: string[];
  before(() => {
    song = playedIn(SONG);
  });

  it('to .json and back, byte for byte: a take of its own', async (test) => {
    const cwd = folderWith(test, {});
    await runHosted(['record', '-d', 'demo', '--duration', '700ms', '-o', 'take.mid'], { cwd });
    const there = await runHosted(['convert', 'take.mid', '-o', 'take.json'], { cwd });
    assert.equal(there.code, 0, there.stderr);
    assert.match(there.stderr, /^take\.json: [\d.,]+ (kB|bytes)\n$/);
    const back = await runHosted(['convert', 'take.json', '-o', 'back.mid'], { cwd });
    assert.equal(back.code, 0, back.stderr);
    assert.deepEqual(readFileSync(join(cwd, 'back.mid')), readFileSync(join(cwd, 'take.mid')));
    assert.deepEqual(readdirSync(cwd).sort(), ['back.mid', 'take.json', 'take.mid']);
  });

  it('through a pipeline, in which another program changes it', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG });
    const json = await runHosted(['convert', 'song.mid', '--to', 'json'], { cwd });
    const data = JSON.parse(json.stdout.toString());
    for (const event of data.tracks.flat()) if (event.noteNumber) event.noteNumber += 12;
    const changed = Buffer.from(JSON.stringify(data, null, 2));
    const run = await runMidirec(['convert', '-', '--to', 'mid'], { cwd, input: changed });
    assert.equal(run.code, 0, run.stderr);
    const up = song.map((line) =>
      line.replace(
        / ([89]0) (3c|3e|40|41) /,
        (_, status, key) => ` ${status} ${(Number.parseInt(key, 16) + 12).toString(16)} `,
      ),
    );
    assert.deepEqual(playedIn(run.stdout), up);
  });

  it('.rmi to .mid; format 1 and 0', async (test) => {
    const cwd = folderWith(test, { 'song.rmi': rmidBytes(SONG) });
    for (const args of [
      ['song.rmi', '-o', 'song.mid'],
      ['song.rmi', '-o', 'one.mid', '--format', '1'],
      ['one.mid', '-o', 'nil.mid', '--format', '0'],
    ]) {
      const run = await runHosted(['convert', ...args], { cwd });
      assert.equal(run.code, 0, run.stderr);
    }
    const [plain, one, nil] = ['song', 'one', 'nil'].map((name) =>
      readFileSync(join(cwd, `${name}.mid`)),
    );
    assert.deepEqual(plain, SONG);
    assert.deepEqual(
      [one, nil].map((bytes) => readSmf(bytes!).format),
      [1, 0],
    );
    assert.deepEqual(playedIn(one!).sort(), song.toSorted());
    assert.deepEqual(playedIn(nil!).sort(), song.toSorted());
  });

  it('sysex: .mid, .syx and hex text, each of each', async (test) => {
    const cwd = folderWith(test, { 'bank.syx': SYX, 'song.mid': SONG });
    for (const [from, to] of [
      ['bank.syx', 'bank.hex'],
      ['bank.hex', 'again.syx'],
      ['bank.syx', 'bank.mid'],
      ['bank.mid', 'third.syx'],
    ]) {
      const run = await runHosted(['convert', from!, '-o', to!], { cwd });
      assert.equal(run.code, 0, run.stderr);
    }
    assert.equal(readFileSync(join(cwd, 'bank.hex'), 'utf8'), 'f0 7d 01 f7\n\nf0 7d 02 03 f7\n');
    for (const name of ['again.syx', 'third.syx']) {
      assert.deepEqual(readFileSync(join(cwd, name)), SYX);
    }
    const out = await runHosted(['convert', 'song.mid', '--to', 'syx'], { cwd });
    assert.equal(out.stdout.toString('hex'), 'f07d01f7');
    assert.match(out.stderr, /^left out: 12 messages other than sysex\n/);
  });

  it('bars: what was played keeps its times, and its beats lie on beats', async (test) => {
    const cwd = folderWith(test, { 'song.mid': SONG });
    for (const [args, message] of [
      [['--bpm', '120'], /^new\.mid: /],
      [['--tap', 'cc 64'], /^tempo 60\.0, as tapped\n/],
      [['--guess-tempo'], /^midirec: song\.mid: no beat can be made out\nhint: .*--bpm/],
      [['--tap', 'note C1'], /^midirec: song\.mid: fewer than two taps\nhint: .*--bpm/],
    ] as const) {
      const run = await runHosted(['convert', 'song.mid', ...args, '-o', 'new.mid', '-f'], {
        cwd,
      });
      assert.match(run.stderr, message);
      if (run.code === 0) assert.deepEqual(playedIn(readFileSync(join(cwd, 'new.mid'))), song);
    }
    const args = ['--bpm', '120', '--time-signature', '3/4', '-o', 'waltz.mid'];
    await runHosted(['convert', 'song.mid', ...args], { cwd });
    const smf = readSmf(readFileSync(join(cwd, 'waltz.mid')));
    assert.deepEqual(readTimeline(smf).timeSignature, { numerator: 3, denominator: 4 });
    const notes = [...smf.tracks[0]!.events].filter(({ status }) => status === 0x90);
    assert.deepEqual(
      notes.map(({ tick }) => tick / smf.ppq),
      [1, 2, 3, 4],
    );
  });

  it('a damaged file is used as far as it goes, and the exit code says so', async (test) => {
    const cut = SONG.subarray(0, SONG.length - 8);
    const cwd = folderWith(test, { 'cut.mid': cut, 'cut.syx': SYX.subarray(0, 7) });
    for (const [args, message] of [
      [['cut.mid', '--to', 'json'], /^warning: cut\.mid is damaged at/],
      [['cut.mid', '--to', 'syx'], /^warning: cut\.mid is damaged at/],
      [['cut.syx', '--to', 'mid'], /^warning: left out: message 2, the last/],
      [['cut.syx', '--to', 'hex'], /^warning: left out: message 2, the last/],
    ] as const) {
      const run = await runHosted(['convert', ...args], { cwd });
      assert.match(run.stderr, message);
      assert.equal(run.code, 3);
      assert.ok(run.stdout.length > 0);
    }
  });

  it('what it refuses, before anything is written', async (test) => {
    const bad = Buffer.from('{"header":{"format":0,"ticksPerBeat":96},"tracks":[[{"type":"x"}]]}');
    const files = { 'song.mid': SONG, 'bad.json': bad, 'two.mid': smfBytes([END], 2) };
    const cwd = folderWith(test, { ...files, 'old.mid': SONG, 'take.txt': Buffer.from('hello') });
    const cases: [string[], number, RegExp][] = [
      [['song.mid'], 2, /is not told what to make of the file\nhint: .*--to/],
      [['song.mid', '-o', 'song.wav'], 2, /does not tell what to make of the file/],
      [['song.mid', '-o', 'x.txt'], 2, /does not tell what to make of the file/],
      [['song.mid', '-o', 'x.mid', '--to', 'json'], 2, /x\.mid would not be a \.mid, but a \.json/],
      [['song.mid', '-o', 'x.syx', '--format', '0'], 2, /a \.syx has no tracks, bars or tempo/],
      [['song.mid', '-o', 'x.mid', '--bpm', '90', '--guess-tempo'], 2, /cannot be combined/],
      [['song.mid', '-o', 'x.mid', '--time-signature', '3/4'], 2, /--time-signature needs --bpm/],
      [['song.mid', '-o', 'old.mid'], 2, /old\.mid exists already\nhint: .*--force/],
      [['song.mid', '-o', 'song.mid', '-f'], 2, /song\.mid is the original/],
      [['two.mid', '-o', 'x.mid', '--format', '0'], 2, /two\.mid has format 2/],
      [['bad.json', '-o', 'x.mid'], 1, /bad\.json: \.tracks\[0\]\[0\]\.type is "x", and should be/],
      [['take.txt', '-o', 'x.mid'], 1, /take\.txt/],
      [['old.mid', '-o', 'x.syx', '--to', 'other'], 2, /'other' is not one of mid, json, syx, hex/],
      [['gone.mid', '-o', 'x.json'], 1, /cannot read gone\.mid/],
    ];
    const standing = readdirSync(cwd);
    for (const [args, code, message] of cases) {
      const run = await runHosted(['convert', ...args], { cwd });
      assert.match(run.stderr, message);
      assert.equal(run.code, code, run.stderr);
    }
    assert.deepEqual(readdirSync(cwd), standing);
    assert.equal(existsSync(join(cwd, 'x.mid')), false);
  });
});
