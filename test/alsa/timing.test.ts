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
  notesFile,
  noteTimes,
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
/** Both files have ticks of half a millisecond: less of a difference is how they happen to be rounded. */
const ROUNDING_MS = 0.005;

describe('time', () => {
  test(`${NOTES} notes of aplaymidi as evenly as arecordmidi has them`, async (test) => {
    const cwd = temporaryFolder(test);
    notesFile(join(cwd, 'notes.mid'), NOTES, EVERY_MS);
    const run = new AlsaRun(cwd, ['record', ...FEW_BUFFERS, '-d', '14:0', '-o', 'take.mid']);
    await run.hears('recording');
    const theirs = spawn('arecordmidi', ['-p', '14:0', '-t', '960', join(cwd, 'theirs.mid')]);
    await pause(1000);
    execFileSync('aplaymidi', ['-d', '1', '-p', '14:0', join(cwd, 'notes.mid')]);
    theirs.kill('SIGINT');
    await once(theirs, 'close');
    const { code, stderr } = await run.stop();
    assert.equal(code, 0, stderr);
    const ours = noteTimes(readTake(cwd, 'take.mid'));
    assert.equal(ours.length, NOTES);
    const { tracks } = readSmf(readFileSync(join(cwd, 'theirs.mid')));
    const other = tracks.flatMap(({ events }) =>
      [...events].filter(({ status }) => status === 0x90).map(({ tick }) => (tick * 500) / 960),
    );
    const spreads = `${spreadOf(ours).toFixed(3)} ms, arecordmidi ${spreadOf(other).toFixed(3)} ms`;
    test.diagnostic(`spread of ${ours.length} and ${other.length} notes: ${spreads}`);
    assert.ok(spreadOf(ours) <= spreadOf(other) + ROUNDING_MS, spreads);
  });

  test(`a USB device pulled and plugged in ${TIMES} times in a take`, async (test) => {
    const waits = await pullAndPlug(test, TIMES);
    assert.ok(Math.max(...waits) < NOTICED_MS, `${waits}`);
  });
});
