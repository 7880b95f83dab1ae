/** What is said of JSON that is none, on every Node.js the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '../../../../src/midi/bytes/json-text.js';

test('the line that is wrong is named, and no text of the engine, nor of the file', () => {
  assert.deepEqual(parseJson('{"a": [1]}'), { a: [1] });
  for (const [text, message] of [
    [`{\n"a": 1,\nb${' '.repeat(80)}}`, /^not JSON: line 3 is wrong$/],
    ['{"a": [', /^not JSON: it ends too early$/],
    ['', /^not JSON: it ends too early$/],
    ['\xf0\x7e\x7f\xf7', /^not JSON(: line 1 is wrong)?$/],
  ] as const) {
    assert.throws(() => parseJson(text), { code: 'BAD_FILE', message });
  }
});
