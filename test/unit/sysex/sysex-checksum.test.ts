/** Tests of the checksums: each format right and wrong, and silence where nothing is certain. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseHex } from '../../../src/midi/hex.js';
import { verifyChecksum } from '../../../src/sysex/sysex-identification.js';

const data = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length, max: 0x7f }).map((bytes) => [...bytes]);

function negativeSum(bytes: readonly number[]): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0x7f;
}

function xor(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte) => sum ^ byte, 0);
}

/** Checks that `head body checksum F7` is right, and wrong as soon as the checksum is another one. */
function assertBoth(head: readonly number[], body: readonly number[], checksum: number): void {
  const message = (sum: number) => Uint8Array.of(...head, ...body, sum, 0xf7);
  assert.equal(verifyChecksum(message(checksum)), 'right');
  assert.equal(verifyChecksum(message(checksum ^ 0x15)), 'wrong');
}

test('Roland: the GS reset of every manual is right', () => {
  assert.equal(verifyChecksum(parseHex('F0 41 10 42 12 40 00 7F 00 41 F7')), 'right');
  assert.equal(verifyChecksum(parseHex('F0 41 10 42 12 40 00 7F 00 42 F7')), 'wrong');
});

test('property: Roland, for model ids of 1 to 4 bytes and every command with an address', () => {
  fc.assert(
    fc.property(
      fc.constantFrom([0x14], [0x00, 0x10], [0x00, 0x00, 0x64], [0x00, 0x00, 0x00, 0x33]),
      fc.constantFrom(0x11, 0x12, 0x40, 0x41, 0x42),
      fc.constantFrom(0x00, 0x10, 0x1f, 0x7f),
      fc.integer({ min: 4, max: 300 }).chain(data),
      (model, command, device, body) => {
        assertBoth([0xf0, 0x41, device, ...model, command], body, negativeSum(body));
      },
    ),
  );
});

for (const [name, hex] of [
  ['a Juno-106 patch, which has an opcode for a device', 'F0 41 30 01 12 01 02 03 04 05 06 F7'],
  ['a command without address', 'F0 41 10 42 43 F7'],
  ['an unknown command', 'F0 41 10 42 15 40 00 7F 00 00 F7'],
  ['a body too short for an address', 'F0 41 10 42 12 00 01 F7'],
  ['a model id that never ends', 'F0 41 10 00 00 00 00 00 12 01 02 03 04 F7'],
  ['a message that ends in the head', 'F0 41 10 F7'],
] as const) {
  test(`Roland: unknown for ${name}`, () => {
    assert.equal(verifyChecksum(parseHex(hex)), 'unknown');
  });
}

for (const [format, size] of [
  [0x00, 155],
  [0x03, 93],
  [0x04, 4096],
  [0x05, 49],
  [0x06, 1120],
  [0x09, 4096],
]) {
  test(`Yamaha: bulk format ${format}, ${size} bytes`, () => {
    const body = Array.from({ length: size }, (_, index) => (index * 7) & 0x7f);
    const head = [0xf0, 0x43, 0x01, format, size >> 7, size & 0x7f];
    assertBoth(head, body, negativeSum(body));
    const short = Uint8Array.of(...head, ...body.slice(1), negativeSum(body), 0xf7);
    assert.equal(verifyChecksum(short), 'unknown');
  });
}

const CLASSIFICATION = [...'LM  8101VC'].map((character) => character.charCodeAt(0));

test('property: Yamaha universal bulk dump, with one block and with several', () => {
  const block = (body: readonly number[]) => {
    const counted = [...CLASSIFICATION, ...body];
    return [counted.length >> 7, counted.length & 0x7f, ...counted, negativeSum(counted)];
  };
  fc.assert(
    fc.property(
      fc.constantFrom(0x7a, 0x7e),
      fc.array(data(40), { minLength: 1, maxLength: 5 }),
      (format, bodies) => {
        const blocks = bodies.flatMap(block);
        const head = [0xf0, 0x43, 0x00, format];
        assert.equal(verifyChecksum(Uint8Array.of(...head, ...blocks, 0xf7)), 'right');
        const broken = blocks.slice();
        broken[14] ^= 0x10;
        const answer = verifyChecksum(Uint8Array.of(...head, ...broken, 0xf7));
        assert.equal(answer, 'wrong');
        const cut = Uint8Array.of(...head, ...blocks.slice(0, -1), 0xf7);
        assert.equal(verifyChecksum(cut), 'unknown');
      },
    ),
  );
});

test('property: Yamaha XG bulk dump sums count, address and data', () => {
  fc.assert(
    fc.property(data(3), fc.integer({ min: 1, max: 300 }).chain(data), (address, body) => {
      const rest = [body.length >> 7, body.length & 0x7f, ...address, ...body];
      assertBoth([0xf0, 0x43, 0x00, 0x4c], rest, negativeSum(rest));
    }),
  );
});

test('Yamaha: other models with count and address are right or unknown, never wrong', () => {
  const rest = [0x00, 0x03, 0x10, 0x20, 0x30, 1, 2, 3];
  const message = (sum: number) => Uint8Array.of(0xf0, 0x43, 0x00, 0x5e, ...rest, sum, 0xf7);
  assert.equal(verifyChecksum(message(negativeSum(rest))), 'right');
  assert.equal(verifyChecksum(message(negativeSum(rest.slice(2)))), 'right');
  assert.equal(verifyChecksum(message(negativeSum(rest) ^ 0x20)), 'unknown');
});

test('Yamaha: parameter changes and requests have no checksum', () => {
  assert.equal(verifyChecksum(parseHex('F0 43 10 4C 00 00 7E 00 F7')), 'unknown');
  assert.equal(verifyChecksum(parseHex('F0 43 20 00 F7')), 'unknown');
});

test('property: the dumps of the MIDI specification have the exclusive-or', () => {
  const formats: readonly [head: number[], size: number][] = [
    [[0x7e, 0x00, 0x02, 0x05], 120],
    [[0x7e, 0x10, 0x07, 0x02, 0x01, 0x7f], 128],
    [[0x7e, 0x10, 0x07, 0x02, 0x01, 0x00], 1],
    [[0x7e, 0x00, 0x08, 0x04, 0x00, 0x01], 16 + 384],
    [[0x7e, 0x00, 0x08, 0x05, 0x00, 0x01], 16 + 12],
    [[0x7e, 0x00, 0x08, 0x06, 0x00, 0x01], 16 + 24],
  ];
  fc.assert(
    fc.property(
      fc
        .constantFrom(...formats)
        .chain(([head, size]) => data(size).map((body) => ({ head, body }))),
      ({ head, body }) => assertBoth([0xf0, ...head], body, xor([...head, ...body])),
    ),
  );
});

test('the old tuning dump is right or unknown, since makers differ', () => {
  const body = [0x7e, 0x00, 0x08, 0x01, 0x05, ...new Array<number>(400).fill(3)];
  const message = (sum: number) => Uint8Array.of(0xf0, ...body, sum, 0xf7);
  assert.equal(verifyChecksum(message(xor(body))), 'right');
  assert.equal(verifyChecksum(message(xor(body) ^ 1)), 'unknown');
});

test('universal messages of another length are unknown', () => {
  assert.equal(verifyChecksum(parseHex('F0 7E 00 02 05 00 00 F7')), 'unknown');
  assert.equal(verifyChecksum(parseHex('F0 7E 00 06 01 F7')), 'unknown');
});

test('property: any bytes have an answer; broken messages are unknown', () => {
  fc.assert(
    fc.property(fc.constantFrom(0x41, 0x43, 0x7d, 0x7e, 0x10), fc.uint8Array(), (id, rest) => {
      const bytes = Uint8Array.of(0xf0, id, ...rest);
      const answer = verifyChecksum(bytes);
      if (bytes.at(-1) !== 0xf7 || rest.slice(0, -1).some((byte) => byte > 0x7f)) {
        assert.equal(answer, 'unknown');
      }
    }),
  );
});
