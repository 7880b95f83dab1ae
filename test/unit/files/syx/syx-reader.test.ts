/** Tests of reading .syx files and hex text, and of what is said about bad ones. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSyx, syxError } from '../../../../src/files/syx/syx-reader.js';
import { MidirecError } from '../../../../src/midi/errors.js';
import { formatHex, parseHex } from '../../../../src/midi/hex.js';
import { anyText } from '../../../support/any-text.js';

const encode = (text: string) => new TextEncoder().encode(text);
const bytesOf = (bytes: Uint8Array) => [...parseSyx(bytes, 'x.syx')].flatMap((m) => [...m.bytes]);

function badFile(run: () => unknown, message: RegExp): void {
  assert.throws(run, (error) => {
    assert.ok(error instanceof MidirecError);
    assert.equal(error.code, 'BAD_FILE');
    assert.ok(error.hint);
    assert.match(error.message, message);
    return true;
  });
}

test('what is not text is taken as it is', () => {
  for (const hex of ['F0 01 F7', '41 F0 01 F7', 'FF FE F0 01 F7 00']) {
    assert.deepEqual(bytesOf(parseHex(hex)), [0xf0, 1, 0xf7]);
  }
});

test('hex text is read as UTF-8, with or without a mark, and as UTF-16', () => {
  const text = '# the bank\nF0 43 00 F7\r\nF0 01 F7\n';
  const expected = [0xf0, 0x43, 0, 0xf7, 0xf0, 1, 0xf7];
  assert.deepEqual(bytesOf(encode(text)), expected);
  assert.deepEqual(bytesOf(encode(`\ufeff${text}`)), expected);
  assert.deepEqual(bytesOf(Buffer.from(`\ufeff${text}`, 'utf16le')), expected);
});

for (const [name, bytes, message] of [
  ['an empty file', new Uint8Array(0), /x\.syx is empty/],
  ['a Standard MIDI File', encode('MThd\0\0\0\x06'), /is a Standard MIDI File/],
  ['one in a RIFF wrapper', encode('RIFF\0\0\0\0RMIDdata'), /is a Standard MIDI File/],
  [
    'text that is not hex',
    encode('F0 41\nF0 4Z'),
    /"Z" is not a hex digit \(line 2, character 5\)/,
  ],
  ['hex text without bytes', encode('# nothing\n'), /has no bytes in it/],
] as const) {
  test(`${name} is refused`, () => badFile(() => parseSyx(bytes, 'x.syx'), message));
}

for (const [hex, message, hint] of [
  ['F0 01 F7 00 00 00', /^x\.syx: 3 zero bytes outside F0…F7 at offset 3 \(hex 3\)$/, /--force/],
  [
    '00 F0 01 F7 00',
    /1 byte outside F0…F7 at offset 0 \(hex 0\), and 1 more such place$/,
    /--force/,
  ],
  ['F0 01 F7 F0 02 03', /message 2, the last, at offset 3 .* cut off after 3 bytes/, /--force/],
  ['F0 02 03', /the only message at offset 0 .* cut off after 3 bytes/, /from F0 to F7/],
  [
    'F0 01 F0 02 F7',
    /the message at offset 0 .* broken off after 2 bytes, before its F7$/,
    /--force/,
  ],
  ['F0 41 90 40 F7', /byte 3 is 90: between F0 and F7 every byte is 00 to 7F/, /from F0 to F7/],
  ['01 42 43', /3 bytes outside F0…F7 at offset 0/, /from F0 to F7/],
  ['F8 FE', /has no sysex in it/, /from F0 to F7/],
] as const) {
  test(`says what is wrong with ${hex}`, () => {
    const error = syxError(parseSyx(parseHex(hex), 'x.syx'), 'x.syx');
    assert.equal(error?.code, 'BAD_FILE');
    assert.match(error?.message ?? '', message);
    assert.match(error?.hint ?? '', hint);
  });
}

test('a file of whole messages has no error', () => {
  assert.equal(syxError(parseSyx(parseHex('F0 01 F7 F8 F0 F7'), 'x.syx'), 'x.syx'), undefined);
});

test('property: any bytes are read or refused in words', () => {
  const input = fc.oneof(fc.uint8Array(), anyText().map(encode));
  fc.assert(
    fc.property(input, (bytes) => {
      try {
        const messages = parseSyx(bytes.slice(), 'x');
        const error = syxError(messages, 'x');
        if (messages.count === 0) assert.ok(error);
      } catch (error) {
        assert.ok(error instanceof MidirecError);
      }
    }),
  );
});

test('property: a dump as hex text is the same dump', () => {
  const message = fc.uint8Array({ max: 0x7f }).map((body) => [0xf0, ...body, 0xf7]);
  fc.assert(
    fc.property(fc.array(message, { minLength: 1 }), (sent) => {
      const bytes = Uint8Array.from(sent.flat());
      assert.deepEqual(bytesOf(encode(formatHex(bytes))), [...bytes]);
      assert.deepEqual(bytesOf(bytes.slice()), [...bytes]);
    }),
  );
});
