/** Tests of splitting bytes into sysex messages: any bytes, nothing lost, nothing twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PROBLEMS_KEPT, SyxMessages } from '../../../../src/files/syx/syx-messages.js';
import { parseHex } from '../../../../src/midi/hex.js';

const split = (hex: string) => new SyxMessages(parseHex(hex));
const shown = (messages: SyxMessages) =>
  [...messages].map(({ offset, bytes }) => [offset, ...bytes]);

test('whole messages, one after the other', () => {
  const messages = split('F0 01 02 F7 F0 F7 F0 03 F7');
  assert.deepEqual(shown(messages), [
    [0, 0xf0, 1, 2, 0xf7],
    [4, 0xf0, 0xf7],
    [6, 0xf0, 3, 0xf7],
  ]);
  assert.equal(messages.count, 3);
  assert.equal(messages.sysexBytes, 9);
  assert.equal(messages.problemCount, 0);
});

test('realtime bytes inside and between messages are left out and counted', () => {
  const messages = split('FE F0 01 F8 02 F8 F7 FE F0 03 FF F7 F8');
  assert.deepEqual(shown(messages), [
    [1, 0xf0, 1, 2, 0xf7],
    [8, 0xf0, 3, 0xf7],
  ]);
  assert.equal(messages.realtimeBytes, 6);
  assert.equal(messages.problemCount, 0);
});

test('bytes outside F0…F7 are named by offset, in runs', () => {
  const messages = split('00 01 F0 01 F7 F7 90 40 F0 02 F7 05');
  assert.equal(messages.count, 2);
  assert.equal(messages.strayBytes, 6);
  assert.deepEqual(messages.problems, [
    { kind: 'stray', offset: 0, length: 2 },
    { kind: 'stray', offset: 5, length: 3 },
    { kind: 'stray', offset: 11, length: 1, byte: 5 },
  ]);
});

test('a message that another status breaks off is a problem, and the next one is whole', () => {
  const messages = split('F0 01 02 F0 03 F7 F0 04 90 05 F7');
  assert.deepEqual(shown(messages), [[3, 0xf0, 3, 0xf7]]);
  assert.deepEqual(messages.problems, [
    { kind: 'broken', offset: 0, length: 3, byte: 0xf0 },
    { kind: 'broken', offset: 6, length: 2, byte: 0x90 },
    { kind: 'stray', offset: 8, length: 3 },
  ]);
});

test('a cut-off last message is always among the problems that are kept', () => {
  const noise = '00 F0 F7 '.repeat(PROBLEMS_KEPT + 5);
  const messages = split(`${noise} F0 01 02`);
  assert.equal(messages.problemCount, PROBLEMS_KEPT + 6);
  assert.equal(messages.problems.length, PROBLEMS_KEPT);
  assert.deepEqual(messages.problems.at(-1), {
    kind: 'cut-off',
    offset: (PROBLEMS_KEPT + 5) * 3,
    length: 3,
  });
});

const midiByte = fc.oneof(
  fc.constantFrom(0xf0, 0xf7, 0xf0, 0xf7, 0xf8, 0xfe),
  fc.integer({ min: 0, max: 255 }),
);

test('property: of any bytes, each is in a message, a problem, or realtime', () => {
  fc.assert(
    fc.property(fc.array(midiByte, { maxLength: 60 }), (input) => {
      const messages = new SyxMessages(Uint8Array.from(input));
      let previousEnd = 0;
      for (const { offset, bytes } of messages) {
        assert.ok(offset >= previousEnd);
        assert.equal(input[offset], 0xf0);
        assert.equal(bytes[0], 0xf0);
        assert.equal(bytes.at(-1), 0xf7);
        assert.ok(bytes.subarray(1, -1).every((byte) => byte < 0x80));
        const end = input.indexOf(0xf7, offset) + 1;
        assert.deepEqual(
          [...bytes],
          input.slice(offset, end).filter((byte) => byte < 0xf8),
        );
        previousEnd = end;
      }
      const realtime = input.filter((byte) => byte >= 0xf8).length;
      assert.equal(messages.realtimeBytes, realtime);
      const lost = messages.problems
        .filter(({ kind }) => kind !== 'stray')
        .flatMap(({ offset, length }) => input.slice(offset, offset + length))
        .filter((byte) => byte < 0xf8).length;
      if (messages.problemCount > PROBLEMS_KEPT) return;
      assert.equal(messages.sysexBytes + messages.strayBytes + lost + realtime, input.length);
    }),
  );
});

test('property: messages put together with realtime between their bytes come out whole', () => {
  const message = fc.uint8Array({ max: 0x7f, maxLength: 40 }).map((body) => [0xf0, ...body, 0xf7]);
  fc.assert(
    fc.property(fc.array(message), fc.array(fc.nat({ max: 3 })), (sent, gaps) => {
      let index = 0;
      const input = sent.flat().flatMap((byte) => {
        const gap = gaps.length === 0 ? 0 : gaps[index++ % gaps.length];
        return [...new Array<number>(gap).fill(0xf8), byte];
      });
      const messages = new SyxMessages(Uint8Array.from(input));
      assert.deepEqual(
        [...messages].map(({ bytes }) => [...bytes]),
        sent,
      );
      assert.equal(messages.problemCount, 0);
    }),
  );
});
