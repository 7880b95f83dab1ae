/** Made-up addresses behave like real ones, and wrong accesses are noticed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EmbeddedMemory } from '../../../src/embedded/embedded-memory.js';

test('addresses are above 4 GiB, multiples of 64, and never used twice', () => {
  const memory = new EmbeddedMemory();
  const seen = new Set<number>();
  for (let round = 0; round < 50; round++) {
    const block = memory.allocate(round);
    assert.ok(block.address > 0xffff_ffff);
    assert.equal(block.address % 64, 0);
    assert.ok(!seen.has(block.address));
    seen.add(block.address);
    memory.free(block);
    assert.equal(memory.resolve(block.address, 0), undefined);
  }
});

test('a pointer into the middle of a block leads to its bytes, not to a copy', () => {
  const memory = new EmbeddedMemory();
  memory.allocate(100);
  const block = memory.allocate(100);
  memory.allocate(100);
  const view = memory.resolve(block.address + 90, 10);
  assert.ok(view);
  view[9] = 7;
  assert.equal(block.bytes[99], 7);
});

test('fresh memory is zero', () => {
  const { bytes } = new EmbeddedMemory().allocate(1000);
  assert.ok(bytes.every((byte) => byte === 0));
});

test('what is not wholly inside one block is not resolved', () => {
  const memory = new EmbeddedMemory();
  const first = memory.allocate(64);
  const second = memory.allocate(64);
  assert.equal(memory.resolve(first.address + 60, 5), undefined);
  assert.equal(memory.resolve(first.address - 1, 2), undefined);
  assert.equal(memory.resolve(second.address - 1, 1), undefined);
  assert.equal(memory.resolve(second.address + 64, 1), undefined);
  assert.equal(memory.resolve(0, 1), undefined);
  assert.equal(memory.resolve(first.address % 2 ** 32, 1), undefined, 'an address cut to 32 bits');
});

test('use after free is noticed, through a pointer and through an old view', () => {
  const memory = new EmbeddedMemory();
  const block = memory.allocate(64);
  const view = memory.resolve(block.address, 64);
  memory.free(block);
  assert.equal(memory.resolve(block.address, 1), undefined);
  assert.equal(block.bytes.length, 0);
  assert.equal(view?.length, 0);
});

test('freeing twice, or what is not its own, throws', () => {
  const memory = new EmbeddedMemory();
  const block = memory.allocate(64);
  const foreign = { address: block.address, bytes: new Uint8Array(64) };
  assert.throws(() => memory.free(foreign), RangeError);
  memory.free(block);
  assert.throws(() => memory.free(block), RangeError);
});
