/** Text becomes mdoc that means the same, whatever characters and words are in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  escapeArguments,
  renderBlock,
  renderText,
} from '../../../../src/cli/manual/manual-roff.js';

const CASES: [what: string, text: string, lines: string[]][] = [
  ['a sentence a line', 'One. Two? Three.', ['One.', 'Two?', 'Three.']],
  ['an option', 'with `--until-idle` too', ['with', '.Fl \\-until\\-idle', 'too']],
  ['a short option with a value', '`-d input`', ['.Fl d Ar input']],
  ['punctuation around it', '(`--force`), so', ['.Fl ( \\-force ) ,', 'so']],
  ['a variable', '`NO_COLOR`.', ['.Ev NO_COLOR .']],
  ['a file', '`take.mid`', ['.Pa take.mid']],
  ['a page', 'see `jq(1)`.', ['see', '.Xr jq 1 .']],
  ['words that are macros, and a pipe', '`Pp | No`', ['.Ql \\&Pp \\&| \\&No']],
  ['a backslash', 'C:\\take', ['C:\\etake']],
  ['a point at the beginning', '.syx files', ['\\&.syx files']],
  ['letters beyond ASCII', 'naïve …', ['na\\[u00EF]ve ...']],
];

for (const [what, text, lines] of CASES) {
  test(what, () => assert.deepEqual(renderText(text), lines));
}

test('long text is broken before 80 bytes, and nothing is lost', () => {
  const words = Array.from({ length: 100 }, (_, index) => `word${index}`);
  const lines = renderText(words.join(' '));
  assert.ok(lines.every((line) => line.length < 80));
  assert.deepEqual(lines.join(' ').split(' '), words);
});

test('code keeps its characters: a shell reads them again', () => {
  const block = { kind: 'code', lines: ["jq -r '.a' | ./x ~", '.dot'] } as const;
  assert.deepEqual(renderBlock(block), [
    '.Bd -literal -offset indent',
    'jq \\-r \\(aq.a\\(aq | ./x \\(ti',
    '\\&.dot',
    '.Ed',
  ]);
});

test('a mark in the middle of a word is a mistake of the writer', () => {
  assert.throws(() => renderText('pre`--force`'), /not punctuation/);
});

test('quotes in arguments stay quotes', () => {
  assert.equal(escapeArguments('say "hi"'), 'say \\(dqhi\\(dq');
});
