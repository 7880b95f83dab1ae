/** What people type becomes a value in its bounds, or an error that says what would have been right. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Option } from 'commander';
import fc from 'fast-check';
import {
  decimal,
  nameInErrors,
  oneOf,
  parseChannels,
  parseDuration,
  parsePosition,
  parseTimeSignature,
  repeatable,
  wholeNumber,
} from '../../../../src/cli/options/option-values.js';
import { MidirecError } from '../../../../src/midi/errors.js';

test('times, from 1 ms to what a timer can wait', () => {
  for (const [text, ms] of [
    ['1ms', 1],
    ['500ms', 500],
    ['1.5s', 1500],
    ['0.001s', 1],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['596h', 596 * 3_600_000],
    ['2147483647ms', 0x7fff_ffff],
    ['1:30', 90_000],
    ['1:02:03.5', 3_723_500],
  ] as const) {
    assert.equal(parseDuration(text), ms, text);
  }
  for (const [text, message] of [
    ['0.9ms', /too short/],
    ['0s', /too short/],
    ['2147483648ms', /too long/],
    ['597h', /too long/],
    ['5', /has no unit/],
    ['soon', /is not a valid time/],
    ['-1s', /is not a valid time/],
    ['1:60', /is not a valid time/],
    ['0:00', /too short/],
  ] as const) {
    assert.throws(() => parseDuration(text), message, text);
  }
});

test('positions in a file', () => {
  for (const [text, ms] of [
    ['0s', 0],
    ['90s', 90_000],
    ['1.5m', 90_000],
    ['1:30', 90_000],
    ['1:02:03.5', 3_723_500],
    ['59:59', 3_599_000],
  ] as const) {
    assert.equal(parsePosition(text), ms, text);
  }
  for (const text of ['1:60', '1:60:00', '1:2', '90', 'x', '']) {
    assert.throws(() => parsePosition(text), /is not a position/, text);
  }
});

test('numbers, their bounds included', () => {
  assert.equal(wholeNumber(24, 99)('24'), 24);
  assert.equal(wholeNumber(24, 99)('99'), 99);
  for (const text of ['23', '100', '24.0', '-24', '']) {
    assert.throws(() => wholeNumber(24, 99)(text), /not a whole number from 24 to 99/, text);
  }
  assert.equal(decimal(0.5, 99.5, 1)('0.5'), 0.5);
  assert.equal(decimal(0.5, 99.5, 1)('99.5'), 99.5);
  for (const text of ['0.49', '99.51', '1e1', '.5', '']) {
    assert.throws(() => decimal(0.5, 99.5, 1)(text), /not a number from 0.5 to 99.5/, text);
  }
});

test('words, channels and time signatures', () => {
  assert.equal(oneOf(['a', 'b'])('b'), 'b');
  assert.equal(oneOf([0, 1])('0'), 0);
  assert.throws(() => oneOf([0, 1])('2'), /'2' is not one of 0, 1/);
  assert.equal(parseChannels('1'), 1);
  assert.equal(parseChannels('16'), 0x8000);
  assert.equal(parseChannels('1, 3-5,16'), 0x801d);
  assert.equal(parseChannels('1-16'), 0xffff);
  for (const text of ['0', '17', '5-3', '1,,2']) assert.throws(() => parseChannels(text));
  assert.deepEqual(parseTimeSignature('7/8'), { numerator: 7, denominator: 8 });
  assert.deepEqual(parseTimeSignature('99/64'), { numerator: 99, denominator: 64 });
  for (const text of ['0/4', '100/4', '4/3', '4/128']) {
    assert.throws(() => parseTimeSignature(text), /is not a time signature/, text);
  }
});

test('an option that is given more than once keeps all that it was given', () => {
  const parse = repeatable(wholeNumber(0, 9));
  assert.deepEqual(parse('2', parse('1', [])), [1, 2]);
});

test('an error begins with the name of its option, and so does an example', () => {
  const option = new Option('-b, --bpm <number>').argParser(decimal(4, 1000, 120));
  nameInErrors(option);
  assert.equal(option.parseArg?.('99.5', 120), 99.5);
  assert.throws(() => option.parseArg?.('fast', 120), {
    message: "--bpm: 'fast' is not a number from 4 to 1000",
    hint: 'for example --bpm 120',
    exitCode: 2,
  });
});

test('any text is a value or a usage error with a hint', () => {
  const parsers: ((text: string) => unknown)[] = [
    parseDuration,
    parsePosition,
    parseChannels,
    parseTimeSignature,
    decimal(4, 1000, 120),
    wholeNumber(1, 99),
  ];
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[-0-9.,/: msh]{0,8}$/),
    fc.double().map(String),
  );
  fc.assert(
    fc.property(fc.constantFrom(...parsers), texts, (parse, text) => {
      try {
        parse(text);
      } catch (error) {
        assert.ok(error instanceof MidirecError, String(error));
        assert.equal(error.exitCode, 2);
        assert.ok(error.hint);
      }
    }),
  );
});
