/** As many inputs as there can be, with the buffers of every day: all that they play is there, and they are closed in time. */
import assert from 'node:assert/strict';
import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { makeFifo } from '../support/fifo-player.js';
import { startLongRun } from '../support/long-run.js';
import { runMidirec, temporaryFolder } from '../support/run-midirec.js';

const MOST = 256;
const NOTES = 20;
const NOTE = Uint8Array.of(0x90, 60, 64, 0x80, 60, 64);

function makeFifos(cwd: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => {
    makeFifo(join(cwd, `f${index}`));
    return `f${index}`;
  });
}

const named = (fifos: string[]) => fifos.flatMap((fifo) => ['--port', fifo]);

test(`${MOST} inputs at once`, { skip: process.platform === 'win32' }, async (t) => {
  const cwd = temporaryFolder(t);
  const fifos = makeFifos(cwd, MOST);
  const args = [...named(fifos), 'record', '-o', 'a.mid'];
  const startMs = performance.now();
  const run = await startLongRun(t, cwd, args, 'recording');
  const startedMs = performance.now();
  const keys = fifos.map((fifo) =>
    openSync(join(cwd, fifo), constants.O_WRONLY | constants.O_NONBLOCK),
  );
  for (let count = 0; count < NOTES; count++) {
    for (const fd of keys) writeSync(fd, NOTE);
    await pause(20);
  }
  await pause(1000);
  const stopMs = performance.now();
  run.child.kill('SIGINT');
  const end = await run.ended;
  const endMs = performance.now();
  for (const fd of keys) closeSync(fd);
  t.diagnostic(
    `records after ${((startedMs - startMs) / 1000).toFixed(1)} s, ` +
      `ended ${((endMs - stopMs) / 1000).toFixed(1)} s after Ctrl-C`,
  );
  assert.equal(end, 0, run.said());
  assert.doesNotMatch(run.said(), /warning/);
  const { tracks, damages } = readSmf(readFileSync(join(cwd, 'a.mid')));
  assert.deepEqual(damages, []);
  const notes = tracks.map(
    ({ events }) => [...events].filter(({ status }) => status === 0x90).length,
  );
  assert.deepEqual(
    notes.filter((count) => count > 0),
    Array(MOST).fill(NOTES),
  );
});

test('300 inputs are refused', { skip: process.platform === 'win32' }, async (t) => {
  const cwd = temporaryFolder(t);
  const run = await runMidirec([...named(makeFifos(cwd, 300)), 'record', '-o', 'a.mid'], { cwd });
  assert.equal(run.code, 2, run.stderr);
  assert.match(run.stderr, /300 inputs at once: 256 at most/);
});
