/** What happened to a sysex is told from what arrived of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareSysex, type Fault } from '../../../src/cable/comparison.js';
import { testSysex } from '../../../src/cable/test-messages.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(' ', ''), 'hex'));
const SENT = hex('f07d 01020304 f7');

test('each fault, and where', () => {
  const cases: [string[], Fault | undefined, number, number][] = [
    [['f07d01020304f7'], undefined, 0, 7],
    [[], 'nothing', 7, 0],
    [['f07d01020304f7', 'f07d01020304f7'], 'doubled', 7, 7],
    [['f0f07d7d010102020303 0404f7f7'], 'doubled', 7, 1],
    [['f07d01f7', 'f0020304f7'], 'seams', 1, 3],
    [['f07d01f7', 'f002f7', 'f00304f7'], 'seams', 2, 3],
    [['f07d01020304'], 'no-end', 1, 6],
    [['f07d0102'], 'cut', 3, 4],
    [['f07d0102f7'], 'cut', 2, 4],
    [['f07d010304f7'], 'missing', 1, 3],
    [['01020304f7'], 'missing', 2, 0],
    [['f07d0102020304f7'], 'extra', 1, 4],
    [['f07d01030204f7'], 'changed', 2, 3],
    [['f07d0505f7'], 'changed', 2, 2],
  ];
  for (const [arrived, fault, count, at] of cases) {
    assert.deepEqual(compareSysex(SENT, arrived.map(hex)), { fault, count, at }, arrived.join());
  }
});

test('anything that arrives: whole only if it is', () => {
  const bytes = fc.uint8Array({ maxLength: 20 });
  const own = fc.nat(20).map((from) => testSysex(16).subarray(from, from + 9));
  const arrived = fc.array(fc.oneof(bytes, own, fc.constant(testSysex(16))), { maxLength: 3 });
  fc.assert(
    fc.property(arrived, (pieces) => {
      const { fault, at } = compareSysex(testSysex(16), pieces);
      const isWhole = pieces.length === 1 && Buffer.from(testSysex(16)).equals(pieces[0]!);
      assert.equal(fault === undefined, isWhole);
      assert.ok(at >= 0 && at <= Math.max(16, Buffer.concat(pieces).length));
    }),
  );
});
