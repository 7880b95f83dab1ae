/** Hex text as people have it, and what is not left out of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readHexText } from '../../../../src/files/syx/hex-text.js';
import { formatHex } from '../../../../src/midi/hex.js';

const RESET = 'f0 41 10 16 12 08 f7';

for (const [what, text] of [
  ['pairs', 'F0 41 10 16 12 08 F7'],
  ['a label', 'SYX: F0 41 10 16 12 08 F7'],
  ['headings', 'Dump of the bank\n\nFile made by X\nF0 41 10\n16 12 08 F7\n(end)'],
  [
    'C',
    '// reset\nconst uint8_t m[] = { 0xF0, 0x41, 0x10, /* model */ 0x16,\n 0x12, 0x08, 0xF7 };\nint n = 7;',
  ],
  ['braces alone', '{ 0xF0, 0x41, 0x10, 0x16, 0x12, 0x08, 0xF7 };'],
  ['brackets', '[0xF0, 0x41, 0x10, 0x16, 0x12, 0x08, 0xF7]'],
  ['an assembler', 'F0h, 41h, 10h, 16h, 12h, 08h, 0F7h ; reset'],
  ['dollars', '$F0 $41 $10 $16 $12 $08 $F7'],
  ['a string', '"\\xF0\\x41\\x10\\x16\\x12\\x08\\xF7"'],
  ['JSON', '[240, 65, 16, 22, 18, 8, 247]'],
  ['nested JSON', '[[240, 65, 16],\n [22, 18, 8, 247]]\n'],
  ['Intel HEX', ':07000000F04110161208F791\n:00000001FF'],
  ['xxd', '00000000: f041 1016                                .A..\n00000004: 1208 f7   ...'],
  ['xxd whose characters look like hex', '00000000: f041 1016  f0a1\n00000004: 1208 f7    12.\n'],
  ['xxd of one line', '00000000: f041 1016 1208 f7                        .A.41.0'],
  ['hexdump -C', '00000000  f0 41 10 16  12 08 f7   |.A.....|\n00000007\n'],
  ['od', '000000 f0 41 10 16\n000004 12 08 f7\n000007\n'],
  ['od in octal, with characters', '0000000 f0 41 10 16  >.A..<\n0000004 12 08 f7     >ab|<\n'],
] as const) {
  test(`${what} are read as bytes`, () => {
    const bytes = readHexText(text);
    assert.ok(bytes instanceof Uint8Array, JSON.stringify(bytes));
    assert.equal(formatHex(bytes), RESET);
  });
}

test('several messages with a heading before each', () => {
  const bytes = readHexText('Voice 1\nF0 01 F7\nVoice 2\nF0 02\n03 F7\n');
  assert.equal(formatHex(bytes as Uint8Array), 'f0 01 f7 f0 02 03 f7');
});

test('lines that a listing leaves out are those before; offsets that do not fit make it no listing', () => {
  const listing = '00000000: f0 01 01  ...\n00000003: 01 01 01  ...\n*\n00000009: f7  .\n';
  assert.equal(formatHex(readHexText(listing) as Uint8Array), 'f0 01 01 01 01 01 01 01 01 f7');
  const octal = ['0000000', '*', '0000040', '0000043'];
  const rows = [' f0'.padEnd(48, ' 00'), '', ' 01 02 f7', ''];
  const bytes = readHexText(octal.map((offset, index) => offset + rows[index]).join('\n'));
  assert.equal((bytes as Uint8Array).length, 35);
  const shifted = '00000000: f0 01\n00000003: f7';
  assert.ok(!(readHexText(shifted) instanceof Uint8Array));
});

test('what is no hex within a message is a problem with its place, never left out', () => {
  for (const [text, line, column] of [
    ['F0 01\nhello\nF7', 2, 1],
    ['Title\nF0 01 4Z F7', 2, 8],
    ['{ 0xF0, 0x0G, 0xF7 }', 1, 12],
    ['Only words here', 1, 1],
    ['[240, 256, 247]', 1, 1],
  ] as const) {
    const problem = readHexText(text);
    assert.ok(!(problem instanceof Uint8Array), text);
    assert.equal(problem.line, line, text);
    if (column > 1) assert.equal(problem.column, column, text);
  }
});
