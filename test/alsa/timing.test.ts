/** What midirec is to reach in time: it fails on a machine that is busy with something else. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import {
  AlsaRun,
  FEW_BUFFERS,
  kernelTimesOf,
  notesFile,
  noteTimes,
  plugKeys,
  pullAndPlug,
  readTake,
  spreadOf,
} from '../support/alsa-bed.js';
import { pause } from '../support/contract-fixture.js';
import { temporaryFolder } from '../support/run-midirec.js';

const NOTES = 1000;
const EVERY_MS = 8;
const TIMES = 10;
const NOTICED_MS = 2000;
/** Ticks of a twentieth of a millisecond. */
const PPQ = 9600;
const MS_PER_TICK = 500 / PPQ;
/**
 * Each reader's queue has a time of its own, which steps when an interrupt of its timer is late: three clients that read
 * one port beside midirec differed by up to 0.23 ms in the same run. arecordmidi has the whole milliseconds of its queue,
 * and differed from these, both ways, by up to 0.15 ms more, or 4 % (ten runs, on a busy machine).
 */
const READERS = 3;
const NOISE_MS = 0.15;
const NOISE_SHARE = 0.04;

describe('time', () => {
  for (const [what, from, to] of [
    ['a soft port', 'Midi Through', 'Midi Through'],
    ['a USB port', 'f_midi', 'Bed Keys'],
  ] as const) {
    test(`${NOTES} notes into ${what} as evenly as the kernel and arecordmidi have them`, async (test) => {
      const cwd = temporaryFolder(test);
      await plugKeys(test);
      notesFile(join(cwd, 'notes.mid'), NOTES, EVERY_MS);
      const args = ['record', ...FEW_BUFFERS, '--ppq', `${PPQ}`, '-d', to, '-o', 'take.mid'];
      const run = new AlsaRun(cwd, args);
      await run.hears('recording');
      const readers = await Promise.all(Array.from({ length: READERS }, () => kernelTimesOf(to)));
      const theirs = spawn('arecordmidi', ['-p', to, '-t', `${PPQ}`, join(cwd, 'theirs.mid')]);
      await pause(1000);
      execFileSync('aplaymidi', ['-d', '1', '-p', from, join(cwd, 'notes.mid')]);
      theirs.kill('SIGINT');
      await once(theirs, 'close');
      const kernel = readers.map((read) => spreadOf(read()));
      const { code, stderr } = await run.stop();
      assert.equal(code, 0, stderr);
      const ours = noteTimes(readTake(cwd, 'take.mid'));
      const { tracks } = readSmf(readFileSync(join(cwd, 'theirs.mid')));
      const other = tracks.flatMap(({ events }) =>
        [...events].filter(({ status }) => status === 0x90).map(({ tick }) => tick * MS_PER_TICK),
      );
      const own = spreadOf(ours);
      const recorded = spreadOf(other);
      const worst = Math.max(...kernel);
      const spreads = [own, ...kernel, recorded].map((spread) => spread.toFixed(3)).join(', ');
      test.diagnostic(`spread of intervals: ${spreads} ms; midirec, the kernel, arecordmidi`);
      assert.equal(ours.length, NOTES);
      assert.equal(other.length, NOTES);
      assert.ok(own <= worst + NOISE_MS, spreads);
      const noise = worst - Math.min(...kernel) + NOISE_MS + recorded * NOISE_SHARE;
      assert.ok(own <= recorded + noise, spreads);
    });
  }

  test(`a USB device pulled and plugged in ${TIMES} times in a take`, async (test) => {
    const waits = await pullAndPlug(test, TIMES);
    assert.ok(Math.max(...waits) < NOTICED_MS, `${waits}`);
  });
});
