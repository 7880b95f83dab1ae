import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SparseBytes } from '../../../../src/sysex/instruments/sparse-bytes.js';

const piece = fc.record({
  from: fc.integer({ min: 0, max: 1500 }),
  data: fc.uint8Array({ minLength: 1, maxLength: 600, max: 0x7f }),
});

test('property: pieces read as if each byte were kept by its address', () => {
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 6 }),
      fc.integer({ min: 0, max: 2100 }),
      fc.integer({ min: 0, max: 700 }),
      (pieces, from, length) => {
        const sparse = new SparseBytes();
        const plain = new Map<number, number>();
        for (const { from: at, data } of pieces) {
          sparse.write(at, data);
          for (const [offset, byte] of data.entries()) plain.set(at + offset, byte);
        }
        const to = from + length;
        const expected = Uint8Array.from({ length }, (_, at) => plain.get(from + at) ?? 0);
        assert.deepEqual(sparse.read(from, to), expected);
        const last = Math.max(
          from,
          ...[...plain.keys()].filter((at) => at < to).map((at) => at + 1),
        );
        assert.equal(sparse.endOf(from, to), last);
        for (const at of [from, to]) assert.equal(sparse.has(at), plain.has(at));
      },
    ),
  );
});
