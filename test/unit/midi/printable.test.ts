/** Text from outside: what a terminal would obey is gone, what people write is not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cutText, printable, printableJson } from '../../../src/midi/printable.js';
import { anyText } from '../../support/any-text.js';

/** C0, DEL and C1; what turns the direction of writing. */
function isObeyed(code: number): boolean {
  const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
  return isControl || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
}

test('control and formatting characters are replaced', () => {
  assert.equal(printable('a\x1b[2J\x07b\u202ec\x9b1m\n'), 'a\ufffd[2J\ufffdb\ufffdc\ufffd1m ');
  assert.equal(printable('one\r\ntwo\tthree'), 'one  two three');
});

test('scripts and emoji stay as they are', () => {
  for (const name of ['Clavinova ü 琴', 'کی\u200cبورد', '👩\u200d🎤'])
    assert.equal(printable(name), name);
});

test('JSON keeps what it says', () => {
  const value = { name: 'a\x7f\x9b31m\u202e\u{e0001}\n' };
  const json = printableJson(JSON.stringify(value, null, 2));
  assert.equal(json, '{\n  "name": "a\\u007f\\u009b31m\\u202e\\udb40\\udc01\\n"\n}');
  assert.deepEqual(JSON.parse(json), value);
});

test('property: what is printable stays, and nothing else is left', () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const shown = printable(text);
      assert.equal(printable(shown), shown);
      for (const character of shown) assert.ok(!isObeyed(character.codePointAt(0)!), shown);
      assert.equal(JSON.parse(printableJson(JSON.stringify(text))), text);
    }),
  );
});

test('text that is cut has no half of a character at its end', () => {
  assert.equal(cutText('ab🎹c', 3), 'ab');
  assert.equal(cutText('ab🎹c', 4), 'ab🎹');
  assert.equal(cutText('ab', 4), 'ab');
});
