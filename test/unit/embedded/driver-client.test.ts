/** MIDIOPENDESC is laid out as mmddk.h has it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MIDIOPENDESC } from '../../../src/embedded/driver-client.js';

test('fields lie where the packed structure has them, and 64-bit values come back whole', () => {
  assert.equal(MIDIOPENDESC.size, 44);
  const bytes = new Uint8Array(MIDIOPENDESC.size).fill(0xff);
  const description = {
    hMidi: 0x1234_5678_9abc,
    dwCallback: 0x7ff6_0000_1000,
    dwInstance: 0x0001_0000_0000,
    dnDevNode: 0,
    cIds: 0x0a0b_0c0d,
    rgIds: 0,
  };
  MIDIOPENDESC.write(bytes, description);
  assert.deepEqual(MIDIOPENDESC.read(bytes), description);
  const hex = Buffer.from(bytes).toString('hex');
  assert.equal(hex.slice(0, 48), 'bc9a78563412000000100000f67f00000000000001000000');
  assert.equal(hex.slice(48), `${'0'.repeat(16)}0d0c0b0a${'0'.repeat(16)}`);
});
