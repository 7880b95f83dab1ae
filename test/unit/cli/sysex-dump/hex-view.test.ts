/** Tests of the hex view of sysex. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bytesPerLine, viewSysex } from '../../../../src/cli/sysex-dump/hex-view.js';
import { parseHex } from '../../../../src/midi/hex.js';

const GS_RESET = parseHex('F0 41 10 42 12 40 00 7F 00 41 F7');

test('a message is a headline and lines of sixteen bytes', () => {
  const bytes = Uint8Array.of(
    ...GS_RESET.subarray(0, -1),
    0x48,
    0x65,
    0x6c,
    0x6c,
    0x6f,
    0x21,
    0xf7,
  );
  assert.deepEqual(
    [...viewSysex(bytes, 80, 0)],
    [
      'Roland data set (DT1), model 42 (GS), 17 bytes, checksum wrong',
      '00000000  f0 41 10 42 12 40 00 7f  00 41 48 65 6c 6c 6f 21  .A.B.@...AHello!',
      '00000010  f7                                                .',
    ],
  );
});

test('a narrow page has lines of eight, numbered from where the message stands', () => {
  assert.deepEqual(
    [...viewSysex(GS_RESET, 60, 0x1008)],
    [
      'Roland data set (DT1), model 42 (GS), 11 bytes, checksum right',
      '00001008  f0 41 10 42 12 40 00 7f  .A.B.@..',
      '00001010  00 41 f7                 .A.',
    ],
  );
});

test('the width decides between sixteen, eight and four', () => {
  assert.equal(bytesPerLine(80), 16);
  assert.equal(bytesPerLine(76), 16);
  assert.equal(bytesPerLine(75), 8);
  assert.equal(bytesPerLine(43), 8);
  assert.equal(bytesPerLine(42), 4);
  assert.equal(bytesPerLine(0), 4);
});

test('names that are not ASCII are written in ASCII', () => {
  const [headline] = viewSysex(parseHex('F0 00 20 04 F7'), 80, 0);
  assert.match(headline ?? '', /^Bohm electronic sysex/);
});

test('property: lines are ASCII, fit the page, and hold every byte', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 100 }),
      fc.integer({ min: 27, max: 120 }),
      (bytes, columns) => {
        const [, ...lines] = viewSysex(bytes, columns, 0);
        const perLine = bytesPerLine(columns);
        const read = lines.flatMap((line) => {
          assert.match(line, /^[\x20-\x7e]*$/);
          assert.ok(line.length <= Math.max(columns, 44));
          const hex = line.slice(10, 10 + perLine * 3);
          return hex
            .trim()
            .split(/ +/)
            .map((pair) => Number.parseInt(pair, 16));
        });
        assert.deepEqual(read, [...bytes]);
      },
    ),
  );
});
