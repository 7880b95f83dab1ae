/** More than --keep-last keeps, at full speed: what it had no room for is counted to the event, and memory is bounded. */
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { createWriteStream, openSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import type { Loss } from '../../src/capture/loss-ledger.js';
import type { SmfTrack } from '../../src/files/smf/smf-content.js';
import { readSmf } from '../../src/files/smf/smf-reader.js';
import { makeFifo } from '../support/fifo-player.js';
import { residentKib } from '../support/process-memory.js';
import { MIDIREC, temporaryFolder, untilSaid } from '../support/run-midirec.js';

const EVENTS = Number(process.env.MIDIREC_FLOOD_EVENTS ?? 10_000_000);
/** 128 MiB are kept; what is encoded of them for the disk is at most half of that. */
const MOST_GROWTH_KIB = 224 * 1024;
const EVENTS_AT_ONCE = 0x1_0000;

/** What waits for a reader that does not keep up, and the batches that it is made of. */
const MOST_UNREAD_KIB = 80 * 1024;

for (const [saves, how] of [
  [0, ''],
  [3, ''],
  [0, ', --json not read before the end'],
] as const) {
  test(`${EVENTS.toLocaleString('en-US')} events into --keep-last, ${saves} times saved meanwhile${how}`, {
    skip: process.platform !== 'linux' && 'it looks into /proc',
  }, async (t) => {
    const cwd = temporaryFolder(t);
    makeFifo(join(cwd, 'fifo'));
    const args = [
      'record',
      '--keep-last',
      '10h',
      '-o',
      '{take}.mid',
      '--json',
      '--until-idle',
      '5s',
    ];
    const child = spawn(process.execPath, [MIDIREC, '--port', 'fifo', ...args], {
      cwd,
      stdio: ['ignore', how === '' ? openSync(join(cwd, 'json'), 'w') : 'pipe', 'pipe'],
    });
    let isRead = how === '';
    t.after(() => child.kill('SIGKILL'));
    let said = '';
    child.stderr!.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (isRead || !said.includes('is saved')) return;
      isRead = true;
      child.stdout!.pipe(createWriteStream(join(cwd, 'json')));
    });
    const ended = new Promise((resolve) => child.on('close', resolve));
    await untilSaid(child, 'recording');

    const startKib = residentKib(child.pid!);
    const writer = await open(join(cwd, 'fifo'), 'w');
    const saveAt = Array.from({ length: saves }, (_, nth) => ((nth + 1) * EVENTS) / (saves + 1));
    for (let sent = 0; sent < EVENTS; sent += EVENTS_AT_ONCE) {
      const count = Math.min(EVENTS_AT_ONCE, EVENTS - sent);
      const bytes = Uint8Array.from(
        { length: 3 * count },
        (_, at) => [0x90, (sent + at) & 0x7f, 64][at % 3]!,
      );
      await writer.writeFile(bytes);
      if (sent >= saveAt[0]! && saveAt.shift() !== undefined) child.kill('SIGUSR1');
    }
    await writer.close();
    let mostKib = 0;
    while (child.exitCode === null && child.signalCode === null) {
      try {
        mostKib = residentKib(child.pid!, 'VmHWM');
      } catch {
        // It ends.
      }
      await pause(20);
    }
    const exitCode = await ended;
    const told = execFileSync('tail', ['-n', '1', join(cwd, 'json')]).toString();
    const end = JSON.parse(told) as { losses: Loss[]; notPrinted?: number };
    const lost = end.losses.find(({ kind }) => kind === 'no-place')?.count ?? 0;
    const kept = readdirSync(cwd)
      .filter((name) => name.endsWith('.mid'))
      .flatMap((name) => readSmf(readFileSync(join(cwd, name))).tracks)
      .reduce((sum, track) => sum + countMessages(track), 0);
    const growthKib = mostKib - startKib;
    const { notPrinted = 0 } = end;
    t.diagnostic(
      `${kept} events in files, ${lost} in losses, ${notPrinted} not printed; ` +
        `${Math.round(startKib / 1024)} MiB at the start, ${Math.round(mostKib / 1024)} MiB at most`,
    );
    assert.equal(exitCode, end.losses.length > 0 ? 3 : 0, said);
    if (saves === 0) assert.ok(lost > 0);
    assert.equal(kept + lost, EVENTS);
    assert.equal(printedMessages(join(cwd, 'json')) + notPrinted, EVENTS);
    const mostGrowthKib = MOST_GROWTH_KIB + (how === '' ? 0 : MOST_UNREAD_KIB);
    assert.ok(growthKib < mostGrowthKib, `${growthKib} KiB`);
  });
}

function printedMessages(path: string): number {
  return Number(execFileSync('grep', ['-c', '"type":"message"', path]).toString());
}

/** Without the keys that were held before: those stand at its head. */
function countMessages({ events }: SmfTrack): number {
  let count = 0;
  for (const { status, tick } of events) if (status === 0x90 && tick > 0) count++;
  return count;
}
