/** The wire parser gives the same messages however the bytes are cut. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { WireParser, type WireVisitor } from '../../../src/driver/wire-parser.js';
import { hex } from '../../support/input-client.js';

/** What a parser finds, in words; the pieces of a sysex joined. */
function parse(...pieces: (readonly number[])[]): string[] {
  const parser = new WireParser();
  const found: string[] = [];
  let sysex: number[] = [];
  const visitor: WireVisitor = {
    onShortMessage: (packed) => found.push(`short ${packed.toString(16)}`),
    onInvalidBytes: (packed) => found.push(`invalid ${packed.toString(16)}`),
    onSysexBytes: (bytes) => sysex.push(...bytes),
    onSysexEnd: () => {
      found.push(`sysex ${hex(sysex)}`);
      sysex = [];
    },
    onSysexBroken: () => {
      found.push(`broken ${hex(sysex)}`);
      sysex = [];
    },
  };
  for (const piece of pieces) parser.feed(Uint8Array.from(piece), visitor);
  if (parser.inSysex) found.push(`open ${hex(sysex)}`);
  return found;
}

test('short messages of every length', () => {
  assert.deepEqual(parse([0x90, 0x3c, 0x40, 0xc1, 0x05, 0xf6, 0xf1, 0x11, 0xf2, 1, 2, 0xf3, 3]), [
    'short 403c90',
    'short 5c1',
    'short f6',
    'short 11f1',
    'short 201f2',
    'short 3f3',
  ]);
});

test('running status holds for channel messages, through realtime, and not through system messages', () => {
  assert.deepEqual(parse([0x90, 1, 2, 3, 0xf8, 4, 5, 6, 0xf1, 7, 8]), [
    'short 20190',
    'short f8',
    'short 40390',
    'short 60590',
    'short 7f1',
    'invalid 8',
  ]);
  assert.deepEqual(parse([0x90, 1, 2, 0xf0, 0xf7, 3]), ['short 20190', 'sysex f0 f7', 'invalid 3']);
});

test('realtime passes a sysex by', () => {
  assert.deepEqual(parse([0xf0, 1, 0xf8, 2, 0xfe, 0xf7]), [
    'short f8',
    'short fe',
    'sysex f0 01 02 f7',
  ]);
});

test('any other status byte breaks a sysex', () => {
  assert.deepEqual(parse([0xf0, 1, 0x90, 2, 3]), ['broken f0 01', 'short 30290']);
  assert.deepEqual(parse([0xf0, 1, 0xf0, 2, 0xf7]), ['broken f0 01', 'sysex f0 02 f7']);
  assert.deepEqual(parse([0xf0, 1, 0xf4, 2]), ['broken f0 01', 'invalid f4', 'invalid 2']);
});

test('what makes no message is told: data without status, F7 alone, a message cut short, undefined status', () => {
  assert.deepEqual(parse([5, 0xf7, 0x90, 1, 0x80, 1, 2, 0xf5]), [
    'invalid 5',
    'invalid f7',
    'invalid 190',
    'short 20180',
    'invalid f5',
  ]);
});

test('a sysex that has not ended stays open', () => {
  assert.deepEqual(parse([0xf0, 1], [2]), ['open f0 01 02']);
});

test('cutting changes nothing', () => {
  const someByte = fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 0, max: 0x7f }) },
    { weight: 1, arbitrary: fc.integer({ min: 0x80, max: 0xff }) },
    { weight: 1, arbitrary: fc.constantFrom(0xf0, 0xf7) },
  );
  fc.assert(
    fc.property(fc.array(someByte, { maxLength: 60 }), fc.array(fc.nat(59)), (bytes, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b)];
      const pieces = places.map((place, index) => bytes.slice(place, places[index + 1]));
      assert.deepEqual(parse(...pieces), parse(bytes));
    }),
  );
});
