/** Memory of devices: never given back once a driver knows it, used again when it has been left alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RING_HEAD } from '../../../../src/winmm/callback-ring.js';
import { DeviceMemory, QUIET_MS } from '../../../../src/winmm/calls/device-memory.js';
import { MIM_DATA } from '../../../../src/winmm/constants.js';
import { CheckedMemory } from '../../../support/checked-memory.js';

const SLOTS = 8;

function makeWorld() {
  const memory = new CheckedMemory();
  return { memory, used: DeviceMemory.take(memory, 0, SLOTS) };
}

function messagesIn({ ring }: DeviceMemory): number {
  return ring.drain({ onRingMessage() {} });
}

test('used again after a while, ring and blocks, as if it were new', () => {
  const { memory, used } = makeWorld();
  const { address } = used.ring;
  const block = used.takeBlock(500);
  block.bytes.fill(0x11);
  for (let index = 0; index < 20; index++) used.ring.push(MIM_DATA, 0xf8, 0, 0);
  used.retire(1000);
  const again = DeviceMemory.take(memory, 1000 + QUIET_MS, SLOTS);
  assert.equal(again.ring.address, address);
  assert.equal(again.takeBlock(400), block);
  assert.ok(block.bytes.every((byte) => byte === 0));
  assert.notEqual(again.takeBlock(400), block, 'no block is given twice');
  again.ring.push(MIM_DATA, 0xfa, 5, 0);
  assert.equal(messagesIn(again), 1);
});

test('not before, not twice, not for another size of ring or buffers', () => {
  const { memory, used } = makeWorld();
  used.takeBlock(500);
  used.retire(1000);
  const isSame = (nowMs: number, slots = SLOTS, blockLength = 0) =>
    DeviceMemory.take(memory, nowMs, slots, blockLength) === used;
  assert.equal(isSame(999 + QUIET_MS), false);
  assert.equal(isSame(1000 + QUIET_MS, 2 * SLOTS), false);
  assert.equal(isSame(1000 + QUIET_MS, SLOTS, 501), false);
  assert.equal(isSame(1000 + QUIET_MS, SLOTS, 500), true);
  assert.equal(isSame(1000 + QUIET_MS), false);
});

test('a block that is too small is left for a smaller message', () => {
  const { used } = makeWorld();
  const block = used.takeBlock(500);
  used.putBack(block);
  assert.notEqual(used.takeBlock(501), block);
  assert.equal(used.takeBlock(500), block);
});

test('a driver that still calls back keeps it; nobody hears what it says', () => {
  const { memory, used } = makeWorld();
  used.retire(0);
  used.ring.push(MIM_DATA, 0xf8, 0, 0);
  assert.notEqual(DeviceMemory.take(memory, QUIET_MS, SLOTS), used);
  assert.equal(DeviceMemory.take(memory, 2 * QUIET_MS, SLOTS), used);
  assert.equal(messagesIn(used), 0);
});

test('a callback that never ended keeps it for ever', () => {
  const { memory, used } = makeWorld();
  const { bytes } = used.ring.block;
  used.retire(0);
  // A slot is reserved, and never published.
  new Uint32Array(bytes.buffer, bytes.byteOffset)[RING_HEAD / 4]!++;
  assert.notEqual(DeviceMemory.take(memory, 100 * QUIET_MS, SLOTS), used);
});

test('devices that come and go take no more and more memory', () => {
  const { memory, used } = makeWorld();
  used.takeBlock(500);
  used.retire(0);
  for (let nowMs = QUIET_MS; nowMs < 100 * QUIET_MS; nowMs += QUIET_MS) {
    const device = DeviceMemory.take(memory, nowMs, SLOTS);
    device.takeBlock(500);
    device.retire(nowMs);
  }
  assert.equal(memory.liveBlocks, 2);
});

test('no room for the blocks: nothing is allocated', () => {
  const { memory } = makeWorld();
  memory.largestBlock = 1000;
  assert.throws(() => DeviceMemory.take(memory, 0, SLOTS, 1001), RangeError);
  assert.equal(memory.liveBlocks, 1);
});

test('new memory is zeros, and not written to before it is used', () => {
  const memory = new CheckedMemory();
  const allocate = memory.allocate.bind(memory);
  memory.allocate = (byteLength) => {
    const block = allocate(byteLength);
    block.bytes.fill = () => assert.fail('that takes memory of the system');
    return block;
  };
  assert.equal(DeviceMemory.take(memory, 0, SLOTS, 500).takeBlock(500).bytes.length, 500);
});
