/** What goes out of the loopback comes in: everything, in order, however fast. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createBuiltInWinMm } from '../../../../src/embedded/drivers/built-in.js';
import {
  MHDR_DONE,
  MIDIERR_STILLPLAYING,
  MMSYSERR_NOERROR,
  MOM_DONE,
} from '../../../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../../../src/winmm/structures.js';
import type { MidiHandle, WinMm } from '../../../../src/winmm/winmm.js';
import { FakeClock, settlePromises } from '../../../support/fake-clock.js';
import { hex, InputClient } from '../../../support/input-client.js';
import { MidiBuffer } from '../../../support/midi-buffer.js';
import { RingLog } from '../../../support/ring-log.js';

const LOOPBACK_INPUT = 2;
const LOOPBACK_OUTPUT = 1;

interface World {
  winmm: WinMm;
  input: InputClient;
  output: MidiHandle;
  outputLog: RingLog;
}

async function openLoopback(): Promise<World> {
  const winmm = createBuiltInWinMm(new FakeClock());
  const input = await InputClient.open(winmm, LOOPBACK_INPUT);
  const outputLog = new RingLog(winmm.memory);
  const { handle } = await winmm.midiOutOpen(LOOPBACK_OUTPUT, outputLog.ring);
  return { winmm, input, output: handle, outputLog };
}

function send({ winmm, output }: World, bytes: ArrayLike<number>) {
  const buffer = MidiBuffer.of(winmm.memory, bytes);
  winmm.midiOutPrepareHeader(output, buffer.address, MIDIHDR_SIZE);
  return { buffer, sent: winmm.midiOutLongMsg(output, buffer.address, MIDIHDR_SIZE) };
}

test('10,000 short messages without a pause arrive in order', async () => {
  const world = await openLoopback();
  await world.input.start();
  world.input.take();
  const sent: string[] = [];
  for (let count = 0; count < 10_000; count++) {
    const bytes = [0x90 | (count & 0xf), count & 0x7f, (count >> 7) & 0x7f] as const;
    sent.push(hex(bytes));
    const packed = bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);
    assert.equal(world.winmm.midiOutShortMsg(world.output, packed), MMSYSERR_NOERROR);
  }
  assert.deepEqual(
    world.input.take().map(([, , bytes]) => bytes),
    sent,
  );
});

test('a sysex of 300,000 bytes goes through two small buffers, whole, and no faster than they come back', async () => {
  const world = await openLoopback();
  await world.input.addBuffers(2, 1000);
  await world.input.start();
  const sysex = Uint8Array.from({ length: 300_000 }, (_, index) => (index * 7) & 0x7f);
  sysex[0] = 0xf0;
  sysex[299_999] = 0xf7;
  const { buffer, sent } = send(world, sysex);
  assert.equal(await world.winmm.midiOutClose(world.output), MIDIERR_STILLPLAYING);
  const received: string[] = [];
  while ((buffer.header.dwFlags & MHDR_DONE) === 0) {
    for (const [kind, , bytes] of world.input.take()) if (kind === 'long') received.push(bytes);
    await settlePromises();
  }
  assert.equal(await sent, MMSYSERR_NOERROR);
  for (const [, , bytes] of world.input.take()) received.push(bytes);
  assert.equal(received.join(' '), hex(sysex));
  assert.equal(world.outputLog.take().filter(({ wMsg }) => wMsg === MOM_DONE).length, 1);
});

test('midiOutReset breaks off a message that nobody takes', async () => {
  const world = await openLoopback();
  await world.input.addBuffers(1, 16);
  await world.input.start();
  const { buffer, sent } = send(world, [0xf0, ...new Array<number>(5000).fill(1), 0xf7]);
  await settlePromises();
  assert.equal(buffer.header.dwFlags & MHDR_DONE, 0);
  assert.equal(await world.winmm.midiOutReset(world.output), MMSYSERR_NOERROR);
  assert.equal(await sent, MMSYSERR_NOERROR);
  assert.equal(await world.winmm.midiOutClose(world.output), MMSYSERR_NOERROR);
});

test('while nobody records, what goes out is lost, and costs nothing', async () => {
  const world = await openLoopback();
  assert.equal(await send(world, [0xf0, 1, 0xf7]).sent, MMSYSERR_NOERROR);
  assert.equal(world.winmm.midiOutShortMsg(world.output, 0xf8), MMSYSERR_NOERROR);
  await world.input.start();
  assert.deepEqual(
    world.input.take().map(([kind]) => kind),
    ['message 0x3c1'],
  );
});
