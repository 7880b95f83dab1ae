/** Data packed for sysex and unpacked again. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Packing, pack, unpack } from '../../../../src/sysex/instruments/packing.js';

const PACKINGS: readonly Packing[] = [
  '7in8',
  '7in8-high-bit-first',
  '7in8-last',
  'bits-low-first',
  'nibbles-low-first',
  'nibbles-high-first',
];

test('the high bits of seven bytes stand where Korg, Elektron and others put them', () => {
  const data = Uint8Array.of(0x81, 2, 3);
  assert.deepEqual([...pack(data, '7in8')], [1, 1, 2, 3]);
  assert.deepEqual([...pack(data, '7in8-high-bit-first')], [0x40, 1, 2, 3]);
  assert.deepEqual([...pack(data, '7in8-last')], [1, 2, 3, 1]);
  assert.deepEqual([...pack(data, 'nibbles-low-first')], [1, 8, 2, 0, 3, 0]);
  assert.deepEqual([...pack(data, 'bits-low-first')], [1, 5, 12, 0]);
});

test('property: what is packed is seven bits wide, and unpacks to what it was', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), fc.constantFrom(...PACKINGS), (data, packing) => {
      // Where the high bits come last, only whole groups say which byte that is.
      if (packing === '7in8-last' && data.length % 7 !== 0) return;
      const packed = pack(data, packing);
      assert.ok(packed.every((byte) => byte < 0x80));
      assert.deepEqual(unpack(packed, packing), data);
    }),
  );
});
