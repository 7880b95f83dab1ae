/** What has become of patches: the same, renamed, changed, moved, removed, added. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Compared, compare } from '../../../../../src/sysex/instruments/banks/comparison.js';

const NAME = { at: 4, length: 3 };

/** Four bytes of sound and a name of three. */
function patch(number: number, sound: readonly number[], name = 'AAA'): Compared {
  const data = Uint8Array.from([...sound, ...Buffer.from(name)]);
  return { number: String(number), name, data, nameEntry: NAME };
}

test('the same, renamed, changed, both, moved, removed, added', () => {
  const before = [
    patch(1, [1, 1, 1, 1]),
    patch(2, [2, 2, 2, 2], 'OLD'),
    patch(3, [3, 3, 3, 3]),
    patch(4, [4, 4, 4, 4], 'ONE'),
    patch(5, [5, 5, 5, 5]),
    patch(6, [6, 6, 6, 6]),
  ];
  const after = [
    patch(1, [1, 1, 1, 1]),
    patch(2, [2, 2, 2, 2], 'NEW'),
    patch(3, [3, 0, 0, 3]),
    patch(4, [4, 4, 4, 0], 'TWO'),
    patch(6, [5, 5, 5, 5]),
    patch(7, [7, 7, 7, 7]),
  ];
  assert.deepEqual(compare(before, after), {
    same: 1,
    differences: [
      { kind: 'renamed', number: '2', from: 'OLD', to: 'NEW' },
      { kind: 'changed', number: '3', name: 'AAA', firstByte: 2, lastByte: 3 },
      { kind: 'changed', number: '4', name: 'ONE', to: 'TWO', firstByte: 4, lastByte: 4 },
      { kind: 'moved', name: 'AAA', from: '5', to: '6' },
      { kind: 'removed', number: '6', name: 'AAA' },
      { kind: 'added', number: '7', name: 'AAA' },
    ],
  });
});

test('patches of one number are told apart by their place in the row', () => {
  const row = [patch(1, [1, 1, 1, 1]), patch(1, [2, 2, 2, 2])];
  const after = [patch(1, [1, 1, 1, 1]), patch(1, [2, 2, 2, 9])];
  assert.deepEqual(compare(row, row), { same: 2, differences: [] });
  assert.deepEqual(compare(row, after).differences, [
    { kind: 'changed', number: '1', name: 'AAA', firstByte: 4, lastByte: 4 },
  ]);
});

test('each patch of both sides is accounted for once, whatever they are', () => {
  const sound = fc.tuple(fc.nat(1), fc.nat(1), fc.constant(0), fc.constant(0));
  const bank = fc
    .array(fc.tuple(fc.nat(5), sound, fc.constantFrom('AAA', 'BBB')), { maxLength: 8 })
    .map((rows) => rows.map(([number, bytes, name]) => patch(number, bytes, name)));
  fc.assert(
    fc.property(bank, bank, (before, after) => {
      const { same, differences } = compare(before, after);
      const count = (kind: string) => differences.filter((one) => one.kind === kind).length;
      assert.equal(same + differences.length - count('added'), before.length);
      assert.equal(same + differences.length - count('removed'), after.length);
      assert.deepEqual(compare(before, before), { same: before.length, differences: [] });
    }),
  );
});
