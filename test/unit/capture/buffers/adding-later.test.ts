/** midiInAddBuffer that answers later, or never: nothing is lost but what the driver had no buffer for. */
import assert from 'node:assert/strict';
import { MHDR_DONE, MIM_LONGDATA, MMSYSERR_NOMEM } from '../../../../src/winmm/constants.js';
import { type CaptureBed, captureTest } from '../../../support/capture-bed.js';

const TWO = ['keys', 'pads'];
const SYSEX = [0xf0, 0x7d, 1, 0xf7];

async function startLater(bed: CaptureBed) {
  bed.winmm.answersLater = true;
  const gone: string[] = [];
  const session = await bed.openSession({ onDeviceGone: ({ name }) => gone.push(name) });
  const starting = session.start((batch) => {
    for (let row = 0; row < batch.count; row++)
      bed.rows.push([batch.timeMs[row]!, batch.device[row]!, '', '']);
  });
  await bed.timeUntil(starting);
  return { session, gone };
}

captureTest('buffers go round, and all sysex is there', async (bed) => {
  const { session } = await startLater(bed);
  for (let count = 0; count < 20; count++) {
    bed.device.long(SYSEX);
    bed.device.short(0x403c90);
    await bed.clock.advanceAsync(30);
  }
  assert.equal(session.counts.sysexMessages, 20);
  assert.equal(session.buffersQueued, 4);
  assert.deepEqual(bed.losses, {});
  await bed.timeUntil(session.close());
});

captureTest(
  'a buffer that is refused later is counted once, offered again, and in use again',
  async (bed) => {
    const { session } = await startLater(bed);
    bed.winmm.script('midiInAddBuffer', { result: MMSYSERR_NOMEM, times: 3 });
    bed.device.long(SYSEX);
    await bed.clock.advanceAsync(4000);
    assert.equal(bed.device.queued, 4);
    assert.deepEqual(bed.losses, { 'buffer-refused': 1 });
    await bed.timeUntil(session.close());
  },
);

captureTest(
  'a buffer that is back, filled, before its midiInAddBuffer answers that it is refused, was taken',
  async (bed) => {
    const { session } = await startLater(bed);
    const { device } = bed;
    bed.winmm.script('midiInAddBuffer', { result: MMSYSERR_NOMEM, delayMs: 50, times: 1 });
    const address = device.long(SYSEX);
    await bed.clock.advanceAsync(20);
    const header = device.header(address);
    bed.winmm.memory.resolve(header.lpData, SYSEX.length)!.set(SYSEX);
    header.dwBytesRecorded = SYSEX.length;
    header.dwFlags |= MHDR_DONE;
    device.callBack(MIM_LONGDATA, address);
    await bed.clock.advanceAsync(1000);
    assert.equal(session.counts.sysexMessages, 2);
    assert.deepEqual([session.buffersQueued, device.queued], [4, 4]);
    await bed.timeUntil(session.close());
  },
);

captureTest(
  'all buffers on their way count as none: said once, until there is one again',
  async (bed) => {
    const { session } = await startLater(bed);
    bed.winmm.script('midiInAddBuffer', { delayMs: 100, times: 8 });
    for (let count = 0; count < 4; count++) bed.device.long(SYSEX);
    await bed.clock.advanceAsync(1000);
    assert.deepEqual(bed.losses, { 'no-buffer': 1 });
    for (let count = 0; count < 4; count++) bed.device.long(SYSEX);
    await bed.clock.advanceAsync(1000);
    assert.deepEqual(bed.losses, { 'no-buffer': 2 });
    await bed.timeUntil(session.close());
  },
);

captureTest(
  'a driver that hangs in midiInAddBuffer has gone after ten seconds; the others go on',
  async (bed) => {
    const [keys, pads] = bed.winmm.devices;
    const { session, gone } = await startLater(bed);
    bed.winmm.script('midiInAddBuffer', { device: 'keys', hangs: true });
    keys!.long(SYSEX);
    for (let second = 0; second < 9; second++) {
      await bed.clock.advanceAsync(1000);
      for (const device of [keys!, pads!]) device.short(0x403c90);
    }
    assert.deepEqual(gone, []);
    for (let second = 0; second < 9; second++) {
      await bed.clock.advanceAsync(1000);
      pads!.long(SYSEX);
      keys!.short(0x403c90);
    }
    assert.deepEqual(gone, ['keys']);
    const closing = session.close();
    assert.ok((await bed.timeUntil(closing)) <= 5000);
    const [first, second] = await closing;
    assert.match(first!.problem, /midiInAddBuffer did not return/);
    assert.ok(first!.hung && second!.closed);
    assert.equal(session.counts.shortMessages, 27);
    assert.equal(session.counts.sysexMessages, 10);
    bed.leaves = { liveBlocks: 2, openHandles: 1, pendingTimers: 0 };
  },
  TWO,
);

captureTest(
  'a driver that hangs when it gets its first buffers: said after ten seconds',
  async (bed) => {
    bed.winmm.answersLater = true;
    bed.winmm.script('midiInAddBuffer', { hangs: true, after: 2 });
    const opening = bed.openSession();
    const failed = assert.rejects(opening, /midiInAddBuffer did not return within 10 s/);
    await bed.timeUntil(opening);
    await failed;
    bed.leaves = { liveBlocks: 2, openHandles: 1, pendingTimers: 0 };
  },
);

captureTest('a list of devices that does not come: said, and nothing else', async (bed) => {
  let told = 0;
  const session = await bed.startSession({ onListHung: () => told++ });
  bed.winmm.listHangs = true;
  for (let second = 0; second < 30; second++) {
    await bed.clock.advanceAsync(1000);
    bed.device.short(0x403c90);
  }
  assert.equal(told, 1);
  await bed.timeUntil(session.close());
  assert.equal(bed.rows.length, 30);
});
