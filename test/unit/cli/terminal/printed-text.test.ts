/** What leaves midirec: its own colours, and no escape sequence of anybody else. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import {
  asJson,
  asPrinted,
  NO_COLORS,
  printedColors,
} from '../../../../src/cli/terminal/printed-text.js';

const EVIL = 'a\u001b]0;title\u0007\u001b[2J\u001b[31m\u009b31m\u0085\nb';
const HARMLESS = 'a\ufffd]0;title\ufffd\ufffd[2J\ufffd[31m\ufffd31m\ufffd b';
const chalk = printedColors(new Chalk({ level: 1 }));

test('without colours the same text as from a chalk that is switched off', () => {
  const off = new Chalk({ level: 0 });
  for (const plain of [off, NO_COLORS]) {
    assert.equal(plain.level, 0);
    assert.equal(plain.red('text'), 'text');
    assert.equal(plain.red.bold.bgCyan('two', 'texts'), 'two texts');
  }
});

test('escape sequences of others are gone, whether or not midirec gives colours', () => {
  assert.equal(asPrinted(EVIL), HARMLESS);
  assert.equal(asPrinted(chalk.dim(EVIL)), `\u001b[2m${HARMLESS}\u001b[22m`);
  assert.equal(
    asPrinted(`${chalk.red.bold('x')} ${EVIL}`),
    `\u001b[31m\u001b[1mx\u001b[22m\u001b[39m ${HARMLESS}`,
  );
});

test('colours have the level of chalk; what is painted is no escape sequence yet', () => {
  assert.equal(chalk.level, 1);
  assert.ok(!chalk.red('x').includes('\u001b'));
});

test('JSON says it with escapes', () => {
  const json = asJson({ name: EVIL }, 2);
  assert.equal(asPrinted(json.replaceAll('\n', '')), json.replaceAll('\n', ''));
  assert.equal(JSON.parse(json).name, EVIL);
});
