/** Tests of reading and writing hex text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MidirecError } from '../../../src/midi/errors.js';
import {
  formatHex,
  formatShort,
  parseHex,
  parseSysexRequest,
  readHex,
} from '../../../src/midi/hex.js';
import { anyText } from '../../support/any-text.js';

const IDENTITY_REQUEST = [0xf0, 0x7e, 0x7f, 0x06, 0x01, 0xf7];

function usageError(run: () => unknown): MidirecError {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof MidirecError);
    assert.equal(error.code, 'USAGE');
    assert.equal(error.exitCode, 2);
    assert.ok(error.hint, 'an error has a hint');
    return error;
  }
  assert.fail('no error');
}

test('bytes are written as lower-case pairs', () => {
  assert.equal(formatHex(Uint8Array.of(0xf0, 0x7e, 0x00, 0xf7)), 'f0 7e 00 f7');
  assert.equal(formatHex(new Uint8Array(0)), '');
});

test('a short message is as long as its status says', () => {
  assert.equal(formatShort(0x60_3c_90), '90 3c 60');
  assert.equal(formatShort(0x05_c0), 'c0 05');
  assert.equal(formatShort(0xf8), 'f8');
});

for (const text of [
  'F0 7E 7F 06 01 F7',
  'f07e7f0601f7',
  'F0,7E,7F,06,01,F7',
  '0xF0, 0x7e, 0X7F, 0x06, 0x01, 0xf7',
  '0xF07E7F0601F7',
  '  F07E\t7F06\r\n01F7\n',
  '# ask who is there\nF0 7E 7F # all devices\n06 01 F7 # done',
  'F0#7E\n7E 7F0601F7',
]) {
  test(`reads ${JSON.stringify(text)}`, () => {
    assert.deepEqual([...parseHex(text)], IDENTITY_REQUEST);
  });
}

for (const [text, message, hint] of [
  ['F0 7G F7', /"G" is not a hex digit \(character 5\)/, /two hex digits/],
  ['F0 7E\nF0 xx', /"x" is not a hex digit \(line 2, character 4\)/, /two hex digits/],
  ['F0 7 F7', /7 has an odd number of hex digits \(character 4\)/, /write 07/],
  ['F07', /F07 has an odd number/, /two hex digits/],
  [`F${'0'.repeat(100)}`, /F0000000000000000000… has an odd number/, /two hex digits/],
  ['0x', /0x without digits \(character 3\)/, /two hex digits/],
  ['F0 0xG1', /"G" is not a hex digit \(character 6\)/, /two hex digits/],
  ['F0 \u{1f3b9}', /"\u{1f3b9}" is not a hex digit \(character 4\)/u, /two hex digits/],
  ['', /is empty/, /F0 7E 7F 06 01 F7/],
  ['# nothing', /is empty/, /F0 7E 7F 06 01 F7/],
] as const) {
  test(`refuses ${JSON.stringify(text.slice(0, 20))} with a position and a hint`, () => {
    const error = usageError(() => parseHex(text));
    assert.match(error.message, message);
    assert.match(error.hint ?? '', hint);
  });
}

test('a request is one or more whole messages', () => {
  assert.deepEqual(
    parseSysexRequest('F0 01 F7 F0F7').map((message) => [...message]),
    [
      [0xf0, 0x01, 0xf7],
      [0xf0, 0xf7],
    ],
  );
});

for (const [text, message] of [
  ['7E 7F 06 01 F7', /does not begin with F0: byte 1 is 7E/],
  ['F0 7E 7F 06 01', /does not end with F7/],
  ['F0', /does not end with F7/],
  ['F0 01 F7 02', /goes on after F7 without F0: byte 4 is 02/],
  ['F0 01 F0 02 F7', /status byte inside a sysex: byte 3 is F0/],
  ['F0 01 F8 F7', /status byte inside a sysex: byte 3 is F8/],
  ['', /is empty/],
] as const) {
  test(`a request cannot be ${JSON.stringify(text)}`, () => {
    const error = usageError(() => parseSysexRequest(text, '--request'));
    assert.match(error.message, message);
    assert.match(error.message, /^--request/);
  });
}

test('property: what is written is read back, however it is spaced and prefixed', () => {
  const separators = fc.constantFrom(' ', ',', ', ', '\n', '\t', '\r\n', ' # note f0\n');
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.uint8Array({ minLength: 1 }), fc.boolean(), separators), {
        minLength: 1,
      }),
      (groups) => {
        const text = groups.map(([bytes, prefixed, separator]) => {
          const digits = formatHex(bytes).replaceAll(' ', '');
          return (prefixed ? `0x${digits.toUpperCase()}` : digits) + separator;
        });
        const expected = groups.flatMap(([bytes]) => [...bytes]);
        assert.deepEqual([...parseHex(text.join(''))], expected);
      },
    ),
  );
});

test('property: any text is read or refused, with a position inside it', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const answer = readHex(text);
      if (answer instanceof Uint8Array) return;
      const lines = text.split('\n');
      assert.ok(answer.line >= 1 && answer.line <= lines.length);
      assert.ok(answer.column >= 1 && answer.column <= lines[answer.line - 1].length + 1);
    }),
  );
});
