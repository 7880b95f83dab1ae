/** Tests of pacing: pieces, rates that do not drift, pauses. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Output } from '../../../src/output/output.js';
import { PacedSender } from '../../../src/output/paced-sender.js';
import {
  messageDurationMs,
  type Pace,
  PaceSchedule,
  pieceLength,
} from '../../../src/output/pacing.js';
import { findSendPreset } from '../../../src/output/send-presets.js';
import { FakeClock } from '../../support/fake-clock.js';
import { ScriptedOutput } from '../../support/scripted-output.js';

const UNPACED: Pace = {
  chunkBytes: undefined,
  chunkDelayMs: 0,
  messageDelayMs: 0,
  bytesPerSecond: undefined,
};
const CABLE: Pace = { ...UNPACED, bytesPerSecond: 3125 };

describe('the arithmetic of pacing', () => {
  it('cuts into chunks, or for a rate alone into 10 ms', () => {
    assert.equal(pieceLength(UNPACED), Number.POSITIVE_INFINITY);
    assert.equal(pieceLength(CABLE), 31);
    assert.equal(pieceLength({ ...CABLE, chunkBytes: 128 }), 128);
    assert.equal(pieceLength({ ...UNPACED, bytesPerSecond: 20 }), 1);
  });

  it('tells what a message takes', () => {
    assert.equal(messageDurationMs(UNPACED, 4104), 0);
    assert.equal(messageDurationMs(CABLE, 4104), 1313.28);
    const roland = findSendPreset('roland')!;
    assert.equal(messageDurationMs(roland, 128), 40.96);
    assert.equal(messageDurationMs(roland, 4104), 1313.28 + 32 * 20);
  });

  it('makes up for a short delay, and does not burst after a long one', () => {
    const schedule = new PaceSchedule(CABLE, 0);
    schedule.addPiece(125, 0);
    assert.equal(schedule.dueMs, 40);
    schedule.addPiece(125, 60);
    assert.equal(schedule.dueMs, 80, 'a piece that is 20 ms late does not move the next');
    schedule.addPiece(125, 1000);
    assert.equal(schedule.dueMs, 990, 'after a stall no more than 50 ms are made up for');
  });

  it('counts a pause from the end of what precedes it', () => {
    const schedule = new PaceSchedule(CABLE, 0);
    schedule.addPiece(125, 0);
    schedule.addPause(20, 5);
    assert.equal(schedule.dueMs, 60);
    schedule.addPause(20, 100);
    assert.equal(schedule.dueMs, 120);
  });

  it('does not make up for a delay at the cost of a pause', () => {
    const schedule = new PaceSchedule(CABLE, 0);
    schedule.addPiece(125, 15);
    schedule.addPause(20, 15);
    assert.equal(schedule.dueMs, 75, 'the line is silent from 55 on');
    schedule.addPiece(125, 90);
    schedule.addPiece(125, 115);
    schedule.addPause(20, 115);
    assert.equal(schedule.dueMs, 190, 'two pieces from 90 on are there at 170');
  });
});

describe('a paced sender', () => {
  async function send(pace: Pace, messages: Uint8Array[], prepare?: (w: ScriptedOutput) => void) {
    const clock = new FakeClock(0);
    const winmm = new ScriptedOutput(clock);
    prepare?.(winmm);
    const output = await Output.open({ winmm, clock, deviceId: 0, name: 'synth' });
    const sender = new PacedSender(output, clock, pace);
    let endMs = -1;
    const sending = (async () => {
      for (const [index, message] of messages.entries()) {
        if (index > 0) await sender.rest(new AbortController().signal);
        await sender.send(message);
      }
      await sender.finish();
      endMs = clock.nowMs();
    })();
    for (let round = 0; round < 3000 && endMs < 0; round++) await clock.advanceAsync(1);
    await sending;
    return { sent: winmm.sent, endMs };
  }

  const bank = new Uint8Array(4104).fill(1);

  it('sends a bank of 4,104 bytes in 1.31 s, evenly', async () => {
    const { sent, endMs } = await send(CABLE, [bank]);
    assert.ok(Math.abs(endMs - 1313.28) < 2, `${endMs} ms`);
    assert.equal(
      sent.reduce((sum, { bytes }) => sum + bytes.length, 0),
      4104,
    );
    sent.forEach(({ timeMs, bytes }, index) => {
      assert.ok(bytes.length <= 31);
      assert.ok(Math.abs(timeMs - index * 9.92) < 2, `piece ${index} at ${timeMs}`);
    });
  });

  it('sends in chunks with pauses that begin when the driver has sent', async () => {
    const pace = { ...UNPACED, chunkBytes: 4, chunkDelayMs: 20, messageDelayMs: 100 };
    const message = new Uint8Array(10);
    const { sent } = await send(pace, [message, message], (winmm) => {
      winmm.work = (pmh) => winmm.complete(pmh);
    });
    assert.deepEqual(
      sent.map(({ timeMs, bytes }) => [timeMs, bytes.length]),
      [
        [0, 4],
        [20, 4],
        [40, 2],
        [140, 4],
        [160, 4],
        [180, 2],
      ],
    );
  });

  it('sends messages in one piece, one right after the other, if nothing is asked for', async () => {
    const { sent, endMs } = await send(UNPACED, [bank, bank, bank]);
    assert.deepEqual(
      sent.map(({ bytes }) => bytes.length),
      [4104, 4104, 4104],
    );
    assert.ok(endMs <= 1);
  });

  it('ends a pause early if it is asked to', async () => {
    const clock = new FakeClock();
    const winmm = new ScriptedOutput(clock);
    const output = await Output.open({ winmm, clock, deviceId: 0, name: 'synth' });
    const sender = new PacedSender(output, clock, { ...UNPACED, messageDelayMs: 60_000 });
    await sender.send(bank);
    const stopping = new AbortController();
    const resting = sender.rest(stopping.signal);
    await clock.advanceAsync(1000);
    stopping.abort();
    await resting;
    await sender.finish();
    assert.equal(clock.pendingTimers, 0);
  });
});
