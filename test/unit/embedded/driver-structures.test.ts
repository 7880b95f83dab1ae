/** MIDIOPENDESC is laid out as mmddk.h has it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  MIDIOPENDESC_OFFSETS,
  MIDIOPENDESC_SIZE,
  readMidiOpenDesc,
  writeMidiOpenDesc,
} from '../../../src/embedded/driver-structures.js';

test('size and offsets are those of the packed structure', () => {
  assert.equal(MIDIOPENDESC_SIZE, 44);
  assert.deepEqual(MIDIOPENDESC_OFFSETS, {
    hMidi: 0,
    dwCallback: 8,
    dwInstance: 16,
    dnDevNode: 24,
    cIds: 32,
    rgIds: 36,
  });
});

test('64-bit values come back whole, and the rest is zero', () => {
  const bytes = new Uint8Array(MIDIOPENDESC_SIZE).fill(0xff);
  const description = {
    hMidi: 0x1234_5678_9abc,
    dwCallback: 0x7ff6_0000_1000,
    dwInstance: 0x0001_0000_0000,
  };
  writeMidiOpenDesc(bytes, description);
  assert.deepEqual(readMidiOpenDesc(bytes), description);
  assert.deepEqual([...bytes.subarray(0, 8)], [0xbc, 0x9a, 0x78, 0x56, 0x34, 0x12, 0, 0]);
  assert.ok(bytes.subarray(24, 36).every((byte) => byte === 0));
});
