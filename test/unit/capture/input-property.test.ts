/** Whatever a driver sends, and however it is polled: the same messages come out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MIM_LONGDATA } from '../../../src/winmm/constants.js';
import { CaptureBed, rowsOf, sysexOf } from '../../support/capture-bed.js';
import { hex } from '../../support/input-client.js';

type Act =
  | { do: 'note'; key: number }
  | { do: 'clock' }
  | { do: 'sysex'; length: number; callbackLost: boolean[] }
  | { do: 'wait'; ms: number }
  | { do: 'poll' }
  | { do: 'nonsense'; address: number };

const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constant('note' as const), key: fc.nat(127) }),
  fc.record({ do: fc.constant('clock' as const) }),
  fc.record({
    do: fc.constant('sysex' as const),
    length: fc.integer({ min: 2, max: 120 }),
    callbackLost: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.nat(300) }),
  fc.record({ do: fc.constant('poll' as const) }),
  fc.record({ do: fc.constant('nonsense' as const), address: fc.nat() }),
);

/** Plays the acts; answers what came out, and what went in. */
async function play(bed: CaptureBed, acts: Act[], losesCallbacks: boolean) {
  const input = await bed.startInput({ buffers: 12, bufferSize: 16, ringSlots: 1024 });
  const { device } = bed;
  const sent: string[] = [];
  let lost = 0;
  for (const step of acts) {
    if (step.do === 'note') {
      device.short(0x400090 | (step.key << 8));
      sent.push(hex([0x90, step.key, 0x40]));
    } else if (step.do === 'clock') {
      device.short(0xf8);
      sent.push('f8');
    } else if (step.do === 'sysex') {
      // Polled first, so that there are buffers for all of it.
      input.poll();
      const bytes = sysexOf(step.length, sent.length);
      for (let at = 0, piece = 0; at < bytes.length; at += 16, piece++) {
        const withoutCallback = losesCallbacks && step.callbackLost[piece] === true;
        device.long(bytes.subarray(at, at + 16), { withoutCallback });
        if (!withoutCallback) continue;
        device.loseCallback();
        lost++;
      }
      sent.push(hex(bytes));
    } else if (step.do === 'wait') {
      bed.clock.stall(step.ms);
    } else if (step.do === 'poll') {
      input.poll();
    } else {
      device.callBack(MIM_LONGDATA, step.address);
    }
  }
  await bed.timeUntil(input.close());
  input.finish();
  const received = rowsOf(input.intake.batch);
  assert.deepEqual(bed.winmm.misuse, []);
  assert.equal(bed.liveBlocks, 0);
  return { sent, received, lost };
}

test('property: every message, whole and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const bed = new CaptureBed(['keys']);
      const { sent, received } = await play(bed, acts, false);
      assert.deepEqual(
        received.map(([, , , bytes]) => bytes),
        sent,
      );
      assert.deepEqual(bed.losses, {});
    }),
    { numRuns: 80 },
  );
});

test('property: sysex whole and in order even if callbacks get lost, which is counted', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(act, { maxLength: 60 }), async (acts) => {
      const bed = new CaptureBed(['keys']);
      // Notes would break a sysex whose last buffers are swept after them.
      const { sent, received, lost } = await play(
        bed,
        acts.filter((step) => step.do !== 'note'),
        true,
      );
      const sysex = (bytes: string) => bytes.startsWith('f0');
      assert.deepEqual(received.map(([, , , bytes]) => bytes).filter(sysex), sent.filter(sysex));
      assert.deepEqual(bed.losses, lost === 0 ? {} : { 'ring-overflow': lost });
    }),
    { numRuns: 80 },
  );
});
