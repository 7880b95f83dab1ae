/** What the embedded WinMm does itself, between the functions and the drivers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBuiltInWinMm } from '../../../src/embedded/drivers/built-in.js';
import { createEmbeddedWinMm } from '../../../src/embedded/embedded-winmm.js';
import { PortDriver } from '../../../src/embedded/port-driver.js';
import {
  CALLBACK_EVENT,
  CALLBACK_NULL,
  CALLBACK_WINDOW,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIM_CLOSE,
  MIM_DATA,
  MIM_OPEN,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALFLAG,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NODRIVER,
  MMSYSERR_NOERROR,
  MOM_DONE,
  MOM_OPEN,
} from '../../../src/winmm/constants.js';
import type { MemoryBlock } from '../../../src/winmm/memory.js';
import { MIDIHDR_SIZE } from '../../../src/winmm/structures.js';
import type { WinMm } from '../../../src/winmm/winmm.js';
import { FakeClock } from '../../support/fake-clock.js';
import { FakePort } from '../../support/fake-port.js';
import { MidiBuffer } from '../../support/midi-buffer.js';
import { RingLog } from '../../support/ring-log.js';

interface World {
  clock: FakeClock;
  ports: FakePort[];
  winmm: WinMm;
  log: RingLog;
}

/** Three ports, the first two of one driver, the third of another. */
function createWorld(): World {
  const clock = new FakeClock();
  const ports = ['one', 'two', 'three'].map((name) => new FakePort(name));
  const load = (own: FakePort[]) => (host: ConstructorParameters<typeof PortDriver>[0]) =>
    new PortDriver(host, clock, () => own, 'asynchronous');
  const drivers = [load(ports.slice(0, 2)), load(ports.slice(2))];
  const winmm = createEmbeddedWinMm(clock, drivers);
  return { clock, ports, winmm, log: new RingLog(winmm.memory) };
}

test('numbers devices through all drivers', async () => {
  const { winmm, ports, log } = createWorld();
  assert.equal(winmm.midiInGetNumDevs(), 3);
  assert.equal(winmm.midiOutGetNumDevs(), 3);
  assert.deepEqual(
    [0, 1, 2].map((id) => winmm.midiInGetDevCaps(id).caps?.szPname),
    ['one', 'two', 'three'],
  );
  for (const id of [3, -1, 0.5, 0xffff_ffff]) {
    assert.deepEqual(winmm.midiOutGetDevCaps(id), { result: MMSYSERR_BADDEVICEID });
  }
  assert.equal((await winmm.midiInOpen(2, log.ring)).result, MMSYSERR_NOERROR);
  assert.deepEqual(ports[2]?.inputCalls, ['open']);
});

test('puts callbacks into the ring of the handle, with the clock in microseconds', async () => {
  const { clock, winmm, ports, log } = createWorld();
  const other = new RingLog(winmm.memory);
  const { handle } = await winmm.midiInOpen(0, log.ring);
  await winmm.midiInOpen(1, other.ring);
  await winmm.midiInStart(handle);
  clock.advance(12.3456);
  ports[0]?.deliver([0x90, 0x3c, 0x40]);
  assert.deepEqual(winmm.readCounter(), { counter: 1_012_345, timeMs: 1_012.3456 });
  assert.deepEqual(log.take(), [
    { wMsg: MIM_OPEN, dwParam1: 0, dwParam2: 0, counter: 1_000_000 },
    { wMsg: MIM_DATA, dwParam1: 0x403c90, dwParam2: 12, counter: 1_012_345 },
  ]);
  // A port that knows better when it came says so.
  ports[0]?.deliver([0x80, 0x3c, 0x40], 1_010.25);
  assert.deepEqual(log.take(), [
    { wMsg: MIM_DATA, dwParam1: 0x403c80, dwParam2: 10, counter: 1_010_250 },
  ]);
  assert.deepEqual(
    other.take().map(({ wMsg }) => wMsg),
    [MIM_OPEN],
  );
});

test('functions do their work when they are called, not when their promise is awaited', async () => {
  const { winmm, ports, log } = createWorld();
  const opening = winmm.midiInOpen(0, log.ring);
  assert.deepEqual(ports[0]?.inputCalls, ['open']);
  const { handle } = await opening;
  const calls = [winmm.midiInStart(handle), winmm.midiInStop(handle), winmm.midiInClose(handle)];
  assert.deepEqual(ports[0]?.inputCalls, ['open', 'start', 'stop', 'close']);
  assert.deepEqual(await Promise.all(calls), [0, 0, 0]);
});

test('kinds of callback: function and none; the others are refused', async () => {
  const { winmm, ports, log } = createWorld();
  const openWith = (flags: number) => winmm.midiInOpen(0, log.ring, flags);
  assert.deepEqual(await openWith(CALLBACK_EVENT), { result: MMSYSERR_INVALFLAG, handle: 0 });
  assert.deepEqual(await openWith(CALLBACK_WINDOW), { result: MMSYSERR_INVALPARAM, handle: 0 });
  const { result, handle } = await openWith(CALLBACK_NULL);
  assert.equal(result, MMSYSERR_NOERROR);
  await winmm.midiInStart(handle);
  ports[0]?.deliver([0xf8]);
  assert.deepEqual(log.take(), []);
});

test('a handle belongs to one direction, and to nothing after it is closed', async () => {
  const { winmm, log } = createWorld();
  const input = (await winmm.midiInOpen(0, log.ring)).handle;
  const output = (await winmm.midiOutOpen(0, log.ring)).handle;
  assert.ok(input > 0xffff_ffff && output > 0xffff_ffff);
  assert.equal(await winmm.midiInStart(output), MMSYSERR_INVALHANDLE);
  assert.equal(winmm.midiOutShortMsg(input, 0xf8), MMSYSERR_INVALHANDLE);
  assert.equal(await winmm.midiInClose(input), MMSYSERR_NOERROR);
  assert.equal(await winmm.midiInClose(input), MMSYSERR_INVALHANDLE);
  assert.deepEqual(
    log.take().map(({ wMsg }) => wMsg),
    [MIM_OPEN, MOM_OPEN, MIM_CLOSE],
  );
});

test('a driver that calls back after the close reaches nobody', async () => {
  const { winmm, ports, log } = createWorld();
  const { handle } = await winmm.midiInOpen(0, log.ring);
  await winmm.midiInStart(handle);
  const { receiver } = ports[0]!;
  await winmm.midiInClose(handle);
  log.take();
  receiver.deliver(Uint8Array.of(0xf8));
  assert.deepEqual(log.take(), []);
});

test('prepares and unprepares headers in the place of the driver', async () => {
  const { winmm, log } = createWorld();
  const { handle } = await winmm.midiInOpen(0, log.ring);
  const buffer = new MidiBuffer(winmm.memory, 64);
  const prepare = (size = MIDIHDR_SIZE) => winmm.midiInPrepareHeader(handle, buffer.address, size);
  assert.equal(prepare(MIDIHDR_SIZE - 1), MMSYSERR_INVALPARAM);
  buffer.header.dwBufferLength = 65;
  assert.equal(prepare(), MMSYSERR_INVALPARAM, 'more than there is at lpData');
  buffer.header.dwBufferLength = 64;
  assert.equal(prepare(), MMSYSERR_NOERROR);
  assert.equal(prepare(), MMSYSERR_NOERROR, 'twice is no error');
  assert.equal(buffer.header.dwFlags, MHDR_PREPARED);
  assert.equal(winmm.midiInAddBuffer(handle, buffer.address, MIDIHDR_SIZE), MMSYSERR_NOERROR);
  assert.equal(buffer.header.dwFlags, MHDR_PREPARED | MHDR_INQUEUE);
  await winmm.midiInReset(handle);
  assert.equal(await winmm.midiInUnprepareHeader(handle, buffer.address, MIDIHDR_SIZE), 0);
  assert.equal(buffer.header.dwFlags & MHDR_PREPARED, 0);
});

test('a header whose memory is gone is MMSYSERR_INVALPARAM', async () => {
  const { winmm, log } = createWorld();
  const { handle } = await winmm.midiInOpen(0, log.ring);
  const buffer = new MidiBuffer(winmm.memory, 64);
  buffer.free();
  const { address } = buffer;
  assert.equal(winmm.midiInPrepareHeader(handle, address, MIDIHDR_SIZE), MMSYSERR_INVALPARAM);
  assert.equal(winmm.midiInAddBuffer(handle, address, MIDIHDR_SIZE), MMSYSERR_INVALPARAM);
  const late = await winmm.midiInUnprepareHeader(handle, address, MIDIHDR_SIZE);
  assert.equal(late, MMSYSERR_INVALPARAM);
});

test('a full ring counts what it loses and harms nothing', async () => {
  const { winmm, ports } = createWorld();
  const small = new RingLog(winmm.memory, 4);
  const { handle } = await winmm.midiInOpen(0, small.ring);
  await winmm.midiInStart(handle);
  for (let count = 0; count < 10; count++) ports[0]?.deliver([0xf8]);
  assert.equal(small.take().length, 4);
  assert.equal(small.ring.lost, 7);
});

test('says what the driver of an open input has dropped', async () => {
  const { winmm, ports, log } = createWorld();
  const { handle } = await winmm.midiInOpen(0, log.ring);
  await winmm.midiInStart(handle);
  assert.equal(winmm.messagesDropped(handle), 0);
  ports[0]!.deliver([0xf0, 1, 0xf7]);
  assert.equal(winmm.messagesDropped(handle), 1);
  await winmm.midiInClose(handle);
  assert.equal(winmm.messagesDropped(handle), undefined);
});

test('sends long and short messages', async () => {
  const { winmm, ports, log } = createWorld();
  const { handle } = await winmm.midiOutOpen(0, log.ring);
  const buffer = MidiBuffer.of(winmm.memory, [0xf0, 0x7d, 0xf7]);
  winmm.midiOutPrepareHeader(handle, buffer.address, MIDIHDR_SIZE);
  assert.equal(await winmm.midiOutLongMsg(handle, buffer.address, MIDIHDR_SIZE), MMSYSERR_NOERROR);
  assert.equal(winmm.midiOutShortMsg(handle, 0x403c90), MMSYSERR_NOERROR);
  await winmm.midiOutReset(handle);
  assert.deepEqual(ports[0]?.sent, [
    [0xf0, 0x7d, 0xf7],
    [0x90, 0x3c, 0x40],
  ]);
  assert.deepEqual(
    log.take().map(({ wMsg }) => wMsg),
    [MOM_OPEN, MOM_DONE],
  );
  ports[0]!.playResult = MMSYSERR_NODRIVER;
  assert.equal(winmm.midiOutShortMsg(handle, 0x403c90), MMSYSERR_NODRIVER);
  assert.equal(await winmm.midiOutClose(handle), MMSYSERR_NOERROR);
});

test('keeps nothing of devices that are closed', async () => {
  const { winmm, log } = createWorld();
  const { memory } = winmm;
  const allocate = memory.allocate.bind(memory);
  const blocks: MemoryBlock[] = [];
  memory.allocate = (byteLength) => {
    const block = allocate(byteLength);
    blocks.push(block);
    return block;
  };
  for (let round = 0; round < 3; round++) {
    winmm.midiInGetDevCaps(0);
    await winmm.midiInOpen(9, log.ring);
    const { handle } = await winmm.midiInOpen(0, log.ring);
    await winmm.midiInClose(handle);
  }
  assert.ok(blocks.length >= 6);
  assert.ok(blocks.every(({ bytes }) => bytes.length === 0));
});

test('named ports come before the built-in devices, and are counted anew every time', () => {
  const clock = new FakeClock();
  let named: FakePort[] = [];
  const winmm = createBuiltInWinMm(clock, () => named);
  const names = () =>
    Array.from(
      { length: winmm.midiInGetNumDevs() },
      (_, id) => winmm.midiInGetDevCaps(id).caps?.szPname,
    );
  const builtIn = ['Demo keyboard', 'midirec demo synth', 'midirec loopback'];
  assert.deepEqual(names(), builtIn);
  named = [new FakePort('mine')];
  assert.deepEqual(names(), ['mine', ...builtIn]);
  winmm.dispose();
  assert.deepEqual(names(), []);
});
