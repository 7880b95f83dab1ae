/** Patches of a bank put together and taken apart by bits. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Layout } from '../../../../../src/sysex/instruments/banks/layout.js';

test('bytes, rows of them, bits, and the same several times', () => {
  const layout = new Layout('2*3( 0-1 2.0-2 2.3 ) 6');
  assert.equal(layout.length, 9);
  assert.equal(layout.reach, 7);
  const packed = Uint8Array.of(1, 2, 0b1101, 4, 5, 0b0010, 99);
  const single = Uint8Array.of(1, 2, 5, 1, 4, 5, 2, 0, 99);
  assert.deepEqual(layout.widen(packed), single);
  assert.deepEqual(layout.narrow(single, 7), packed);
});

test('a value that has no room in its bits is refused', () => {
  const layout = new Layout('0.0-2 0.3');
  assert.deepEqual(layout.narrow(Uint8Array.of(7, 1), 1), Uint8Array.of(15));
  assert.equal(layout.narrow(Uint8Array.of(8, 1), 1), undefined);
});

test('what is no layout is said, with the token', () => {
  for (const [text, why] of [
    ['0-3 x', /'x' is not a byte/],
    ['3-0', /'3-0'/],
    ['1.3-2', /'1\.3-2'/],
  ] as const) {
    assert.throws(() => new Layout(text), why);
  }
});
