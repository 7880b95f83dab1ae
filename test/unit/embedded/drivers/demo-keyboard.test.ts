/** The demo keyboard: the piece is sound MIDI, and it is played on time, again and again. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createBuiltInWinMm } from '../../../../src/embedded/drivers/built-in.js';
import {
  DEMO_PIECE,
  DEMO_PIECE_MS,
  DEMO_ROUND_MS,
} from '../../../../src/embedded/drivers/demo-piece.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { hex, InputClient, type Received } from '../../../support/input-client.js';

async function openKeyboard() {
  const clock = new FakeClock(1234.567);
  const winmm = createBuiltInWinMm(clock);
  const client = await InputClient.open(winmm, 0);
  await client.addBuffers(2, 64);
  client.take();
  await client.start();
  return { clock, client };
}

/** What a client receives of one round of the piece that begins at `startMs`. */
function roundAt(startMs: number): Received[] {
  return DEMO_PIECE.map(
    ({ timeMs, bytes }): Received => [
      bytes[0] === 0xf0 ? 'long' : 'data',
      Math.round(startMs + timeMs),
      hex(bytes),
    ],
  );
}

describe('the piece', () => {
  it('has chords, sustain pedal, pitch bend, program changes and one sysex, and begins at once', () => {
    const count = (status: number) =>
      DEMO_PIECE.filter(({ bytes }) => (bytes[0]! & 0xf0) === status).length;
    assert.ok(count(0x90) > 80);
    assert.ok(count(0xe0) > 10);
    assert.ok(count(0xc0) >= 3);
    assert.equal(count(0xf0), 1);
    assert.ok(DEMO_PIECE.some(({ bytes }) => (bytes[0]! & 0xf0) === 0xb0 && bytes[1] === 64));
    const firstNote = DEMO_PIECE.find(({ bytes }) => (bytes[0]! & 0xf0) === 0x90);
    assert.ok(firstNote && firstNote.timeMs < 200);
    assert.ok(DEMO_PIECE_MS >= 15_000 && DEMO_PIECE_MS <= 20_000);
  });

  it('is in order of time, and lets go of every key and pedal before it ends', () => {
    const held = new Set<string>();
    let lastMs = 0;
    for (const { timeMs, bytes } of DEMO_PIECE) {
      assert.ok(timeMs >= lastMs && timeMs < DEMO_PIECE_MS);
      lastMs = timeMs;
      const [status, first, second] = bytes as unknown as [number, number, number];
      const key = `${status & 0xf} ${first}`;
      if ((status & 0xf0) === 0x90) {
        assert.ok(!held.has(key), `struck twice: ${key} at ${timeMs}`);
        held.add(key);
      } else if ((status & 0xf0) === 0x80) {
        assert.ok(held.delete(key), `let go without being struck: ${key} at ${timeMs}`);
      } else if ((status & 0xf0) === 0xb0) {
        if (second > 0) held.add('pedal');
        else held.delete('pedal');
      }
    }
    assert.deepEqual([...held], []);
  });

  it('holds only data bytes after each status byte', () => {
    for (const { bytes } of DEMO_PIECE) {
      const data = bytes[0] === 0xf0 ? bytes.subarray(1, -1) : bytes.subarray(1);
      assert.ok(data.every((byte) => byte < 0x80));
    }
  });
});

describe('the player', () => {
  it('plays every event at its time, round after round, without drift', async () => {
    const { clock, client } = await openKeyboard();
    const received: Received[] = [];
    for (let step = 0; step < 3 * DEMO_ROUND_MS; step += 7.3) {
      clock.advance(7.3);
      received.push(...client.take());
    }
    const expected = [0, 1, 2].flatMap((round) => roundAt(round * DEMO_ROUND_MS));
    assert.deepEqual(received.slice(0, expected.length), expected);
  });

  it('has one timer at a time, and none after midiInStop', async () => {
    const { clock, client } = await openKeyboard();
    clock.advance(3000);
    assert.equal(clock.pendingTimers, 1);
    await client.stop();
    assert.equal(clock.pendingTimers, 0);
    client.take();
    clock.advance(1000);
    assert.deepEqual(client.take(), []);
  });

  it('stamps with the time at which events were due, however late the timer is', async () => {
    const { clock, client } = await openKeyboard();
    clock.stall(1003);
    clock.advance(0);
    assert.deepEqual(
      client.take(),
      roundAt(0).filter(([, timeMs]) => timeMs <= 1003),
    );
  });

  it('begins anew at the next start', async () => {
    const { clock, client } = await openKeyboard();
    clock.advance(5000);
    await client.stop();
    client.take();
    clock.advance(777);
    await client.start();
    clock.advance(100);
    assert.deepEqual(
      client.take(),
      roundAt(0).filter(([, timeMs]) => timeMs <= 100),
    );
  });

  it('after the machine has slept goes on where it was, rather than playing hours at once', async () => {
    const { clock, client } = await openKeyboard();
    clock.advance(1000);
    client.take();
    clock.stall(8 * 3_600_000);
    clock.advance(0);
    const received = client.take();
    assert.ok(received.length > 0 && received.length < 5);
    assert.ok(received.every(([, timeMs]) => timeMs >= 8 * 3_600_000));
  });
});
