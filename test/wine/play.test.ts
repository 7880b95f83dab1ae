/** midirec play and record --thru on winmm.dll: what reaches the driver, when, and the silence at the end. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { END, smfBytes } from '../support/smf-notation.js';
import { WineRun } from '../support/wine-run.js';
import type { LogLine } from '../support/wine-script.js';

const NEVER_A_HANG_MS = 25_000;
/** On a machine that has other things to do; the benchmark has the figures. */
const MEDIAN_ERROR_MS = 5;

function startPlaying(tracks: string[], script: string, args: string[] = []): WineRun {
  const run = new WineRun(['play', 'song.mid', '-d', 'Synth', ...args], {
    script: `output "Synth"\n${script}\n`,
    limitMs: NEVER_A_HANG_MS,
  });
  writeFileSync(run.path('song.mid'), smfBytes(tracks));
  return run;
}

const sentIn = (log: LogLine[]) =>
  log.filter(({ event }) => event === 'short' || event === 'long').map(({ bytes }) => bytes);

function msBetween(log: LogLine[], from: LogLine, to: LogLine): number {
  const { frequency } = log.find(({ event }) => event === 'load')!;
  return ((to.qpc - from.qpc) * 1000) / frequency!;
}

const median = (values: number[]) =>
  values.toSorted((one, other) => one - other)[values.length >> 1]!;

function describeFigures(what: string, values: number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]!.toFixed(2);
  return `${what} ${at(0.5)} ms (median), ${at(0.99)} ms (99 %), ${at(1)} ms (most)`;
}

describe('midirec play on winmm.dll', () => {
  it('notes and sysex in order, at their times, and the device closed', async (test) => {
    const notes = Array.from({ length: 50 }, () => '14 903c40 0a 803c40').join(' ');
    const run = startPlaying([`00 f0037d01f7 ${notes} 00 f0037d02f7 ${END}`], 'complete async');
    const { code, stderr } = await run.finished;
    assert.equal(code, 0, stderr);
    const log = run.log();
    assert.deepEqual(sentIn(log), [
      'f07d01f7',
      ...Array.from({ length: 50 }, () => ['903c40', '803c40']).flat(),
      'f07d02f7',
    ]);
    const shorts = log.filter(({ event }) => event === 'short');
    // From message to message: a busy machine makes a few distances longer, and moves what follows.
    const errors = shorts.slice(1).map((line, index) => {
      const wantedMs = index % 2 === 0 ? 10 : 20;
      return Math.abs(msBetween(log, shorts[index]!, line) - wantedMs);
    });
    test.diagnostic(describeFigures('off by', errors));
    assert.ok(median(errors) < MEDIAN_ERROR_MS, `${median(errors)} ms`);
    assert.equal(log.filter(({ call }) => call === 'MODM_CLOSE').at(-1)?.result, 0);
  });

  it('Ctrl-C: what sounds is let go of', async () => {
    const run = startPlaying([`00 903c40 00 b0407f 00 e01234 b9ba00 803c40 ${END}`], '');
    await run.waitForLog('the last message', ({ bytes }) => bytes === 'e01234');
    run.kill('SIGINT');
    const { code, stderr } = await run.finished;
    assert.equal(code, 0, stderr);
    assert.deepEqual(sentIn(run.log()).slice(3), ['803c40', 'b04000', 'e00040']);
  });

  it('unplugged in the middle: an error, and an end', async () => {
    const notes = Array.from({ length: 50 }, () => '14 903c40 0a 803c40').join(' ');
    const run = startPlaying([`${notes} ${END}`], 'vanish-after 10 forever');
    const { code, stderr } = await run.finished;
    assert.equal(code, 1);
    assert.match(stderr, /MMSYSERR_NODRIVER/);
  });
});

describe('midirec record --thru on winmm.dll', () => {
  it('what comes in goes out, soon', async (test) => {
    const run = new WineRun(
      ['-v', 'record', '-d', 'Keys', '--thru', 'Synth', '--duration', '4s', '-o', 'take.mid'],
      {
        script: 'input "Keys"\nwait 500ms\nnotes 500 every 5ms\noutput "Synth"\n',
        limitMs: NEVER_A_HANG_MS,
      },
    );
    const { code, stderr } = await run.finished;
    assert.equal(code, 0, stderr);
    const log = run.log();
    const played = log.filter(({ event }) => event === 'data');
    const passed = log.filter(({ event }) => event === 'short');
    assert.equal(played.length, 500);
    const delays = played.map((line, index) => msBetween(log, line, passed[index]!));
    test.diagnostic(describeFigures('later by', delays));
    assert.ok(median(delays) < MEDIAN_ERROR_MS, `${median(delays)} ms`);
    assert.match(stderr, /passed on 500 messages, 99 % within/);
  });
});
