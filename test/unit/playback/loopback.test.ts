/** Recording what is played, over the loopback: the same messages, at their times. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureSession } from '../../../src/capture/session.js';
import { createLoopback } from '../../../src/embedded/drivers/loopback.js';
import { createEmbeddedWinMm } from '../../../src/embedded/embedded-winmm.js';
import { PortDriver } from '../../../src/embedded/port-driver.js';
import { shortMessageLength } from '../../../src/midi/status.js';
import { sleep } from '../../../src/midi/waiting.js';
import { Output } from '../../../src/output/output.js';
import { Player } from '../../../src/playback/player.js';
import { readScore } from '../../../src/playback/score.js';
import { rowsOf } from '../../support/capture-bed.js';
import { FakeClock } from '../../support/fake-clock.js';
import { hex } from '../../support/input-client.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { END, smfOf } from '../../support/smf-notation.js';

/** Drivers stamp in whole milliseconds. */
const STAMP_MS = 1;

test('a piece of notes, controllers and sysex comes back as it went out', async () => {
  const clock = new FakeClock();
  const ports = [createLoopback()];
  const winmm = createEmbeddedWinMm(clock, [
    (host) => new PortDriver(host, clock, () => ports, 'synchronous'),
  ]);
  const device = { deviceId: 0, name: 'midirec loopback' };
  const session = await timePasses(clock, CaptureSession.open({ winmm, clock, devices: [device] }));
  const received: ReturnType<typeof rowsOf> = [];
  await timePasses(
    clock,
    session.start((batch) => received.push(...rowsOf(batch))),
  );
  const output = await timePasses(clock, Output.open({ winmm, clock, ...device }));
  const score = readScore(smfOf(makePiece()));
  const player = new Player({
    score,
    output,
    clock,
    waitUntil: (dueMs, signal) => sleep(clock, dueMs - clock.nowMs(), signal),
    signal: new AbortController().signal,
    fromMs: 0,
    toMs: score.endMs,
    speed: 1,
    isLoop: false,
    channelMask: 0xffff,
  });
  await timePasses(clock, player.run());
  await timePasses(clock, output.close());
  session.poll();
  await timePasses(clock, session.close());
  winmm.dispose();

  const played = [...score.rowsFrom(0)];
  assert.deepEqual(
    received.map(([, , , text]) => text),
    played.map(({ packed, bytes }) => {
      const size = shortMessageLength(packed & 0xff);
      return hex(bytes ?? [packed & 0xff, (packed >>> 8) & 0xff, packed >>> 16].slice(0, size));
    }),
  );
  const offsets = received.map(([timeMs], index) => timeMs - played[index]!.timeMs);
  assert.ok(Math.max(...offsets) - Math.min(...offsets) <= STAMP_MS, offsets.join(' '));
  assert.deepEqual([player.lateness.count, player.lateness.worstMs], [played.length, 0]);
});

/** What `promise` gives, while time passes. */
async function timePasses<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  promise.then(end, end);
  for (let ms = 0; !isOver && ms < 10_000; ms++) await clock.advanceAsync(1);
  assert.ok(isOver);
  return promise;
}

/** Two tracks of a second: notes and pedal; a sysex now and then. */
function makePiece(): string[] {
  const random = new SeededRandom(8);
  const hex = (value: number) => value.toString(16).padStart(2, '0');
  let notes = '';
  for (let count = 0; count < 60; count++) {
    const key = hex(36 + Math.floor(random.next() * 48));
    notes += `${hex(Math.floor(random.next() * 16))} 90${key}50 08 80${key}40 00 b040${hex(count)} `;
  }
  const sysex = Array.from({ length: 8 }, (_, count) => `64 f0 04 7d0${count}01f7`).join(' ');
  return [`${notes} 00 b04000 ${END}`, `${sysex} ${END}`];
}
