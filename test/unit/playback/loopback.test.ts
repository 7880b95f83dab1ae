/** Recording what is played, over the loopback: the same messages, at their times but for a stated error. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CaptureSession } from '../../../src/capture/session.js';
import { createLoopback } from '../../../src/embedded/drivers/loopback.js';
import { createEmbeddedWinMm } from '../../../src/embedded/embedded-winmm.js';
import { PortDriver } from '../../../src/embedded/port-driver.js';
import { systemClock } from '../../../src/midi/clock.js';
import { Output } from '../../../src/output/output.js';
import { Player } from '../../../src/playback/player.js';
import { createPreciseWait } from '../../../src/playback/precise-wait.js';
import { readScore } from '../../../src/playback/score.js';
import { rowsOf } from '../../support/capture-bed.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { END, smfOf } from '../../support/smf-notation.js';

/** The documented error of a message's time, on a machine that has nothing else to do. */
const ERROR_MS = 2;

test('a piece of notes, controllers and sysex comes back as it went out', async () => {
  const clock = systemClock;
  const ports = [createLoopback()];
  const winmm = createEmbeddedWinMm({
    clock,
    drivers: [
      (host) => new PortDriver(host, { clock, ports: () => ports, completion: 'synchronous' }),
    ],
  });
  const device = { deviceId: 0, name: 'midirec loopback' };
  const session = await CaptureSession.open({ winmm, clock, devices: [device] });
  const received: ReturnType<typeof rowsOf> = [];
  await session.start((batch) => received.push(...rowsOf(batch)));
  const output = await Output.open({ winmm, clock, ...device });
  const score = readScore(smfOf(makePiece()));
  const player = new Player({
    score,
    output,
    clock,
    waitUntil: createPreciseWait(clock),
    signal: new AbortController().signal,
    fromMs: 0,
    toMs: score.endMs,
    speed: 1,
    isLoop: false,
    channelMask: 0xffff,
  });
  await player.run();
  await output.close();
  session.poll();
  await session.close();
  winmm.dispose();

  const played = rowsOf(score.events);
  assert.deepEqual(
    received.map(([, , kind, bytes]) => [kind, bytes]),
    played.map(([, , kind, bytes]) => [kind, bytes]),
  );
  // The median: a test machine is not free of other work. The benchmark has the percentiles.
  const offsets = received.map(([timeMs], index) => timeMs - played[index]![0]);
  const errors = offsets.map((offset) => Math.abs(offset - median(offsets)));
  // Nor may it be on time: what the player itself knows to be late is not the way's fault.
  const lateMs = player.lateness.percentile(99) + player.stalls.totalMs;
  assert.ok(median(errors) <= ERROR_MS + lateMs, `${median(errors)} ms, ${lateMs} ms late`);
  assert.equal(player.lateness.count, played.length);
});

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

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1]!;
}
