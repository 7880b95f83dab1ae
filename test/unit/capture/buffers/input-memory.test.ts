/** Memory of inputs: never given back once a driver knows it, used again when it has been left alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputMemory, QUIET_MS } from '../../../../src/capture/buffers/input-memory.js';
import { RING_HEAD } from '../../../../src/winmm/callback-ring.js';
import { MHDR_DONE, MHDR_PREPARED, MIM_DATA } from '../../../../src/winmm/constants.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { ScriptedWinMm } from '../../../support/scripted-winmm.js';

function makeWorld() {
  const winmm = new ScriptedWinMm(new FakeClock(), []);
  const options = { winmm, buffers: 4, bufferSize: 16, ringSlots: 8 };
  const used = InputMemory.take(options, 0);
  return { winmm, options, used, blocks: () => winmm.memory.liveBlocks };
}

function messagesIn(memory: InputMemory): number {
  return memory.ring.drain({ onRingMessage() {} });
}

test('used again after a while, as if it were new', () => {
  const { options, used, blocks } = makeWorld();
  const { ring, pool } = used;
  for (let index = 0; index < 20; index++) ring.push(MIM_DATA, 0xf8, 0, 0);
  pool.header(1).dwFlags = MHDR_PREPARED | MHDR_DONE;
  pool.header(1).dwBufferLength = 3;
  pool.markQueued(1);
  messagesIn(used);
  used.retire(1000);
  const again = InputMemory.take(options, 1000 + QUIET_MS);
  assert.equal(blocks(), 2);
  assert.equal(again.ring.address, ring.address);
  assert.equal(again.pool.header(1).dwFlags, 0);
  assert.equal(again.pool.header(1).dwBufferLength, 16);
  assert.equal(again.pool.queued, 0);
  again.ring.push(MIM_DATA, 0xfa, 5, 0);
  assert.equal(messagesIn(again), 1);
});

test('not before, not twice, and not for another size', () => {
  const { options, used, blocks } = makeWorld();
  used.retire(1000);
  InputMemory.take(options, 999 + QUIET_MS);
  assert.equal(blocks(), 4);
  InputMemory.take({ ...options, buffers: 5 }, 1000 + QUIET_MS);
  assert.equal(blocks(), 6);
  InputMemory.take(options, 1000 + QUIET_MS);
  assert.equal(blocks(), 6);
  InputMemory.take(options, 1000 + QUIET_MS);
  assert.equal(blocks(), 8);
});

test('a driver that still calls back keeps it; nobody hears what it says', () => {
  const { options, used } = makeWorld();
  used.retire(0);
  used.ring.push(MIM_DATA, 0xf8, 0, 0);
  const other = InputMemory.take(options, QUIET_MS);
  assert.notEqual(other.ring.address, used.ring.address);
  const again = InputMemory.take(options, 2 * QUIET_MS);
  assert.equal(again.ring.address, used.ring.address);
  assert.equal(messagesIn(again), 0);
});

test('a callback that never ended keeps it for ever', () => {
  const { options, used } = makeWorld();
  const { bytes } = used.ring.block;
  used.retire(0);
  // A slot is reserved, and never published.
  new Uint32Array(bytes.buffer, bytes.byteOffset)[RING_HEAD / 4]!++;
  assert.notEqual(InputMemory.take(options, 100 * QUIET_MS).ring.address, used.ring.address);
});
