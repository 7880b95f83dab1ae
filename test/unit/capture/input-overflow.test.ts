/** More than the ring or the buffers can hold: what is lost is counted, what is not lost is in order. */
import assert from 'node:assert/strict';
import type { Input } from '../../../src/capture/input.js';
import { RING_HEAD, RING_LOST, RING_TAIL } from '../../../src/winmm/callback-ring.js';
import { MIM_LONGDATA } from '../../../src/winmm/constants.js';
import { captureTest, rowsOf, sysexOf } from '../../support/capture-bed.js';
import { hex } from '../../support/input-client.js';

const NOTE_ON = 0x403c90;

/** Bytes of all sysex that has come out since the last time, as hex. */
function takeSysex(input: Input): string[] {
  const rows = rowsOf(input.intake.batch);
  input.intake.batch.clear();
  return rows.filter(([, , kind]) => kind !== 'short').map(([, , , bytes]) => bytes);
}

captureTest('a full ring: the messages refused are counted, with when', async (bed) => {
  const input = await bed.startInput({ ringSlots: 64 });
  input.poll();
  bed.clock.advance(100);
  for (let note = 0; note < 100; note++) bed.device.short(NOTE_ON);
  bed.clock.stall(200);
  assert.equal(input.poll(), 64);
  assert.equal(input.intake.batch.count, 64);
  const loss = { kind: 'ring-overflow', device: 0, count: 36, firstMs: 100, lastMs: 300 };
  assert.deepEqual(bed.ledger.entries(), [{ ...loss, detail: '' }]);
  bed.device.short(NOTE_ON);
  input.poll();
  assert.equal(bed.ledger.count(), 36, 'counted once');
  await bed.timeUntil(input.close());
});

captureTest('the count of the ring comes round at 2^32', async (bed) => {
  const input = await bed.startInput({ ringSlots: 64 });
  const words = new DataView(bed.device.open!.ring.block.bytes.buffer);
  words.setUint32(RING_LOST, 0xffff_fffe, true);
  input.poll();
  assert.equal(bed.ledger.count(), 0xffff_fffe);
  words.setUint32(RING_LOST, 3, true);
  input.poll();
  assert.equal(bed.ledger.count(), 0xffff_fffe + 5);
  await bed.timeUntil(input.close());
});

captureTest('buffers whose callback found the ring full are swept, oldest first', async (bed) => {
  const input = await bed.startInput({ ringSlots: 64, buffers: 8 });
  input.poll();
  for (let note = 0; note < 64; note++) bed.device.short(0xf8);
  const sysex = sysexOf(80);
  assert.equal(bed.device.sysex(sysex), 0);
  input.poll();
  assert.deepEqual(takeSysex(input), [hex(sysex)]);
  assert.equal(bed.device.queued, 8);
  assert.deepEqual(bed.losses, { 'ring-overflow': 5 });
  await bed.timeUntil(input.close());
});

captureTest('swept buffers come before those whose callback found room again', async (bed) => {
  const input = await bed.startInput({ ringSlots: 64, buffers: 8 });
  input.poll();
  const sysex = sysexOf(80);
  bed.device.short(0xf8);
  bed.device.short(0xf8);
  bed.device.long(sysex.subarray(0, 16));
  for (let note = 0; note < 61; note++) bed.device.short(0xf8);
  // The ring is full now: these two callbacks find no room.
  bed.device.long(sysex.subarray(16, 32));
  bed.device.long(sysex.subarray(32, 48));
  // While the ring is being read, the driver goes on: the slots that were read are free.
  bed.winmm.script('midiInAddBuffer', {
    times: 1,
    meanwhile: () => {
      const { ring } = bed.device.open!;
      new DataView(ring.block.bytes.buffer).setUint32(RING_TAIL, 4, true);
      bed.device.long(sysex.subarray(48, 64));
      bed.device.long(sysex.subarray(64, 80));
    },
  });
  input.poll();
  input.poll();
  assert.deepEqual(takeSysex(input), [hex(sysex)]);
  assert.equal(bed.losses['ring-overflow'], 2);
  assert.equal(bed.losses['incomplete-sysex'], undefined);
  assert.equal(bed.device.queued, 8);
  await bed.timeUntil(input.close());
});

captureTest('a sweep that the ring did not let happen happens later', async (bed) => {
  const input = await bed.startInput({ ringSlots: 64, buffers: 8 });
  input.poll();
  for (let note = 0; note < 64; note++) bed.device.short(0xf8);
  bed.device.long([0xf0, 0xf7]);
  // The driver reserves a slot and has not written it yet when the poll is at its end.
  const words = new DataView(bed.device.open!.ring.block.bytes.buffer);
  words.setUint32(RING_HEAD, words.getUint32(RING_HEAD, true) + 1, true);
  input.poll();
  assert.deepEqual(takeSysex(input), []);
  words.setUint32(RING_HEAD, words.getUint32(RING_HEAD, true) - 1, true);
  input.poll();
  assert.deepEqual(takeSysex(input), ['f0 f7']);
  await bed.timeUntil(input.close());
});

captureTest('a callback that comes after its buffer was swept is old news', async (bed) => {
  const input = await bed.startInput({ ringSlots: 64, buffers: 8 });
  input.poll();
  for (let note = 0; note < 65; note++) bed.device.short(0xf8);
  // Marked done, but the driver has not come to call back yet.
  const address = bed.device.long([0xf0, 1, 0xf7], { withoutCallback: true });
  input.poll();
  assert.deepEqual(takeSysex(input), ['f0 01 f7']);
  bed.device.callBack(MIM_LONGDATA, address);
  input.poll();
  assert.deepEqual(takeSysex(input), []);
  assert.equal(bed.device.queued, 8);
  // And if the buffer has been filled again by then, it is read once.
  for (let note = 0; note < 65; note++) bed.device.short(0xf8);
  const again = bed.device.long([0xf0, 2, 0xf7], { withoutCallback: true });
  input.poll();
  for (let filled = 0; filled !== again; ) filled = bed.device.long([0xf0, 3, 0xf7]);
  bed.device.callBack(MIM_LONGDATA, again);
  input.poll();
  assert.equal(takeSysex(input).length, 9);
  assert.equal(bed.device.queued, 8);
  await bed.timeUntil(input.close());
});

captureTest('a driver that never pauses does not keep the poll for ever', async (bed) => {
  const input = await bed.startInput({ ringSlots: 64, buffers: 8 });
  bed.winmm.script('midiInAddBuffer', { meanwhile: () => bed.device.long([0xf0, 0xf7]) });
  bed.device.long([0xf0, 0xf7]);
  for (let poll = 0; poll < 5; poll++) assert.ok(input.poll() <= 64);
  await bed.timeUntil(input.close());
});

captureTest(
  'a moment without a buffer is counted, and what is before and after is whole',
  async (bed) => {
    const input = await bed.startInput({ buffers: 4 });
    for (let round = 0; round < 3; round++) {
      const sysex = sysexOf(100, round);
      bed.clock.advance(10);
      assert.equal(bed.device.sysex(sysex), 100 - 64, 'the driver drops what finds no buffer');
      bed.clock.advance(10);
      input.poll();
      assert.equal(bed.device.sysex(sysexOf(30, round)), 0);
      input.poll();
      const whole = hex(sysexOf(30, round));
      assert.deepEqual(takeSysex(input), [hex(sysex.subarray(0, 64)), whole]);
    }
    assert.deepEqual(bed.losses, { 'no-buffer': 3, 'incomplete-sysex': 3 });
    await bed.timeUntil(input.close());
  },
);

captureTest('a driver that says what it drops is believed, and not suspected', async (bed) => {
  bed.device.dropped = 5;
  const input = await bed.startInput({ buffers: 2 });
  bed.device.long([0xf0, 1, 0xf7]);
  bed.device.long([0xf0, 2, 0xf7]);
  input.poll();
  assert.deepEqual(bed.losses, {}, 'what waits for a buffer is not lost');
  bed.device.dropped = 8;
  input.poll();
  input.poll();
  assert.deepEqual(bed.losses, { 'dropped-message': 3 });
  const closing = input.close();
  bed.device.dropped = 9;
  await bed.timeUntil(closing);
  assert.deepEqual(bed.losses, { 'dropped-message': 3 }, 'what comes too late is no loss');
});

captureTest('an overrun of the kernel is counted, from the reading before it', async (bed) => {
  bed.device.overruns = 0;
  const input = await bed.startInput();
  bed.clock.advance(100);
  input.poll();
  bed.clock.advance(3000);
  bed.device.overruns = 2;
  input.poll();
  input.poll();
  const loss = { kind: 'overrun', device: 0, count: 2, firstMs: 100, lastMs: 3100, detail: '' };
  assert.deepEqual(bed.ledger.entries(), [loss]);
  await bed.timeUntil(input.close());
});

captureTest('a flood of 1,000,000 messages, in order, in time that does not grow', async (bed) => {
  const input = await bed.startInput({ ringSlots: 1 << 16 });
  const { batch } = input.intake;
  let next = 0;
  for (let round = 0; round < 20; round++) {
    bed.clock.advance(50);
    for (let note = 0; note < 50_000; note++) {
      const number = round * 50_000 + note;
      bed.device.short(0x90 | ((number & 0x7f) << 8) | (((number >>> 7) & 0x7f) << 16));
    }
    input.poll();
    for (let row = 0; row < batch.count; row++, next++) {
      const expected = 0x90 | ((next & 0x7f) << 8) | (((next >>> 7) & 0x7f) << 16);
      if (batch.packed[row] !== expected) assert.fail(`message ${next}`);
    }
    batch.clear();
  }
  assert.equal(next, 1_000_000);
  assert.deepEqual(bed.losses, {});
  await bed.timeUntil(input.close());
});
