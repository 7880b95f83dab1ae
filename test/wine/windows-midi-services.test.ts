/** midirec on winmm.dll over a driver that behaves as Windows MIDI Services do: a service that starts slowly, devices that strand their buffers and change their names, outputs that stall. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { END, smfBytes } from '../support/smf-notation.js';
import { textsOfTake } from '../support/take-rows.js';
import { runOnWine, WineRun } from '../support/wine-run.js';
import type { LogLine } from '../support/wine-script.js';
import { finishTake, playedEvents, shortMessages, startRecording } from '../support/wine-take.js';

const SLOW_START_MS = 13_000;
/** Longer than the first call may take at all, and what ends it. */
const NO_START_MS = 40_000;
const START_LIMIT_MS = 30_000;
/** `MIDIREC_REPLUGS=100` for the figure in docs/windows.md: five minutes. */
const REPLUGS = Number(process.env.MIDIREC_REPLUGS ?? 12);
const LIMIT_MS = 100_000 + REPLUGS * 5000;
const STALL_MS = 3000;
const STRANDED_LIMIT_BYTES = 64 << 20;

const KEYS_PATH = 'path "\\\\?\\swd#mmdevapi#midiu_ks_17.1.keys"';
const TWIN_PATH = 'path "\\\\?\\swd#mmdevapi#midiu_ks_18.1.keys"';

const lines = (...all: (string | string[])[]) => `${all.flat().join('\n')}\n`;

/** Records until the scripts of `inputs` inputs have ended, and reads each track's messages and markers. */
async function recordLines(script: string, inputs = 1, args: readonly string[] = []) {
  const run = startRecording({ script, limitMs: LIMIT_MS }, args);
  await run.waitForEnd(inputs);
  run.kill('SIGINT');
  const { result, bytes, log } = await finishTake(run);
  assert.ok(bytes !== undefined, result.stderr);
  const tracks = textsOfTake(bytes).slice(1);
  const isMarker = (text: string) => text.startsWith('marker');
  return {
    ...result,
    bytes,
    log,
    notes: tracks.map((track) => track.filter((text) => !isMarker(text))),
    markers: tracks.map((track) => track.filter(isMarker)),
  };
}

/** Note-ons without a note-off, among what an output has heard. */
function hanging(log: readonly LogLine[]): string[] {
  const held = new Set<string>();
  for (const { event, bytes } of log) {
    if (event !== 'short' || !/^[89]/.test(bytes!)) continue;
    const key = bytes!.slice(1, 4);
    if (bytes!.startsWith('9')) held.add(key);
    else held.delete(key);
  }
  return [...held];
}

describe('the first call waits for the service', { concurrency: 3 }, () => {
  it('recording begins when it has started, and says that it waits', async () => {
    const script = lines(`loading ${SLOW_START_MS}ms`, 'input "Keys"', 'notes 10 every 10ms');
    const { code, stderr, notes } = await recordLines(script);
    assert.equal(code, 0, stderr);
    assert.equal(notes[0]!.length, 10);
    assert.match(stderr, /wait\w* for .*MIDI service/i);
  });

  it('list has the devices when it has started', async () => {
    const script = lines(`loading ${SLOW_START_MS}ms`, 'input "Keys"');
    const { code, stdout, stderr } = await runOnWine(['list', '--json'], { script });
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).inputs[0].name, 'Keys');
  });

  it('thirty seconds are the end: an error that names the service', async () => {
    const script = lines(`loading ${NO_START_MS}ms`, 'input "Keys"');
    const begin = performance.now();
    const { code, stderr } = await runOnWine(['list'], { script });
    assert.ok(performance.now() - begin >= START_LIMIT_MS, stderr);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /MIDI service/i);
  });
});

describe('devices that are removed', { concurrency: 3 }, () => {
  const strands = ['removal windows', 'stop windows', 'replay continue'];

  it(`${REPLUGS} times in one recording: all that was played in between is there`, async (test) => {
    const rounds = ['notes 10 every 10ms', 'wait 1s', 'vanish 1500ms'];
    const script = lines(
      'input "Keys"',
      strands,
      `repeat ${REPLUGS}`,
      rounds,
      'end',
      'short 9f0102',
    );
    const { code, stderr, notes, markers, log } = await recordLines(script);
    assert.equal(code, 3, stderr);
    assert.equal(notes[0]!.length, REPLUGS * 10 + 1);
    assert.equal(markers[0]!.length, REPLUGS * 2);
    assert.doesNotMatch(stderr, /abandoned/);
    const stranded = log.filter(({ event }) => event === 'removed').map(({ size }) => size!);
    const bytes = stranded.reduce((sum, size) => sum + size, 0);
    test.diagnostic(`${REPLUGS} times: ${(bytes / 2 ** 20).toFixed(1)} MiB stranded`);
    assert.ok(bytes <= STRANDED_LIMIT_BYTES, `${bytes} bytes`);
  });

  it('half a sysex at the end of a recording: kept, at its time, and nothing is said of time stamps', async () => {
    const script = lines('input "Keys"', strands, 'notes 10 every 10ms', 'stream f07d0102');
    const { stderr, bytes } = await recordLines(script);
    assert.doesNotMatch(stderr, /time stamp/);
    const events = playedEvents(bytes)[1]!;
    const half = events.find(({ status }) => status === 0xf0);
    assert.deepEqual([...half!.data].slice(0, 3), [0x7d, 1, 2]);
    assert.ok(half!.tick < 60 * 1920, `tick ${half!.tick}`);
  });

  it('a sysex that outruns the buffers takes the next status byte along: counted, and what follows is whole', async () => {
    const script = lines('input "Keys"', 'starve windows', `hang add 60ms after=4`, 'wait 500ms', [
      `stream f0${'11'.repeat(63)}${'22'.repeat(64)}${'33'.repeat(64)}${'44'.repeat(64)}903c40`,
      'wait 500ms',
      'short 913c40',
    ]);
    const { code, stderr, notes } = await recordLines(script, 1, [
      '--buffers',
      '4',
      '--buffer-size',
      '64',
    ]);
    assert.equal(code, 3, stderr);
    assert.match(stderr, /incomplete/);
    assert.equal(notes[0]!.at(-1), '91 3c 40');
    assert.ok(!notes[0]!.includes('90 3c 40'), 'lost in the driver');
  });
});

describe('devices and their names', { concurrency: 3 }, () => {
  const NOTES = 'notes 10 every 10ms';

  it('renamed while it is open: recorded on without a gap, exit 0', async () => {
    const script = lines(
      'input "Keys"',
      KEYS_PATH,
      NOTES,
      'rename "Stage piano"',
      'wait 2s',
      NOTES,
    );
    const { code, stderr, notes, markers } = await recordLines(script);
    assert.equal(code, 0, stderr);
    assert.equal(notes[0]!.length, 20);
    assert.deepEqual(markers[0], []);
    assert.doesNotMatch(stderr, /went away/);
  });

  for (const name of ['2- Keys', 'Keys (2)', 'Stage piano']) {
    it(`back as "${name}": known by its path`, async () => {
      const begin = ['input "Keys"', KEYS_PATH, 'removal windows', 'replay continue'];
      const script = lines(begin, 'wait 500ms', NOTES, `vanish 2s "${name}"`, NOTES);
      const { stderr, notes, markers } = await recordLines(script);
      assert.equal(notes[0]!.length, 20, stderr);
      assert.equal(markers[0]!.length, 2);
    });
  }

  for (const name of ['2- Keys', 'Keys (2)']) {
    it(`back as "${name}" without a path: known by its name, where only one fits`, async () => {
      const begin = ['input "Keys"', 'removal windows', 'replay continue'];
      const script = lines(begin, 'wait 500ms', NOTES, `vanish 2s "${name}"`, NOTES);
      const { stderr, notes } = await recordLines(script);
      assert.equal(notes[0]!.length, 20, stderr);
    });
  }

  it('twins that swap their names keep their tracks', async () => {
    const script = lines(
      ['input "Keys"', KEYS_PATH, 'removal windows', 'replay continue', 'wait 500ms'],
      ['short 903c40', 'rename input 1 "Keys"', 'vanish 2s "2- Keys"', 'short 903d40'],
      ['input "2- Keys"', TWIN_PATH, 'wait 500ms', 'short 913c40', 'wait 5s', 'short 913d40'],
    );
    const { stderr, notes } = await recordLines(script, 2);
    assert.deepEqual(
      notes,
      [
        ['90 3c 40', '90 3d 40'],
        ['91 3c 40', '91 3d 40'],
      ],
      stderr,
    );
  });

  it('list --json tells the path', async () => {
    const script = lines('input "Keys"', KEYS_PATH, 'output "Keys"', KEYS_PATH);
    const { stdout } = await runOnWine(['list', '--json'], { script });
    const { inputs, outputs } = JSON.parse(stdout);
    const path = KEYS_PATH.slice(6, -1);
    assert.deepEqual([inputs[0].path, outputs[0].path], [path, path]);
  });
});

describe('an output that stalls', { concurrency: 3 }, () => {
  /** What was sent to the output after the stall, and is heard after it. */
  function heardAfterStall(log: readonly LogLine[]): (string | undefined)[] {
    const over = log.findIndex(({ event }) => event === 'stall-over');
    assert.ok(over >= 0, 'no stall');
    return log
      .slice(over)
      .filter(({ event }) => event === 'short')
      .map(({ bytes }) => bytes);
  }

  for (const lost of ['', ' lost']) {
    it(`record --thru, what failed ${lost ? 'is never' : 'is later'} heard: goes on, nothing hangs, all is recorded`, async () => {
      const script = lines('input "Keys"', 'wait 500ms', 'notes 600 every 10ms', 'wait 300ms', [
        'output "Synth"',
        `stall-after 101 ${STALL_MS}ms${lost}`,
      ]);
      const { stderr, bytes, log } = await recordLines(script, 1, ['--thru', 'Synth']);
      assert.equal(shortMessages(playedEvents(bytes)[1]!).length, 600, stderr);
      assert.ok(heardAfterStall(log).length >= 100, stderr);
      assert.deepEqual(hanging(log), [], stderr);
      assert.match(stderr, /\d+ .*not sent/);
    });
  }

  it('play goes on after it, and leaves silence behind', async () => {
    const notes = Array.from({ length: 300 }, () => '0a 903c40 0a 803c40').join(' ');
    const script = lines('output "Synth"', `stall-after 101 ${STALL_MS}ms lost`);
    const run = new WineRun(['play', 'song.mid', '-d', 'Synth'], { script, limitMs: LIMIT_MS });
    writeFileSync(run.path('song.mid'), smfBytes([`${notes} 0a 913c40 64 813c40 ${END}`]));
    const { stderr } = await run.finished;
    assert.deepEqual(heardAfterStall(run.log()).slice(-2), ['913c40', '813c40'], stderr);
    assert.deepEqual(hanging(run.log()), []);
  });

  it('ten seconds without success are the end of --thru, said so, and the recording goes on', async () => {
    const script = lines('input "Keys"', 'wait 500ms', 'notes 1300 every 10ms', [
      'output "Synth"',
      'stall-after 101 60s lost',
    ]);
    const { code, stderr, bytes } = await recordLines(script, 1, ['--thru', 'Synth']);
    assert.equal(shortMessages(playedEvents(bytes)[1]!).length, 1300, stderr);
    assert.notEqual(code, 0);
    assert.match(stderr, /Synth/);
  });
});
