/** The byte-stream parser: each message as it should be, and the same messages however the bytes are cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  ByteStreamParser,
  type ByteStreamVisitor,
  SysexJoiner,
} from '../../../src/midi/byte-stream-parser.js';
import { runs } from '../../support/long-tests.js';

/** Writes down what it is told: short messages in hex, sysex whole, with a mark if something is missing. */
class Notes implements ByteStreamVisitor {
  readonly lines: string[] = [];
  readonly #joiner = new SysexJoiner();

  onShort(packed: number, length: number): void {
    this.lines.push(hexOf(packed, length));
  }

  onSysexBytes(bytes: Uint8Array): void {
    assert.ok(bytes.length > 0);
    this.#joiner.append(bytes);
  }

  onSysexEnd(isComplete: boolean): void {
    const hex = Buffer.from(this.#joiner.take()).toString('hex');
    this.lines.push(isComplete ? hex : `broken ${hex}`);
  }

  onInvalid(packed: number, length: number): void {
    this.lines.push(`invalid ${hexOf(packed, length)}`);
  }
}

function hexOf(packed: number, length: number): string {
  const bytes = Uint8Array.of(packed, packed >>> 8, packed >>> 16, packed >>> 24);
  assert.ok(bytes.subarray(length).every((byte) => byte === 0));
  return Buffer.from(bytes.subarray(0, length)).toString('hex');
}

function parse(pieces: Uint8Array[], hasRunningStatus = true): string[] {
  const parser = new ByteStreamParser(hasRunningStatus);
  const notes = new Notes();
  for (const piece of pieces) parser.feed(piece, notes);
  parser.breakOff(notes);
  assert.equal(parser.inSysex, false);
  return notes.lines;
}

function parseHex(hex: string, hasRunningStatus = true): string[] {
  return parse([Buffer.from(hex.replaceAll(' ', ''), 'hex')], hasRunningStatus);
}

const CASES: [what: string, bytes: string, lines: string[]][] = [
  ['messages of each length', '903c40 c105 f21234 f6 f8', ['903c40', 'c105', 'f21234', 'f6', 'f8']],
  ['running status', '903c40 3e41 4042', ['903c40', '903e41', '904042']],
  ['realtime inside a running message', '903c f8 40 3e fe 41', ['f8', '903c40', 'fe', '903e41']],
  ['realtime inside sysex', 'f07e f8 7f f7', ['f8', 'f07e7ff7']],
  ['sysex one after the other', 'f001f7 f002f7 f0f7', ['f001f7', 'f002f7', 'f0f7']],
  ['a sysex broken by a note', 'f07e 903c40', ['broken f07e', '903c40']],
  ['a sysex broken by a sysex', 'f07e f07ff7', ['broken f07e', 'f07ff7']],
  [
    'a sysex broken by an undefined status',
    'f07e f4 12',
    ['broken f07e', 'invalid f4', 'broken 12'],
  ],
  ['a sysex broken by the end', 'f07e', ['broken f07e']],
  ['F7 alone', 'f7 903c40', ['invalid f7', '903c40']],
  ['data without a status', '0102 903c40', ['broken 0102', '903c40']],
  ['a sysex without its beginning', '0102f7 f001f7', ['broken 0102f7', 'f001f7']],
  ['sysex ends running status', '903c40 f001f7 3e41', ['903c40', 'f001f7', 'broken 3e41']],
  ['system common ends running status', '903c40 f6 3e41', ['903c40', 'f6', 'broken 3e41']],
  ['system common does not run', 'f31234', ['f312', 'broken 34']],
  ['realtime does not end running status', '903c40 f8 3e41', ['903c40', 'f8', '903e41']],
  ['undefined realtime passes', 'f9 fd', ['f9', 'fd']],
  ['undefined F5 ends running status', '903c40 f5 3e', ['903c40', 'invalid f5', 'broken 3e']],
  ['a short message cut by another', '903c b00740', ['invalid 903c', 'b00740']],
  ['a short message cut by F7', '90 f7', ['invalid 90', 'invalid f7']],
  ['a short message cut by the end', '903c40 3e', ['903c40', 'invalid 903e']],
];

for (const [what, bytes, lines] of CASES) {
  test(what, () => assert.deepEqual(parseHex(bytes), lines));
}

test('without running status, data after a whole message is a sysex without its beginning', () => {
  assert.deepEqual(parseHex('903c40 3e41f7 f8', false), ['903c40', 'broken 3e41f7', 'f8']);
});

test('a reset forgets without a word', () => {
  const parser = new ByteStreamParser(true);
  const notes = new Notes();
  parser.feed(Uint8Array.of(0x90, 0x3c), notes);
  parser.reset();
  parser.feed(Uint8Array.of(0x40, 0xf7, 0xf8), notes);
  assert.deepEqual(notes.lines, ['broken 40f7', 'f8']);
});

/** Bytes in which every kind of message, and of break, is likely. */
const streamByte = fc.oneof(
  { weight: 4, arbitrary: fc.nat(0x7f) },
  { weight: 2, arbitrary: fc.integer({ min: 0x80, max: 0xef }) },
  { weight: 3, arbitrary: fc.integer({ min: 0xf0, max: 0xff }) },
);

function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const borders = [0, ...places.map((place) => place % (bytes.length + 1)), bytes.length];
  borders.sort((a, b) => a - b);
  return borders.slice(1).map((border, index) => bytes.subarray(borders[index], border));
}

test('the same messages however the bytes are cut', () => {
  fc.assert(
    fc.property(
      fc.array(streamByte, { maxLength: 80 }),
      fc.array(fc.nat(1000), { maxLength: 40 }),
      fc.boolean(),
      (stream, places, hasRunningStatus) => {
        const bytes = Uint8Array.from(stream);
        const whole = parse([bytes], hasRunningStatus);
        assert.deepEqual(parse(cut(bytes, places), hasRunningStatus), whole);
        const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
        assert.deepEqual(parse(single, hasRunningStatus), whole);
      },
    ),
    { numRuns: runs(1000) },
  );
});

test('without running status no byte is lost or invented', () => {
  fc.assert(
    fc.property(fc.array(streamByte, { maxLength: 80 }), (stream) => {
      const told = parse([Uint8Array.from(stream)], false).map((line) => line.replace(/^\w+ /, ''));
      const bytes = [...Buffer.from(told.join(''), 'hex')];
      assert.deepEqual(bytes.sort(), stream.sort());
    }),
  );
});

test('a message handed over is not written to again', () => {
  for (const length of [10, 3000, 2_000_000]) {
    const joiner = new SysexJoiner();
    joiner.append(new Uint8Array(length).fill(1));
    const message = joiner.take();
    joiner.append(new Uint8Array(length).fill(2));
    assert.equal(message.length, length);
    assert.ok(message.every((byte) => byte === 1));
    assert.equal(joiner.length, length);
  }
});
