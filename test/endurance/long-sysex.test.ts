/** A sysex of 3 GB, and one without an end: all of it on the disk, and memory that does not grow with it. */
import assert from 'node:assert/strict';
import { readdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFifo } from '../support/fifo-player.js';
import { startLongRun } from '../support/long-run.js';
import { residentKib } from '../support/process-memory.js';
import { temporaryFolder } from '../support/run-midirec.js';

const BYTES = Number(process.env.MIDIREC_LONG_SYSEX_BYTES ?? 3_000_000_000);
const MOST_GROWTH_KIB = 100 * 1024;
const CHUNK = Buffer.from(
  Uint8Array.from({ length: 1 << 20 }, (_, at) => (at * 7 + (at >> 8)) & 0x7f),
);

const RUNS = [
  ['sysex-dump', 'in one sysex', 1],
  ['sysex-dump', 'of a sysex without an end', 1],
  ['record', 'in one sysex', 1],
  ['record', 'of a sysex without an end', 1],
  ['record', 'in a sysex from each of two inputs', 2],
] as const;

for (const [command, what, inputs] of RUNS) {
  test(`${command}: ${BYTES.toLocaleString('en-US')} bytes ${what}`, {
    skip: process.platform !== 'linux' && 'it looks into /proc',
  }, async (t) => {
    const cwd = temporaryFolder(t);
    const hasEnd = !/without/.test(what);
    const fifos = Array.from({ length: inputs }, (_, index) => `fifo${index}`);
    for (const fifo of fifos) makeFifo(join(cwd, fifo));
    const name = command === 'record' ? 'a.mid' : 'a.syx';
    const args = [...fifos.flatMap((fifo) => ['--port', fifo]), command, '-o', name];
    const text = command === 'record' ? 'recording' : 'listening';
    const run = await startLongRun(t, cwd, args, text);
    const startKib = residentKib(run.child.pid!, 'VmRSS');
    await Promise.all(fifos.map((fifo) => send(join(cwd, fifo), BYTES / inputs, hasEnd)));
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const mostKib = residentKib(run.child.pid!, 'VmHWM');
    run.child.kill('SIGINT');
    assert.equal(await run.ended, hasEnd ? 0 : 3, run.said());

    const kept = readdirSync(cwd)
      .filter((file) => !file.startsWith('fifo'))
      .reduce((sum, file) => sum + statSync(join(cwd, file)).size, 0);
    t.diagnostic(
      `${Math.round(startKib / 1024)} MiB at the start, ${Math.round(mostKib / 1024)} MiB at most`,
    );
    assert.ok(kept >= (hasEnd ? BYTES : BYTES - 1), `${kept} bytes kept`);
    assert.ok(mostKib - startKib < MOST_GROWTH_KIB, `${mostKib - startKib} KiB`);
  });
}

async function send(fifo: string, bytes: number, hasEnd: boolean): Promise<void> {
  const writer = await open(fifo, 'w');
  await writer.writeFile(Uint8Array.of(0xf0, 0x7d));
  for (let left = bytes - 3; left > 0; left -= CHUNK.length) {
    await writer.writeFile(CHUNK.subarray(0, left));
  }
  if (hasEnd) await writer.writeFile(Uint8Array.of(0xf7));
  await writer.close();
}
