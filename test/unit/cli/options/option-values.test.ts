import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  parseBpm,
  parseBuffers,
  parseChannels,
  parseDuration,
  parseTimeSignature,
  parseWhole,
} from '../../../../src/cli/options/option-values.js';
import { MidirecError } from '../../../../src/midi/errors.js';

test('times', () => {
  assert.equal(parseDuration('--x', '500ms'), 500);
  assert.equal(parseDuration('--x', '1.5s'), 1500);
  assert.equal(parseDuration('--x', '2m'), 120_000);
  assert.equal(parseDuration('--x', '1h'), 3_600_000);
});

test('channels', () => {
  assert.equal(parseChannels('--x', '1'), 1);
  assert.equal(parseChannels('--x', '16'), 0x8000);
  assert.equal(parseChannels('--x', '1, 3-5,16'), 0x801d);
  assert.equal(parseChannels('--x', '1-16'), 0xffff);
});

test('time signatures, tempo, whole numbers, buffers', () => {
  assert.deepEqual(parseTimeSignature('--x', '7/8'), { numerator: 7, denominator: 8 });
  assert.equal(parseBpm('--x', '99.5'), 99.5);
  assert.equal(parseWhole('--x', '24', 24, 32_767), 24);
  assert.deepEqual(parseBuffers('2', '16'), { buffers: 2, bufferSize: 16 });
  assert.deepEqual(parseBuffers('16384', '4096'), { buffers: 16_384, bufferSize: 4096 });
});

test('any text is a value or a usage error with a hint', () => {
  const parsers: ((text: string) => unknown)[] = [
    (text) => parseDuration('--x', text),
    (text) => parseChannels('--x', text),
    (text) => parseTimeSignature('--x', text),
    (text) => parseBpm('--x', text),
    (text) => parseWhole('--x', text, 1, 99),
    (text) => parseBuffers(text, '4096'),
  ];
  const texts = fc.oneof(
    fc.string(),
    fc.stringMatching(/^[-0-9.,/ msh]{0,8}$/),
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
