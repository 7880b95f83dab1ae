/** Tests of the one line that says what a sysex is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { sysexLine } from '../../../src/cli/capturing/message-text.js';
import { answerTo } from '../../../src/embedded/drivers/demo/demo-synth.js';
import { parseHex } from '../../../src/midi/hex.js';
import { describeSysex } from '../../../src/sysex/sysex-identification.js';

const line = (hex: string) => sysexLine(describeSysex(parseHex(hex)));

test('a DX7 bank is named as in the manual', () => {
  const bank = Uint8Array.of(0xf0, 0x43, 0, 9, 0x20, 0, ...new Uint8Array(4096), 0, 0xf7);
  assert.deepEqual(describeSysex(bank), {
    manufacturer: 'Yamaha',
    what: 'DX7 bulk dump, 32 voices',
    length: 4104,
    checksum: 'right',
  });
  assert.equal(
    sysexLine(describeSysex(bank)),
    'Yamaha DX7 bulk dump, 32 voices, 4,104 bytes, checksum right',
  );
});

for (const [hex, expected] of [
  ['F0 7E 7F 06 01 F7', 'Universal identity request, 6 bytes'],
  [
    'F0 41 10 42 12 40 00 7F 00 41 F7',
    'Roland data set (DT1), model 42 (GS), 11 bytes, checksum right',
  ],
  [
    'F0 41 10 00 10 11 01 00 00 00 00 00 00 01 7E F7',
    'Roland data request (RQ1), model 00 10, 16 bytes, checksum right',
  ],
  ['F0 41 30 01 12 01 F7', 'Roland sysex, 7 bytes, checksum not known'],
  ['F0 43 10 4C 00 00 7E 00 F7', 'Yamaha XG parameter change, 9 bytes, checksum not known'],
  ['F0 43 20 09 F7', 'Yamaha bulk dump request, 5 bytes, checksum not known'],
  ['F0 42 30 19 4E F7', 'Korg sysex, 6 bytes, checksum not known'],
  ['F0 60 01 F7', 'manufacturer 60 sysex, 4 bytes, checksum not known'],
  ['F0 00 7F 01 F7', 'manufacturer 00 7F 01 sysex, 5 bytes, checksum not known'],
  ['F0 F7', 'sysex without a manufacturer, 2 bytes'],
  ['F0 43 00', 'Yamaha sysex, cut off (no F7), 3 bytes, checksum not known'],
  ['F0', 'sysex without a manufacturer, cut off (no F7), 1 byte'],
  ['41 10', 'no sysex, begins with 41, 2 bytes'],
] as const) {
  test(`describes ${hex}`, () => assert.equal(line(hex), expected));
}

test('a Yamaha bulk dump is named by its classification', () => {
  const name = [...'LM  8101VC'].map((character) => character.charCodeAt(0));
  const sum = -name.reduce((total, byte) => total + byte, 0) & 0x7f;
  const dump = Uint8Array.of(0xf0, 0x43, 0, 0x7a, 0, 10, ...name, sum, 0xf7);
  assert.equal(
    sysexLine(describeSysex(dump)),
    'Yamaha bulk dump "LM  8101VC", 18 bytes, checksum right',
  );
});

test('all that the demo synth sends is known, and its checksums are right', () => {
  const lines = [0, 1, 2, 3].map((kind) => {
    const request = Uint8Array.of(0xf0, 0x7d, 0x01, kind, 0xf7);
    const [dump] = answerTo(request, new Map()).messages;
    const damaged = dump.slice();
    damaged[20] ^= 1;
    assert.equal(describeSysex(damaged).checksum, 'wrong');
    return sysexLine(describeSysex(dump));
  });
  assert.deepEqual(lines, [
    'Non-commercial demo synth dump, 1 voice, 163 bytes, checksum right',
    'Non-commercial demo synth dump, 32 voices, 4,104 bytes, checksum right',
    'Non-commercial demo synth dump, sample data, 300.0 kB, checksum right',
    'Non-commercial demo synth dump, 1 voice of the bank, 136 bytes, checksum right',
  ]);
  assert.equal(line('F0 7D 01 00 F7'), 'Non-commercial sysex, 5 bytes, checksum not known');
});

test('property: any bytes have one line of words', () => {
  const head = fc.constantFrom<number[]>([], [0xf0], [0xf0, 0x41], [0xf0, 0x43], [0xf0, 0x7d]);
  fc.assert(
    fc.property(head, fc.uint8Array(), (start, rest) => {
      const bytes = Uint8Array.of(...start, ...rest);
      const description = describeSysex(bytes);
      assert.equal(description.length, bytes.length);
      assert.doesNotMatch(sysexLine(description), /undefined|NaN|\n/);
    }),
  );
});
