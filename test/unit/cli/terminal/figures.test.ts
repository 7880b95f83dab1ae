/** Numbers as people read them: the turning points of each notation. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatBytes,
  formatCount,
  formatCounted,
  formatTime,
} from '../../../../src/cli/terminal/figures.js';

test('digits are grouped in threes', () => {
  assert.deepEqual([0, 999, 1000, 300_000, 67_108_864].map(formatCount), [
    '0',
    '999',
    '1,000',
    '300,000',
    '67,108,864',
  ]);
});

test('one is singular, all else is plural', () => {
  assert.deepEqual(
    [0, 1, 2, 1234].map((count) => formatCounted(count, 'note')),
    ['0 notes', '1 note', '2 notes', '1,234 notes'],
  );
  assert.equal(formatCounted(2, 'sysex', 'sysex'), '2 sysex');
});

test('bytes are told one by one, and in units from ten thousand on', () => {
  const sizes = [1, 999, 4104, 9999, 10_000, 1_234_567, 3_000_000_000];
  assert.deepEqual(sizes.map(formatBytes), [
    '1 byte',
    '999 bytes',
    '4,104 bytes',
    '9,999 bytes',
    '10.0 kB',
    '1.2 MB',
    '3.0 GB',
  ]);
});

test('times: seconds below a minute, then as on a clock, rounded before that is decided', () => {
  const times = [-1, 40, 1900, 59_940, 59_960, 62_499, 3_599_600, 3_723_000, 90_000_000];
  assert.deepEqual(
    times.map((ms) => formatTime(ms)),
    ['0.0 s', '0.0 s', '1.9 s', '59.9 s', '1:00', '1:02', '1:00:00', '1:02:03', '25:00:00'],
  );
  assert.deepEqual(
    [1234, 59_999.4, 59_999.6, 62_234].map((ms) => formatTime(ms, 3)),
    ['1.234 s', '59.999 s', '1:00.000', '1:02.234'],
  );
  assert.deepEqual(
    [400, 5000, 59_600].map((ms) => formatTime(ms, 0)),
    ['0 s', '5 s', '1:00'],
  );
});
