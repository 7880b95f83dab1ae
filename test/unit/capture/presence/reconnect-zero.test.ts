/** Where zero is: of the take, and of inputs that were unplugged before the first message or after it. */
import assert from 'node:assert/strict';
import { type CaptureBed, captureTest, rowsOf } from '../../../support/capture-bed.js';

const NOTE_ON = 0x403c90;
const NOTICED_MS = 2000;
/** midiInStart takes so long, … */
const START_MS = 20;
/** … and so long before its end the driver's zero was, which only messages tell. */
const EARLIER_MS = 15;

/** Starts a session; every midiInStart of `slow` takes its time. */
async function startSlowly(bed: CaptureBed, slow: string) {
  bed.winmm.script('midiInStart', { device: slow, delayMs: START_MS });
  const session = await bed.openSession();
  await bed.timeUntil(session.start((batch) => bed.rows.push(...rowsOf(batch))));
  return session;
}

/** Unplugs a device, and plugs it in again. */
async function replug(bed: CaptureBed, name: string) {
  bed.winmm.unplug(bed.winmm.devices.find((device) => device.name === name)!);
  await bed.clock.advanceAsync(NOTICED_MS);
  const again = bed.winmm.plug(name);
  await bed.clock.advanceAsync(NOTICED_MS);
  return again;
}

captureTest('unplugged before the first note, and back: the take keeps its zero', async (bed) => {
  const session = await startSlowly(bed, 'keys');
  const keys = await replug(bed, 'keys');
  const fromMs = session.nowMs;
  for (let note = 0; note < 3; note++) {
    keys.short(NOTE_ON, keys.timeMs + EARLIER_MS);
    await bed.clock.advanceAsync(250);
  }
  assert.equal(session.nowMs, fromMs + 750);
  assert.deepEqual(
    bed.rows.slice(2).map(([timeMs]) => Math.round(timeMs - fromMs)),
    [0, 250, 500],
  );
  await bed.timeUntil(session.close());
});

captureTest(
  'an input that is back, and the first note on another: both stay on the clock',
  async (bed) => {
    const session = await startSlowly(bed, 'pads');
    const pads = bed.winmm.devices[1]!;
    const keys = await replug(bed, 'keys');
    const fromMs = session.nowMs;
    pads.short(NOTE_ON, pads.timeMs + EARLIER_MS);
    await bed.clock.advanceAsync(1000);
    keys.short(NOTE_ON);
    await bed.clock.advanceAsync(100);
    assert.deepEqual(
      bed.rows.slice(2).map(([timeMs, device]) => [Math.round(timeMs - fromMs), device]),
      [
        [0, 1],
        [1000, 0],
      ],
    );
    assert.equal(session.ledger.count('bad-time-stamp'), 0);
    await bed.timeUntil(session.close());
  },
  ['keys', 'pads'],
);

captureTest(
  'the first note moves zero: an input that comes back later is placed by the new one',
  async (bed) => {
    const session = await startSlowly(bed, 'keys');
    bed.device.short(NOTE_ON, bed.device.timeMs + EARLIER_MS);
    await bed.clock.advanceAsync(1000);
    bed.winmm.clearScripts();
    const keys = await replug(bed, 'keys');
    const fromMs = session.nowMs;
    keys.short(NOTE_ON);
    await bed.clock.advanceAsync(100);
    const [before, , , after] = bed.rows.map(([timeMs]) => timeMs);
    assert.equal(before, EARLIER_MS);
    assert.equal(after, fromMs);
    await bed.timeUntil(session.close());
  },
);
