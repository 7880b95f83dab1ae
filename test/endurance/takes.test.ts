/** A thousand takes in one recording, as of weeks: each is there, each is whole, and memory does not grow. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { makeFifo } from '../support/fifo-player.js';
import { startLongRun } from '../support/long-run.js';
import { residentKib } from '../support/process-memory.js';
import { temporaryFolder } from '../support/run-midirec.js';

const TAKES = Number(process.env.MIDIREC_SOAK_TAKES ?? 1000);
const IDLE_MS = 20;
/** Longer than silence; a note that a busy machine hands on late may still join the one before. */
const PAUSE_MS = 40;
const MEMORY_LIMIT_KIB = 24 * 1024;

test(`${TAKES} takes with --split-idle`, {
  skip: process.platform !== 'linux' && 'it looks into /proc',
}, async (t) => {
  const cwd = temporaryFolder(t);
  const fifo = join(cwd, 'fifo');
  makeFifo(fifo);
  const splitting = ['--clock', '--split-idle', `${IDLE_MS}ms`, '-o', 'takes/{hour}-{take}.mid'];
  const args = ['--port', fifo, 'record', ...splitting];
  const run = await startLongRun(t, cwd, args, 'recording');
  const keys = await open(fifo, 'w');
  let warmKib = 0;
  let mostKib = 0;
  for (let number = 0; number < TAKES; number++) {
    // The clock, a controller and a note.
    await keys.writeFile(Uint8Array.of(0xf8, 0xb0, 1, number & 0x7f, 0x90, 60, 64, 0x80, 60, 64));
    await pause(PAUSE_MS);
    if (number < TAKES / 5) continue;
    const kib = residentKib(run.child.pid!, 'VmRSS');
    warmKib ||= kib;
    mostKib = Math.max(mostKib, kib);
  }
  await keys.close();
  run.child.kill('SIGINT');
  assert.equal(await run.ended, 0, run.said().slice(-2000));

  const names = readdirSync(join(cwd, 'takes'));
  let notes = 0;
  for (const name of names) {
    const { damages, tracks } = readSmf(readFileSync(join(cwd, 'takes', name)));
    assert.deepEqual(damages, [], name);
    notes += tracks
      .flatMap(({ events }) => [...events])
      .filter(({ status }) => status === 0x90).length;
  }
  const growthMib = ((mostKib - warmKib) / 1024).toFixed(1);
  t.diagnostic(
    `${names.length} takes with ${notes} notes; memory ${Math.round(mostKib / 1024)} MiB at most, ` +
      `${growthMib} MiB more than after the first fifth`,
  );
  assert.equal(notes, TAKES);
  assert.ok(names.length > TAKES / 2, `${names.length} takes`);
  assert.ok(mostKib - warmKib < MEMORY_LIMIT_KIB, `${growthMib} MiB`);
});
