/** An input at work: what the driver sends comes out, buffers go round, nothing is misused. */
import assert from 'node:assert/strict';
import type { Input } from '../../../src/capture/input.js';
import {
  MIDIERR_STILLPLAYING,
  MIM_ERROR,
  MIM_LONGDATA,
  MIM_LONGERROR,
  MIM_MOREDATA,
  MMSYSERR_ALLOCATED,
  MMSYSERR_NOMEM,
} from '../../../src/winmm/constants.js';
import {
  type CaptureBed,
  captureTest,
  type Row,
  rowsOf,
  sysexOf,
} from '../../support/capture-bed.js';
import { hex } from '../../support/input-client.js';

const NOTE_ON = 0x403c90;

/** Polls, and takes what has come out since the last time. */
function take(input: Input): Row[] {
  input.poll();
  const rows = rowsOf(input.intake.batch);
  input.intake.batch.clear();
  return rows;
}

async function close(bed: CaptureBed, input: Input): Promise<void> {
  const closing = input.close();
  await bed.timeUntil(closing);
  assert.deepEqual(await closing, {
    name: 'keys',
    closed: true,
    hung: false,
    gone: false,
    problem: '',
  });
}

captureTest('short messages, with the time of the driver, cut to their length', async (bed) => {
  const input = await bed.startInput();
  bed.clock.advance(10);
  bed.device.short(NOTE_ON);
  bed.clock.advance(2);
  bed.device.short(0xff_ff05c3, 12);
  bed.clock.advance(8);
  bed.device.callBack(MIM_MOREDATA, 0x7f_42e1);
  bed.device.short(0xff_fffff8);
  assert.deepEqual(take(input), [
    [10, 0, 'short', '90 3c 40'],
    [12, 0, 'short', 'c3 05'],
    [20, 0, 'short', 'e1 42 7f'],
    [20, 0, 'short', 'f8'],
  ]);
  assert.deepEqual(input.intake.counts, { shortMessages: 4, sysexMessages: 0, sysexBytes: 0 });
  assert.deepEqual(bed.losses, {});
  await close(bed, input);
});

captureTest('what is no message is counted, with its bytes', async (bed) => {
  const input = await bed.startInput();
  bed.device.short(0x40_3c);
  bed.device.short(0xf4);
  bed.device.callBack(MIM_ERROR, 0x05_f0_01);
  assert.deepEqual(take(input), []);
  assert.deepEqual(bed.losses, { 'invalid-message': 3 });
  assert.equal(bed.ledger.entries()[0]?.detail, '01 f0 05');
  await close(bed, input);
});

captureTest('bytes of a buffer that make no message are counted as well', async (bed) => {
  const input = await bed.startInput({ buffers: 6 });
  bed.device.long([0xf0, 1, 0xf7, 0x90, 0x3c]);
  bed.device.short(NOTE_ON);
  bed.device.long([0xf5]);
  assert.deepEqual(
    take(input).map(([, , kind, bytes]) => `${kind} ${bytes}`),
    ['sysex f0 01 f7', 'short 90 3c 40'],
  );
  assert.deepEqual(bed.losses, { 'invalid-message': 2 });
  await close(bed, input);
});

captureTest('sysex over many buffers, again and again; all buffers stay in flight', async (bed) => {
  const input = await bed.startInput({ buffers: 3, bufferSize: 16 });
  for (let round = 0; round < 50; round++) {
    bed.clock.advance(5);
    const sysex = sysexOf(2 + ((round * 11) % 40), round);
    assert.equal(bed.device.sysex(sysex), 0);
    assert.deepEqual(take(input), [[bed.device.timeMs, 0, 'sysex', hex(sysex)]]);
    assert.equal(bed.device.queued, 3);
    assert.equal(input.buffersQueued, 3);
  }
  assert.equal(input.intake.counts.sysexMessages, 50);
  await close(bed, input);
});

captureTest('realtime passes a sysex by, a note breaks it', async (bed) => {
  const input = await bed.startInput({ buffers: 5 });
  bed.device.long([0xf0, 1]);
  bed.device.short(0xf8);
  bed.device.long([2, 0xf7]);
  bed.device.long([0xf0, 3]);
  bed.device.short(NOTE_ON);
  bed.device.long([4, 0xf7]);
  assert.deepEqual(
    take(input).map(([, , kind, bytes]) => `${kind} ${bytes}`),
    ['short f8', 'sysex f0 01 02 f7', 'broken f0 03', 'short 90 3c 40', 'broken 04 f7'],
  );
  assert.deepEqual(bed.losses, { 'incomplete-sysex': 2 });
  await close(bed, input);
});

captureTest('LONGERROR a thousand times: the bytes are kept, input never starves', async (bed) => {
  const input = await bed.startInput({ buffers: 2 });
  for (let round = 0; round < 1000; round++) {
    assert.notEqual(bed.device.long([0xf0, round & 0x7f], { wMsg: MIM_LONGERROR }), 0);
    const rows = take(input);
    assert.deepEqual(rows[0]?.slice(2), ['broken', hex([0xf0, round & 0x7f])]);
    assert.equal(bed.device.queued, 2);
  }
  bed.device.long([0xf0, 0xf7]);
  assert.deepEqual(take(input)[0]?.slice(2), ['sysex', 'f0 f7']);
  assert.deepEqual(bed.losses, { 'incomplete-sysex': 1000 });
  await close(bed, input);
});

captureTest('LONGERROR without bytes ends the sysex whose pieces came before', async (bed) => {
  const input = await bed.startInput();
  bed.device.long([0xf0, 1]);
  bed.device.long([], { wMsg: MIM_LONGERROR });
  bed.device.long([0xf0, 2, 0xf7]);
  assert.deepEqual(
    take(input).map((row) => row[3]),
    ['f0 01', 'f0 02 f7'],
  );
  assert.deepEqual(bed.losses, { 'incomplete-sysex': 1 });
  bed.device.long([0xf0, 3, 0xf7], { wMsg: MIM_LONGERROR });
  take(input);
  assert.deepEqual(bed.losses, { 'incomplete-sysex': 1, 'damaged-sysex': 1 });
  await close(bed, input);
});

captureTest(
  'empty buffers are given back, to a driver that always returns them too',
  async (bed) => {
    const input = await bed.startInput();
    for (let poll = 0; poll < 10; poll++) {
      bed.device.returnAll();
      assert.equal(bed.device.queued, 0);
      assert.deepEqual(take(input), []);
      assert.equal(bed.device.queued, 4);
    }
    bed.winmm.script('midiInAddBuffer', { meanwhile: () => bed.device.returnAll() });
    bed.device.returnAll();
    for (let poll = 0; poll < 10; poll++) assert.ok(input.poll() <= 5);
    assert.deepEqual(bed.losses, {});
    await close(bed, input);
  },
);

captureTest(
  'a buffer that comes back with its flags untouched is taken, and used again',
  async (bed) => {
    const input = await bed.startInput();
    for (let round = 0; round < 20; round++) {
      bed.device.long([0xf0, round, 0xf7], { keepsFlags: true });
      assert.equal(take(input).length, 1);
      assert.equal(bed.device.queued, 4);
    }
    assert.deepEqual(bed.losses, {});
    await close(bed, input);
  },
);

captureTest('a buffer that is returned twice is read once', async (bed) => {
  const input = await bed.startInput();
  const address = bed.device.long([0xf0, 1, 0xf7]);
  bed.device.callBack(MIM_LONGDATA, address);
  assert.equal(take(input).length, 1);
  bed.device.callBack(MIM_LONGDATA, address);
  assert.deepEqual(take(input), []);
  assert.equal(bed.device.queued, 4);
  await close(bed, input);
});

captureTest(
  'a length beyond the buffer is cut, an address that is no header ignored',
  async (bed) => {
    const input = await bed.startInput();
    bed.device.long([0xf0, 0xf7], { dwBytesRecorded: 0xffff_fff0 });
    const bytes = take(input);
    assert.deepEqual(bytes[0]?.slice(2), ['sysex', 'f0 f7']);
    assert.equal(bytes[1], undefined);
    for (const address of [0, 0x1f_0000_0000, 2 ** 52]) bed.device.callBack(MIM_LONGDATA, address);
    assert.deepEqual(take(input), []);
    await close(bed, input);
    assert.deepEqual(bed.losses, {});
  },
);

captureTest('messages that the driver does not know of are ignored', async (bed) => {
  const input = await bed.startInput();
  for (const wMsg of [0, 1, 0x3c9, 0x7fff_ffff]) bed.device.callBack(wMsg, 1);
  assert.deepEqual(take(input), []);
  await close(bed, input);
});

captureTest('bad time stamps: counted, and the time of arrival taken', async (bed) => {
  const input = await bed.startInput();
  bed.clock.advance(1000);
  bed.device.short(NOTE_ON, 0);
  bed.clock.advance(7);
  bed.device.short(NOTE_ON);
  bed.device.short(NOTE_ON, 4_000_000_000);
  assert.deepEqual(
    take(input).map(([timeMs]) => timeMs),
    [1000, 1007, 1007],
  );
  assert.deepEqual(bed.losses, { 'bad-time-stamp': 2 });
  await close(bed, input);
});

captureTest(
  'times are right also of what waited in the ring while JavaScript was stalled',
  async (bed) => {
    const input = await bed.startInput({ ringSlots: 256 });
    for (let note = 0; note < 100; note++) {
      bed.clock.stall(31);
      bed.device.short(NOTE_ON);
    }
    assert.deepEqual(
      take(input).map(([timeMs]) => timeMs),
      Array.from({ length: 100 }, (_, note) => 31 * (note + 1)),
    );
    assert.deepEqual(bed.losses, {});
    await close(bed, input);
  },
);

captureTest(
  'a slow dump whose buffers carry the time of their first byte is no loss',
  async (bed) => {
    const input = await bed.startInput({ buffers: 3, bufferSize: 4096 });
    const bytes = sysexOf(4096);
    bed.clock.advance(1310);
    bed.device.long(bytes, { dwParam2: 0 });
    bed.device.short(0xfe);
    bed.clock.advance(1310);
    bed.device.long(bytes, { dwParam2: 1310 });
    take(input);
    assert.deepEqual(bed.losses, {});
    await close(bed, input);
  },
);

captureTest('a refused buffer is counted once, offered again, and in use again', async (bed) => {
  const input = await bed.startInput({ buffers: 2 });
  bed.winmm.script('midiInAddBuffer', { result: MMSYSERR_NOMEM, times: 21 });
  bed.device.long([0xf0, 0xf7]);
  bed.device.long([0xf0, 0xf7]);
  for (let poll = 0; poll < 10; poll++) input.poll();
  assert.equal(bed.device.queued, 0);
  for (let poll = 0; poll < 10; poll++) input.poll();
  assert.equal(bed.device.queued, 2);
  assert.deepEqual(bed.losses, { 'no-buffer': 1, 'buffer-refused': 2 });
  await close(bed, input);
});

captureTest('opening fails: the device stays closed and nothing is left', async (bed) => {
  bed.winmm.script('midiInOpen', { result: MMSYSERR_ALLOCATED });
  await assert.rejects(bed.openInput(), /midiInOpen failed: MMSYSERR_ALLOCATED \(4\).*keys/);
});

captureTest('no memory for the buffers: nothing is opened, nothing is left', async (bed) => {
  bed.winmm.memory.largestBlock = 4096;
  await assert.rejects(bed.openInput({ bufferSize: 4096 }), RangeError);
  assert.equal(bed.winmm.callCount('midiInOpen'), 0);
});

for (const name of ['midiInPrepareHeader', 'midiInAddBuffer'] as const) {
  captureTest(`${name} fails half-way: what was opened is closed`, async (bed) => {
    bed.winmm.script(name, { result: MMSYSERR_NOMEM, after: 2 });
    const opening = bed.openInput();
    await bed.timeUntil(opening);
    await assert.rejects(opening, new RegExp(`${name} failed: MMSYSERR_NOMEM`));
    assert.equal(bed.winmm.callCount('midiInClose'), 1);
  });
}

captureTest(
  'a driver that hangs in open, and opens after all: closed, no memory lost',
  async (bed) => {
    bed.winmm.script('midiInOpen', { delayMs: 60_000 });
    const opening = bed.openInput();
    assert.equal(await bed.timeUntil(opening), 10_000);
    await assert.rejects(opening, /midiInOpen did not return within 10 s \(keys\)/);
    assert.equal(bed.liveBlocks, 2, 'the driver may still write there');
    await bed.clock.advanceAsync(50_000);
  },
);

captureTest('a driver that hangs in start: close waits, then abandons it', async (bed) => {
  bed.winmm.script('midiInStart', { hangs: true });
  const input = await bed.openInput();
  const starting = input.start();
  assert.equal(await bed.timeUntil(starting), 10_000);
  await assert.rejects(starting, /midiInStart did not return/);
  const closing = input.close();
  assert.equal(await bed.timeUntil(closing), 2000);
  assert.deepEqual(await closing, {
    name: 'keys',
    closed: false,
    hung: true,
    gone: false,
    problem: 'midiInStart did not return',
  });
  bed.leaves = { liveBlocks: 2, openHandles: 1, pendingTimers: 0 };
});

captureTest('closing while the start is under way: one after the other', async (bed) => {
  bed.winmm.script('midiInStart', { delayMs: 30 });
  const input = await bed.openInput();
  const starting = input.start();
  const closing = input.close();
  await bed.timeUntil(Promise.all([starting, closing]));
  assert.equal((await closing).closed, true);
  assert.equal(input.poll(), 0);
});

captureTest('MIDIERR_STILLPLAYING for a while is waited for', async (bed) => {
  const input = await bed.startInput();
  bed.winmm.script('midiInUnprepareHeader', { result: MIDIERR_STILLPLAYING, times: 30 });
  bed.winmm.script('midiInClose', { result: MIDIERR_STILLPLAYING, times: 30 });
  await close(bed, input);
});
