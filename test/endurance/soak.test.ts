/** Twenty million messages in one take: none is missing, none is out of order, and memory does not grow. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { openSync, readFileSync, readSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFifo } from '../support/fifo-player.js';
import { MIDIREC, temporaryFolder, untilSaid } from '../support/run-midirec.js';

const MESSAGES = Number(process.env.MIDIREC_SOAK_MESSAGES ?? 20_000_000);
const CHUNK_MESSAGES = 20_000;
const MEMORY_LIMIT_KIB = 40 * 1024;

/** Each message differs from the 262,143 before it. */
function messageAt(index: number): [number, number, number] {
  return [0xb0 | ((index >>> 14) & 0x0f), (index >>> 7) & 0x7f, index & 0x7f];
}

/** Memory of a process, in KiB. */
function residentKib(pid: number): number {
  return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

test(`${MESSAGES.toLocaleString('en-US')} messages`, {
  skip: process.platform !== 'linux' && 'it looks into /proc',
}, async (t) => {
  const cwd = temporaryFolder(t);
  const fifo = join(cwd, 'fifo');
  makeFifo(fifo);
  const args = ['--port', fifo, 'record', '--format', '0', '-o', 'take.mid'];
  const child = spawn(process.execPath, [MIDIREC, ...args], {
    cwd,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  t.after(() => child.kill('SIGKILL'));
  let said = '';
  child.stderr.on('data', (bytes: Buffer) => {
    said += bytes.toString();
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await untilSaid(child, 'recording');

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
      const kib = residentKib(child.pid!);
      warmKib ||= kib;
      mostKib = Math.max(mostKib, kib);
    }
  }
  const seconds = (performance.now() - startMs) / 1000;
  await writer.close();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  child.kill('SIGINT');
  const code = await ended;
  assert.equal(code, 0, said);
  assert.match(said, new RegExp(`${MESSAGES.toLocaleString('en-US')} controller events`));

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
