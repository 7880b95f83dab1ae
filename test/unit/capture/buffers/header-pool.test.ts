/** Headers and buffers in one piece of memory, and what is known about each. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HeaderPool } from '../../../../src/capture/buffers/header-pool.js';
import { MHDR_DONE, MHDR_INQUEUE, MHDR_PREPARED } from '../../../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../../../src/winmm/structures.js';
import { CheckedMemory } from '../../../support/checked-memory.js';

function makePool(count = 4, bufferSize = 16) {
  const memory = new CheckedMemory();
  const block = memory.allocate(HeaderPool.byteLength(count, bufferSize));
  block.bytes.fill(0xff);
  const pool = new HeaderPool(block, count, bufferSize);
  const queueAll = () => {
    for (let index = 0; index < count; index++) queue(index);
  };
  const queue = (index: number) => {
    pool.renew(index);
    pool.header(index).dwFlags |= MHDR_INQUEUE;
    pool.markQueued(index);
  };
  const fill = (index: number, bytes: number[]) => {
    const header = pool.header(index);
    memory.resolve(header.lpData, bufferSize)!.set(bytes);
    header.dwBytesRecorded = bytes.length;
    header.dwFlags = (header.dwFlags & ~MHDR_INQUEUE) | MHDR_DONE;
  };
  return { memory, pool, queue, queueAll, fill };
}

test('every header points at a buffer of its own, and none overlap', () => {
  const { memory, pool } = makePool(3, 100);
  const ends: number[] = [];
  for (let index = 0; index < pool.count; index++) {
    const { lpData, dwBufferLength, dwFlags } = pool.header(index);
    assert.equal(dwBufferLength, 100);
    assert.equal(dwFlags, 0);
    assert.ok(memory.resolve(pool.addressOf(index), MIDIHDR_SIZE) !== undefined);
    assert.ok(memory.resolve(lpData, 100) !== undefined);
    for (const end of ends) assert.ok(lpData >= end);
    ends.push(lpData + 100);
    assert.ok(lpData >= pool.addressOf(pool.count - 1) + MIDIHDR_SIZE);
  }
});

test('an address that is no header has no index', () => {
  const { pool } = makePool(2);
  assert.equal(pool.indexAt(pool.addressOf(0)), 0);
  assert.equal(pool.indexAt(pool.addressOf(1)), 1);
  const strangers = [0, pool.addressOf(0) + 1, pool.addressOf(1) + 128, pool.addressOf(0) - 128];
  for (const address of strangers) assert.equal(pool.indexAt(address), -1);
  assert.equal(pool.indexAt(2 ** 64), -1);
});

test('the recorded bytes are a view, and cut at the end of the buffer', () => {
  const { pool, queueAll, fill } = makePool(2, 4);
  queueAll();
  fill(0, [1, 2, 3]);
  assert.deepEqual([...pool.recorded(0)], [1, 2, 3]);
  pool.header(0).dwBytesRecorded = 0xffff_ffff;
  assert.deepEqual([...pool.recorded(0)], [1, 2, 3, 0xff]);
});

test('a buffer is queued, filled, returned, renewed', () => {
  const { pool, queue, fill } = makePool(2);
  pool.header(0).dwFlags = MHDR_PREPARED;
  queue(0);
  assert.deepEqual([pool.queued, pool.isQueued(0), pool.isStillFilling(0)], [1, true, true]);
  fill(0, [7]);
  assert.deepEqual([pool.isStillFilling(0), pool.isDone(0)], [false, true]);
  pool.markReturned(0);
  assert.deepEqual([pool.queued, pool.isQueued(0)], [0, false]);
  pool.renew(0);
  assert.deepEqual([pool.isDone(0), pool.header(0).dwBytesRecorded], [false, 0]);
  assert.deepEqual([...pool.preparedHeaders()], [pool.addressOf(0)]);
});

test('starved: when all that is queued is filled, in whatever order', () => {
  const { pool, queue, queueAll, fill } = makePool(3);
  assert.equal(pool.isStarved, true, 'nothing queued');
  queueAll();
  assert.equal(pool.isStarved, false);
  fill(2, [1]);
  assert.equal(pool.isStarved, false, 'a driver that takes the last one first');
  fill(0, [1]);
  fill(1, [1]);
  assert.equal(pool.isStarved, true);
  pool.markReturned(0);
  assert.equal(pool.isStarved, true);
  queue(0);
  assert.equal(pool.isStarved, false);
});

test('sweeping finds what is done, oldest first, and if asked only what is older than another', () => {
  const { pool, queue, queueAll, fill } = makePool(4);
  queueAll();
  fill(0, [1]);
  pool.markReturned(0);
  queue(0);
  for (const index of [0, 1, 3]) fill(index, [1]);
  assert.deepEqual(pool.sweepDone(), [1, 3, 0]);
  assert.deepEqual(pool.sweepDone(3), [1]);
  assert.deepEqual(pool.sweepDone(1), []);
});

test('starved when all is filled, not when buffers came back unused', () => {
  const { pool, queueAll, fill } = makePool();
  queueAll();
  for (const index of [0, 1, 2, 3]) pool.markGiven(index, index + 1);
  for (const index of [0, 1, 2]) fill(index, [1]);
  assert.equal(pool.isStarved, false);
  fill(3, []);
  assert.equal(pool.isStarved, false);
  fill(3, [1]);
  assert.equal(pool.isStarved, true);
});

test('a message is seen in the buffer whose turn it is, a part of a large one at a time', () => {
  const { memory, pool, queueAll, fill } = makePool(2, 20_000);
  for (const index of [0, 1]) memory.resolve(pool.header(index).lpData, 20_000)!.fill(0);
  queueAll();
  assert.equal(pool.lookIntoOldest(), 0);
  const buffer = memory.resolve(pool.header(0).lpData, 20_000)!;
  buffer.fill(0x11, 0, 5000);
  buffer[10_000] = 0x22;
  assert.deepEqual([pool.lookIntoOldest(), pool.lookIntoOldest()], [4096, 5000]);
  assert.equal(pool.lookIntoOldest(), 5000);
  buffer.fill(0x11, 5000, 5010);
  assert.equal(pool.lookIntoOldest(), 5010);
  fill(0, [0xf0, 0xf7]);
  pool.markReturned(0);
  assert.equal(pool.lookIntoOldest(), 0);
  memory.resolve(pool.header(1).lpData, 20_000)![0] = 0xf0;
  assert.equal(pool.lookIntoOldest(), 1);
});
