/** NDJSON: every line is one JSON object that says exactly what the event was. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { encodeLine, encodeMessages } from '../../../../src/cli/capturing/ndjson.js';
import { EventBatch } from '../../../../src/midi/event-batch.js';
import { batchOf } from '../../../support/smf-takes.js';

function parseLines(text: string): unknown[] {
  assert.ok(text.endsWith('\n'));
  return text
    .slice(0, -1)
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('short messages have as many bytes as their status says', () => {
  const text = encodeMessages(batchOf([1.2341, '903c40'], [2, 'c105', 3], [3.0004, 'f8']));
  assert.equal(
    text,
    '{"type":"message","timeMs":1.234,"bytes":"90 3c 40","device":0}\n' +
      '{"type":"message","timeMs":2,"bytes":"c1 05","device":3}\n' +
      '{"type":"message","timeMs":3,"bytes":"f8","device":0}\n',
  );
});

test('sysex, broken sysex and markers', () => {
  const batch = batchOf([1, 'f07e7f0601f7'], [2, '!f07e'], [3, '!'], [4, '#"quoted"\nSaite ♯', 1]);
  assert.deepEqual(parseLines(encodeMessages(batch)), [
    { type: 'message', timeMs: 1, bytes: 'f0 7e 7f 06 01 f7', device: 0 },
    { type: 'message', timeMs: 2, bytes: 'f0 7e', device: 0, incomplete: true },
    { type: 'message', timeMs: 3, bytes: '', device: 0, incomplete: true },
    { type: 'marker', timeMs: 4, text: '"quoted"\nSaite ♯', device: 1 },
  ]);
});

test('a sysex of 300,000 bytes', () => {
  const payload = Buffer.alloc(300_000, 0x5a);
  const [line] = parseLines(encodeMessages(batchOf([0, `!${payload.toString('hex')}`])));
  const { bytes } = line as { bytes: string };
  assert.ok(Buffer.from(bytes.replaceAll(' ', ''), 'hex').equals(payload));
});

test('begin and end carry their fields, an empty batch no line, a bad time is null', () => {
  assert.deepEqual(parseLines(encodeLine('begin', { backend: 'embedded' })), [
    { type: 'begin', backend: 'embedded' },
  ]);
  assert.deepEqual(parseLines(encodeLine('end', { messages: 3 })), [{ type: 'end', messages: 3 }]);
  assert.equal(encodeMessages(new EventBatch()), '');
  assert.match(encodeMessages(batchOf([Number.NaN, 'f8'])), /"timeMs":null/);
});
