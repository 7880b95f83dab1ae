import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Pattern } from '../../../../src/sysex/instruments/pattern.js';

const bytes = (hex: string) => Uint8Array.from(hex.split(' '), (byte) => Number.parseInt(byte, 16));

test('a message is taken apart: fields, data, what is covered, where the checksum stands', () => {
  const match = new Pattern('F0 43 0n 09 20 00 ( {[4]} ) ss F7').match(
    bytes('F0 43 03 09 20 00 01 02 03 04 76 F7'),
  );
  assert.equal(match?.fields.get('n'), 3);
  assert.deepEqual(match?.data, { from: 6, to: 10 });
  assert.deepEqual(match?.covered, { from: 6, to: 10 });
  assert.equal(match?.checksumAt, 10);
});

test('a field of several bytes has its high bits first', () => {
  const match = new Pattern('F0 41 nn 14 12 aa aa aa {[1-256]} ss F7').match(
    bytes('F0 41 10 14 12 02 00 40 7F 3F F7'),
  );
  assert.equal(match?.fields.get('a'), (2 << 14) | 0x40);
  assert.equal(match?.fields.get('n'), 0x10);
});

test('bytes, characters, bounds and length have to fit', () => {
  const pattern = new Pattern('F0 "LM" pp:00-3F [2-3] F7');
  assert.ok(pattern.match(bytes('F0 4C 4D 3F 00 00 F7')));
  assert.ok(pattern.match(bytes('F0 4C 4D 3F 00 00 00 F7')));
  for (const other of [
    'F0 4C 4E 3F 00 00 F7',
    'F0 4C 4D 40 00 00 F7',
    'F0 4C 4D 3F 00 F7',
    'F0 4C 4D 3F 00 00 00 00 F7',
    'F0 4C 4D 3F 00 00 00 00',
  ]) {
    assert.equal(pattern.match(bytes(other)), undefined, other);
  }
});

test('a message of another length is a near miss only where its head is plain', () => {
  const bank = new Pattern('F0 43 0n 09 20 00 ( {[4096]} ) ss F7');
  assert.deepEqual(bank.nearMiss(bytes('F0 43 00 09 20 00 01 02 F7')), { expectedLength: 4104 });
  assert.equal(bank.nearMiss(bytes('F0 43 00 09 21 00 01 02 F7')), undefined);
  assert.equal(new Pattern('F0 43 0n [9] F7').nearMiss(bytes('F0 43 00 F7')), undefined);
});

test('what it fills in, it finds again', () => {
  const pattern = new Pattern('F0 42 3n 28 10 bb pp pp F7');
  fc.assert(
    fc.property(fc.nat(15), fc.nat(127), fc.nat(16_383), (n, b, p) => {
      const fields = new Map([
        ['n', n],
        ['b', b],
        ['p', p],
      ]);
      assert.deepEqual(pattern.match(pattern.fill(fields))?.fields, fields);
    }),
  );
  assert.throws(() => pattern.fill(new Map([['n', 16]])), RangeError);
});

test('a pattern that cannot be understood says why', () => {
  for (const [text, why] of [
    ['F0 4g5 F7', /'4g5' is not a byte/],
    ['F0 ( [4] F7', /\( is not closed/],
    ['F0 [4] ) F7', /\) closes nothing/],
    ['F0 [1-2] [3-4] F7', /only one run/],
    ['F0 pp:40-3F F7', /bounds/],
  ] as const) {
    assert.throws(() => new Pattern(text), why, text);
  }
});
