/** Memory of outputs: never given back once a driver knows it, used again when it has been left alone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { QUIET_MS } from '../../../src/capture/buffers/input-memory.js';
import { OutputMemory } from '../../../src/output/output-memory.js';
import { MOM_DONE } from '../../../src/winmm/constants.js';
import { CheckedMemory } from '../../support/checked-memory.js';

function makeWorld() {
  const memory = new CheckedMemory();
  return { memory, used: OutputMemory.take(memory, 0) };
}

test('used again after a while, ring and blocks', () => {
  const { memory, used } = makeWorld();
  const block = used.takeBlock(500);
  used.ring.push(MOM_DONE, 1, 0, 0);
  used.retire(1000);
  assert.notEqual(OutputMemory.take(memory, 999 + QUIET_MS).ring.address, used.ring.address);
  const again = OutputMemory.take(memory, 1000 + QUIET_MS);
  assert.equal(again.ring.address, used.ring.address);
  assert.equal(again.takeBlock(400), block);
  assert.notEqual(again.takeBlock(400), block, 'no block is given twice');
  assert.notEqual(OutputMemory.take(memory, 1000 + QUIET_MS).ring.address, used.ring.address);
});

test('a block that is too small is left for a smaller message', () => {
  const { used } = makeWorld();
  const block = used.takeBlock(500);
  used.putBack(block);
  assert.notEqual(used.takeBlock(501), block);
  assert.equal(used.takeBlock(500), block);
});

test('a driver that still calls back keeps it', () => {
  const { memory, used } = makeWorld();
  used.retire(0);
  used.ring.push(MOM_DONE, 1, 0, 0);
  assert.notEqual(OutputMemory.take(memory, QUIET_MS).ring.address, used.ring.address);
  assert.equal(OutputMemory.take(memory, 2 * QUIET_MS).ring.address, used.ring.address);
});

test('outputs that come and go take no more and more memory', () => {
  const { memory, used } = makeWorld();
  used.takeBlock(500);
  used.retire(0);
  for (let nowMs = QUIET_MS; nowMs < 100 * QUIET_MS; nowMs += QUIET_MS) {
    const output = OutputMemory.take(memory, nowMs);
    output.takeBlock(500);
    output.retire(nowMs);
  }
  assert.equal(memory.liveBlocks, 2);
});
