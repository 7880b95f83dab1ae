/** Twenty million messages in one take, and dumps of 64 MiB: none is missing, none is out of order, and memory does not grow. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { openSync, readFileSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFifo } from '../support/fifo-player.js';
import { startLongRun } from '../support/long-run.js';
import { residentKib } from '../support/process-memory.js';
import { temporaryFolder } from '../support/run-midirec.js';
import { SeededRandom } from '../support/seeded-random.js';

const MESSAGES = Number(process.env.MIDIREC_SOAK_MESSAGES ?? 20_000_000);
const CHUNK_MESSAGES = 20_000;
const MEMORY_LIMIT_KIB = 40 * 1024;

/** Each message differs from the 262,143 before it. */
function messageAt(index: number): [number, number, number] {
  return [0xb0 | ((index >>> 14) & 0x0f), (index >>> 7) & 0x7f, index & 0x7f];
}

const NOISE = new SeededRandom(1).bytes(2 * 1024 * 1024, 0x7f);

/** F0 43, data bytes that differ from message to message, F7. */
function sysexOf(size: number, index: number): Uint8Array {
  const from = (index * 7919) % (NOISE.length - size);
  const bytes = NOISE.slice(from, from + size);
  bytes.set([0xf0, 0x43, index & 0x7f, (index >>> 7) & 0x7f, (index >>> 14) & 0x7f]);
  bytes[size - 1] = 0xf7;
  return bytes;
}

test(`${MESSAGES.toLocaleString('en-US')} messages`, {
  skip: process.platform !== 'linux' && 'it looks into /proc',
}, async (t) => {
  const cwd = temporaryFolder(t);
  const fifo = join(cwd, 'fifo');
  makeFifo(fifo);
  const args = ['--port', fifo, 'record', '--format', '0', '-o', 'take.mid'];
  const run = await startLongRun(t, cwd, args, 'recording');

  const writer = await open(fifo, 'w');
  const chunk = new Uint8Array(3 * CHUNK_MESSAGES);
  const startMs = performance.now();
  let warmKib = 0;
  let mostKib = 0;
  for (let sent = 0; sent < MESSAGES; sent += CHUNK_MESSAGES) {
    for (let index = 0; index < CHUNK_MESSAGES; index++)
      chunk.set(messageAt(sent + index), 3 * index);
    await writer.writeFile(chunk);
    if (sent > MESSAGES / 10) {
      const kib = residentKib(run.child.pid!, 'VmRSS');
      warmKib ||= kib;
      mostKib = Math.max(mostKib, kib);
    }
  }
  const seconds = (performance.now() - startMs) / 1000;
  await writer.close();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  run.child.kill('SIGINT');
  assert.equal(await run.ended, 0, run.said());
  assert.match(run.said(), new RegExp(`${MESSAGES.toLocaleString('en-US')} controller events`));

  const counted = countInOrder(join(cwd, 'take.mid'));
  const growthMib = Math.round((mostKib - warmKib) / 1024);
  t.diagnostic(
    `${counted.toLocaleString('en-US')} messages in ${seconds.toFixed(0)} s ` +
      `(${Math.round(MESSAGES / seconds / 1000)},000 a second), all in the file, in order; ` +
      `memory ${Math.round(mostKib / 1024)} MiB at most, ${growthMib} MiB more than after the first tenth`,
  );
  assert.equal(counted, MESSAGES);
  assert.ok(mostKib - warmKib < MEMORY_LIMIT_KIB, `${growthMib} MiB`);
});

const DUMP_BYTES = 64 * 1024 * 1024;

for (const size of [4104, 1024 * 1024]) {
  test(`a dump of 64 MiB in messages of ${size.toLocaleString('en-US')} bytes`, {
    skip: process.platform !== 'linux' && 'it looks into /proc',
  }, async (t) => {
    const cwd = temporaryFolder(t);
    const fifo = join(cwd, 'fifo');
    makeFifo(fifo);
    const args = ['--port', fifo, 'sysex-dump', '-o', 'dump.syx'];
    const run = await startLongRun(t, cwd, args, 'listening');

    const writer = await open(fifo, 'w');
    const sent = createHash('sha256');
    const startKib = residentKib(run.child.pid!, 'VmRSS');
    const startMs = performance.now();
    const perWrite = Math.max(1, Math.floor(65_536 / size));
    for (let index = 0; index * size < DUMP_BYTES; index += perWrite) {
      const messages = Array.from({ length: perWrite }, (_, more) => sysexOf(size, index + more));
      const bytes = Buffer.concat(messages);
      sent.update(bytes);
      await writer.writeFile(bytes);
    }
    const seconds = (performance.now() - startMs) / 1000;
    await writer.close();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const growthKib = residentKib(run.child.pid!, 'VmHWM') - startKib;
    run.child.kill('SIGINT');
    assert.equal(await run.ended, 0, run.said());
    const dumped = createHash('sha256').update(readFileSync(join(cwd, 'dump.syx')));
    assert.equal(dumped.digest('hex'), sent.digest('hex'));
    t.diagnostic(
      `${(64 / seconds).toFixed(0)} MiB a second; at most ${Math.round(growthKib / 1024)} MiB more memory than at the start`,
    );
    assert.ok(growthKib < MEMORY_LIMIT_KIB, `${Math.round(growthKib / 1024)} MiB`);
  });
}

/** Goes through the one track of a take of format 0, and fails at the first message that is not the next one. */
function countInOrder(path: string): number {
  const bytes = new Uint8Array(statSync(path).size);
  readSync(openSync(path, 'r'), bytes);
  let at = 22;
  let count = 0;
  for (;;) {
    while (bytes[at]! >= 0x80) at++;
    at++;
    if (bytes[at] === 0xff) {
      if (bytes[at + 1] === 0x2f) return count;
      at += 3 + bytes[at + 2]!;
      continue;
    }
    const [status, first, second] = messageAt(count);
    if (bytes[at] !== status || bytes[at + 1] !== first || bytes[at + 2] !== second) {
      assert.fail(`message ${count} is not the one that was sent`);
    }
    at += 3;
    count++;
  }
}
