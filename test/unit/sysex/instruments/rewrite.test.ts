/** Device numbers and checksums rewritten, in messages made after the makers' manuals. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatHex, parseHex } from '../../../../src/midi/hex.js';
import { loadInstruments } from '../../../../src/sysex/instruments/load.js';
import { withDeviceNumber, withRightChecksum } from '../../../../src/sysex/instruments/rewrite.js';
import { DX7_BANK } from '../../../support/synthesizers.js';

const { table } = await loadInstruments();

test('a DX7 bank for device 5: one nibble is another one, and the sum is still right', () => {
  const other = withDeviceNumber(DX7_BANK, 4, table)!;
  const changed = [...other.entries()].filter(([at, byte]) => byte !== DX7_BANK[at]);
  assert.deepEqual(changed, [[2, 0x04]]);
  assert.deepEqual(table.recognise(other)?.checksum, { verdict: 'right' });
  assert.throws(() => withDeviceNumber(DX7_BANK, 16, table), RangeError);
});

test('where the number stands is not known of all', () => {
  assert.equal(withDeviceNumber(parseHex('F0 7D 01 02 F7'), 1, table), undefined);
});

test('a wrong checksum becomes the right one, in every block of a K4 bank; a right one stays', () => {
  assert.equal(withRightChecksum(DX7_BANK, table), DX7_BANK);
  const damaged = DX7_BANK.slice();
  damaged[damaged.length - 2] = damaged.at(-2)! ^ 0x15;
  assert.deepEqual(withRightChecksum(damaged, table), DX7_BANK);

  const singles = new Uint8Array(8384 + 9).fill(1);
  singles.set(parseHex('F0 40 00 21 00 04 00 00'));
  singles[singles.length - 1] = 0xf7;
  const right = withRightChecksum(singles, table);
  // A5 and 130 ones: 0xA5 + 130 = 295, modulo 128 it is 39.
  const sums = Array.from({ length: 64 }, (_, block) => right[8 + block * 131 + 130]);
  assert.deepEqual(new Set(sums), new Set([39]), formatHex(right.subarray(0, 16)));
});
