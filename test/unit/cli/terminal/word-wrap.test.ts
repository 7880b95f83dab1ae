/** Long lines, broken between words at every width, with nothing lost. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import fc from 'fast-check';
import stringWidth from 'string-width';
import { wrapWords } from '../../../../src/cli/terminal/word-wrap.js';

const words = (line: string) => line.split(/ +/).filter(Boolean);

test('what fits stays as it is, spaces included', () => {
  assert.deepEqual(wrapWords('  a   b', 7), ['  a   b']);
  assert.deepEqual(wrapWords('', 20), ['']);
});

test('what does not fit goes on further in', () => {
  assert.deepEqual(wrapWords('120 bpm, 4/4, sounds like 119 beats a minute', 20), [
    '120 bpm, 4/4, sounds',
    '  like 119 beats a',
    '  minute',
  ]);
  assert.deepEqual(wrapWords('  warning: Universal master', 20), [
    '  warning: Universal',
    '    master',
  ]);
});

test('below each other in a table, however wide its numbers and times', () => {
  for (const number of [' #', ' 9', '10', '\u001b[2m10\u001b[22m']) {
    assert.deepEqual(wrapWords(`${number}  0005bb  163  DX7`, 16), [
      `${number}  0005bb  163`,
      '    DX7',
    ]);
  }
  for (const time of [' 0.0 s', '  1:02', '12.5 s']) {
    assert.deepEqual(wrapWords(`${time}  sysex: Universal master`, 20)[1], '        Universal');
  }
});

test('a word that is too long stands alone, whole', () => {
  const path = '/a/very/long/path/to/a/take.mid';
  assert.deepEqual(wrapWords(`drawn in ${path} now`, 20), ['drawn in', `  ${path}`, '  now']);
  assert.deepEqual(wrapWords(path, 20), [path]);
});

test('colours take no room', () => {
  const line = '\u001b[33mwarning:\u001b[39m one two';
  assert.deepEqual(wrapWords(line, 16), [line]);
  assert.deepEqual(wrapWords(line, 15), ['\u001b[33mwarning:\u001b[39m one', '  two']);
});

test('characters of two columns and of none', () => {
  assert.deepEqual(wrapWords('鍵盤 鍵盤 鍵盤', 14), ['鍵盤 鍵盤 鍵盤']);
  assert.deepEqual(wrapWords('鍵盤 鍵盤 鍵盤', 13), ['鍵盤 鍵盤', '  鍵盤']);
  assert.deepEqual(wrapWords('e\u0301e\u0301 e\u0301', 4), ['e\u0301e\u0301 e\u0301']);
});

test('property: no line is too wide unless it is one word, and no word is lost or broken', () => {
  const text = fc.array(
    fc.constantFrom('a', 'note', '1,234', '鍵盤', '  ', '\u001b[31mred\u001b[39m'),
  );
  fc.assert(
    fc.property(text, fc.integer({ min: 1, max: 60 }), (parts, columns) => {
      const line = parts.join(' ');
      const lines = wrapWords(line, columns);
      assert.deepEqual(lines.flatMap(words), words(line));
      for (const each of lines) {
        const width = stringWidth(stripVTControlCharacters(each));
        assert.ok(width <= columns || words(each).length <= 1, `${width}: ${each}`);
      }
    }),
  );
});
