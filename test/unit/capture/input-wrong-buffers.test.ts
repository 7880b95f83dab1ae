/** Drivers that return buffers in every wrong way, and in any order of them: no message is missing without a word, nothing hangs. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MIM_LONGDATA } from '../../../src/winmm/constants.js';
import { CaptureBed, captureTest } from '../../support/capture-bed.js';
import { hex } from '../../support/input-client.js';
import type { LongOptions } from '../../support/scripted-input.js';

const DEVICES = ['keys', 'pads'];
const BUFFERS = 12;
/** Closing waits so long for buffers that do not come back, and has this limit in all. */
const CLOSE_LIMIT_MS = 5000;

const WAYS = [
  'right',
  'twice',
  'without a callback',
  'never',
  'out of order',
  'flags untouched',
  'too long',
  "to another device's client",
  'its buffer refused once',
] as const;
type Way = (typeof WAYS)[number];

interface Act {
  device: number;
  way: Way;
  place: number;
  pauseMs: number;
}

const act: fc.Arbitrary<Act> = fc.record({
  device: fc.nat(DEVICES.length - 1),
  way: fc.constantFrom(...WAYS),
  place: fc.nat(BUFFERS),
  pauseMs: fc.constantFrom(0, 0, 5, 10),
});

/** A sysex that is unlike all others. */
function message(nth: number): number[] {
  return [0xf0, 0x7d, nth >> 7, nth & 0x7f, 1, 0xf7];
}

async function play(acts: readonly Act[], answersLater: boolean) {
  const bed = new CaptureBed(DEVICES);
  bed.winmm.answersLater = answersLater;
  const session = await bed.openSession({ buffers: BUFFERS });
  const starting = session.start((batch) => {
    for (let row = 0; row < batch.count; row++) {
      if (batch.kind[row] !== 0) rows.push(hex(batch.payload[row]!));
    }
  });
  const rows: string[] = [];
  await bed.timeUntil(starting);
  const sent: { device: number; address: number; nth: number; way: Way }[] = [];
  for (const [nth, { device, way, place, pauseMs }] of acts.entries()) {
    const driver = bed.winmm.devices[device]!;
    // One without a buffer would have to drop it: another matter.
    if (driver.queued === 0) continue;
    const bytes = message(nth);
    const faults: Partial<Record<Way, LongOptions>> = {
      'without a callback': { withoutCallback: true },
      never: { withoutCallback: true, keepsFlags: true },
      'out of order': { place },
      'flags untouched': { keepsFlags: true },
      'too long': { dwBytesRecorded: 0xffff },
      "to another device's client": { withoutCallback: true },
    };
    const address = driver.long(bytes, faults[way] ?? {});
    sent.push({ device, address, nth, way });
    const other = bed.winmm.devices[1 - device]!;
    if (way === 'twice') driver.callBack(MIM_LONGDATA, address);
    if (way === "to another device's client") other.callBack(MIM_LONGDATA, address);
    if (way === 'its buffer refused once') {
      bed.winmm.script('midiInAddBuffer', { result: 7, times: 1 });
    }
    await bed.clock.advanceAsync(pauseMs);
  }
  await bed.clock.advanceAsync(20);
  const tookMs = await bed.timeUntil(session.close());
  for (const { device, address } of sent) {
    bed.winmm.devices[device]!.callBack(MIM_LONGDATA, address);
  }
  session.poll();
  return { bed, rows, tookMs, sent };
}

for (const answersLater of [false, true]) {
  test(`property: buffers in every wrong way, midiInAddBuffer answers ${answersLater ? 'later' : 'at once'}`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 24 }), async (acts) => {
        const { bed, rows, tookMs, sent } = await play(acts, answersLater);
        assert.deepEqual(bed.winmm.misuse, []);
        assert.ok(tookMs <= CLOSE_LIMIT_MS, `${tookMs} ms`);
        const all = rows.join(' ');
        for (const { nth, way } of sent) {
          const text = hex(message(nth));
          const times = all.split(text).length - 1;
          assert.equal(times, 1, `message ${nth}, ${way}: ${times} times in ${all}`);
        }
      }),
      { numRuns: 40 },
    );
  });
}

captureTest('half a sysex in a buffer that never comes back is kept, and counted', async (bed) => {
  const session = await bed.startSession();
  const { device } = bed;
  device.partly([0xf0, 0x7d, 5]);
  bed.winmm.script('midiInReset', { meanwhile: () => device.open!.queue.shift() });
  await bed.timeUntil(session.close());
  assert.deepEqual(
    bed.rows.map(([, , kind, bytes]) => [kind, bytes]),
    [['broken', 'f0 7d 05']],
  );
  assert.deepEqual(bed.losses, { 'incomplete-sysex': 1 });
  bed.leaves = { liveBlocks: 1, openHandles: 0, pendingTimers: 0 };
});
