/** Where no colours are wanted, text stays as it is, whatever style it is asked for in. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chalk } from 'chalk';
import { NO_COLORS } from '../../../../src/cli/terminal/no-colors.js';

test('the same text as from a chalk that is switched off', () => {
  const off = new Chalk({ level: 0 });
  for (const chalk of [off, NO_COLORS]) {
    assert.equal(chalk.level, 0);
    assert.equal(chalk.red('text'), 'text');
    assert.equal(chalk.red.bold.bgCyan('two', 'texts'), 'two texts');
  }
});
