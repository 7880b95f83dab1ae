/** Messages without their F7, and voices without a header: what is added, and when nothing is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mendSysex } from '../../../../src/files/syx/mended-sysex.js';
import { SyxMessages } from '../../../../src/files/syx/syx-messages.js';

/** Roland: the sum of address, data and checksum is 0. */
const ROLAND = [0xf0, 0x41, 0x10, 0x16, 0x12, 8, 0, 0, 0x3c, 0x3c, 0xf7];
const mend = (bytes: number[]) => mendSysex(new SyxMessages(Uint8Array.from(bytes)));

test('an F7 is added where the checksum is right, or nothing else is in the file', () => {
  for (const [bytes, mended] of [
    [ROLAND.slice(0, -1), ROLAND],
    [[...ROLAND, ...ROLAND.slice(0, -1)], ROLAND],
    [[...ROLAND.slice(0, 5), 0xf8, ...ROLAND.slice(5, -1)], ROLAND],
    [
      [0xf0, 0x7d, 1],
      [0xf0, 0x7d, 1, 0xf7],
    ],
    [ROLAND.slice(0, -2), undefined],
    [[...ROLAND, 0xf0, 0x7d, 1], undefined],
    [ROLAND, undefined],
    [[], undefined],
  ] as const) {
    const answer = mend([...bytes]);
    assert.deepEqual(answer && [...answer.bytes], mended, String(bytes));
  }
});

test('voices of a DX7 get a header, a checksum and an F7', () => {
  const bank = Array.from({ length: 4096 }, (_, index) => index & 0x7f);
  const answer = mend(bank)!;
  assert.equal(answer.what, 'the 32 voices of a DX7 without header');
  const bytes = [...answer.bytes];
  assert.deepEqual(bytes.slice(0, 6), [0xf0, 0x43, 0, 9, 0x20, 0]);
  assert.deepEqual(bytes.slice(6, -2), bank);
  assert.equal(bytes.slice(6, -1).reduce((sum, byte) => sum + byte) & 0x7f, 0);
  assert.equal(bytes.at(-1), 0xf7);
  assert.equal(mend(bank.slice(0, 155))!.bytes.length, 163);
  assert.equal(mend(bank.slice(0, 4095)), undefined);
  assert.equal(mend([...bank.slice(0, 4095), 0x80]), undefined);
});
