/** Tests of an output and an input at work together, over the loopback of the embedded WinMm. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CaptureSession } from '../../../src/capture/session.js';
import { createLoopback } from '../../../src/embedded/drivers/loopback.js';
import { createEmbeddedWinMm } from '../../../src/embedded/embedded-winmm.js';
import { PortDriver } from '../../../src/embedded/port-driver.js';
import type { Completion } from '../../../src/embedded/port-output.js';
import { Output } from '../../../src/output/output.js';
import { FakeClock } from '../../support/fake-clock.js';

async function sendThrough(completion: Completion, messages: Uint8Array[]): Promise<Uint8Array[]> {
  const clock = new FakeClock();
  const ports = [createLoopback()];
  const winmm = createEmbeddedWinMm(clock, [
    (host) => new PortDriver(host, clock, () => ports, completion),
  ]);
  const device = { deviceId: 0, name: 'midirec loopback' };
  const session = await CaptureSession.open({ winmm, clock, devices: [device] });
  const received: Uint8Array[] = [];
  await session.start((batch) => {
    for (let row = 0; row < batch.count; row++) received.push(batch.payload[row]!);
  });
  const output = await Output.open({ winmm, clock, ...device });
  for (const message of messages) void output.submit(message);
  let isSent = false;
  output.drain().then(() => {
    isSent = true;
  });
  await clock.advanceUntil('all is sent', () => isSent);
  await clock.advanceUntil('all has arrived', () => received.length >= messages.length);
  const closing = Promise.all([output.close(), session.close()]);
  await clock.advanceAsync(1000);
  assert.equal((await closing)[0].closed, true);
  winmm.dispose();
  return received;
}

for (const completion of ['synchronous', 'asynchronous'] as const) {
  describe(`an output through a loopback, ${completion}`, () => {
    it('10,000 messages without pause: all arrive, in order, byte-identical', async () => {
      const messages = Array.from({ length: 10_000 }, (_, number) =>
        Uint8Array.of(0xf0, 0x7d, number >> 7, number & 0x7f, 0xf7),
      );
      assert.deepEqual(await sendThrough(completion, messages), messages);
    });

    it('messages of all sizes', async () => {
      const messages = [3, 200_000, 1024, 5, 1025, 65_536, 4].map((length) => {
        const message = Uint8Array.from({ length }, (_, index) => (index * 7) & 0x7f);
        message[0] = 0xf0;
        message[length - 1] = 0xf7;
        return message;
      });
      assert.deepEqual(await sendThrough(completion, messages), messages);
    });
  });
}
