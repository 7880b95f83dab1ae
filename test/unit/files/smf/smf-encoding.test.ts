/** The SMF event encoder: each kind of event to the byte, and nothing lost whatever the order or size. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  encodeHeader,
  encodeTempo,
  encodeTimeSignature,
  encodeTrackHeader,
  MAX_VARIABLE_LENGTH,
  MetaType,
  TrackEncoder,
} from '../../../../src/files/smf/smf-encoding.js';
import { readSmf } from '../../../../src/files/smf/smf-reader.js';
import { PARSERS } from '../../../support/smf-parsers.js';

function encode(fill: (encoder: TrackEncoder) => void): string {
  const encoder = new TrackEncoder(1);
  fill(encoder);
  return Buffer.from(encoder.view()).toString('hex');
}

function fileOf(encoder: TrackEncoder): Uint8Array {
  encoder.addEndOfTrack(encoder.lastTick);
  const track = encoder.view();
  return Buffer.concat([encodeHeader(0, 1, 960), encodeTrackHeader(track.length), track]);
}

test('short messages carry their status byte, each with as many bytes as it has', () => {
  const bytes = encode((encoder) => {
    encoder.addShort(0, 0x40_3c_90);
    encoder.addShort(0x7f, 0x40_3c_90);
    encoder.addShort(0xff, 0x05_c1);
    encoder.addShort(0xff, 0x7f_00_e2);
  });
  assert.equal(bytes, '00903c40' + '7f903c40' + '8100c105' + '00e2007f');
});

test('what cannot be an event of an SMF is wrapped in an F7 escape', () => {
  const bytes = encode((encoder) => {
    encoder.addShort(0, 0xf8);
    encoder.addShort(0, 0x12_34_f2);
    encoder.addShort(0, 0x40_bc_90);
  });
  assert.equal(bytes, '00f701f8' + '00f703f23412' + '00f70390bc40');
});

test('what is no message is not written', () => {
  const bytes = encode((encoder) => {
    for (const status of [0, 0x7f, 0xf0, 0xf4, 0xf5, 0xf7]) encoder.addShort(5, status);
    encoder.addSysex(5, new Uint8Array(0));
  });
  assert.equal(bytes, '');
});

test('a broken sysex gets no byte that did not arrive', () => {
  const bytes = encode((encoder) => {
    encoder.addSysex(0, Uint8Array.of(0xf0, 0x7e, 0xf7));
    encoder.addSysex(0, Uint8Array.of(0xf0, 0x7e));
    encoder.addSysex(0, Uint8Array.of(0x7e, 0xf7));
    encoder.addSysex(0, Uint8Array.of(0xf0));
  });
  assert.equal(bytes, '00f0027ef7' + '00f0017e' + '00f7027ef7' + '00f000');
});

test('a sysex longer than a length field can say goes on in F7 packets', () => {
  const bytes = encode((encoder) => {
    encoder.addSysex(9, Uint8Array.of(0xf0, 1, 2, 3, 4, 0xf7), 2);
  });
  assert.equal(bytes, '09f0020102' + '00f7020304' + '00f701f7');
});

test('meta events', () => {
  const bytes = encode((encoder) => {
    encoder.addMeta(0, MetaType.TEMPO, encodeTempo(500_000));
    encoder.addMeta(0, MetaType.TIME_SIGNATURE, encodeTimeSignature(6, 8));
    encoder.addText(0, MetaType.TRACK_NAME, 'Flügel');
    encoder.addEndOfTrack(3);
  });
  assert.equal(
    bytes,
    '00ff510307a120' + '00ff580406030c08' + '00ff0307466cc3bc67656c' + '03ff2f00',
  );
});

test('ticks never decrease', () => {
  const encoder = new TrackEncoder();
  encoder.addShort(100, 0x05_c1);
  encoder.addShort(40, 0x06_c1);
  encoder.addShort(Number.NaN, 0x07_c1);
  encoder.addShort(101, 0x08_c1);
  const [track] = readSmf(fileOf(encoder)).tracks;
  assert.deepEqual(
    Array.from(track!.events, ({ tick }) => tick),
    [100, 100, 100, 101, 101],
  );
});

test('deltas and lengths take as few bytes as they can', () => {
  for (const [value, hex] of [
    [0x7f, '7f'],
    [0x80, '8100'],
    [0x3fff, 'ff7f'],
    [0x4000, '818000'],
    [0x1f_ffff, 'ffff7f'],
    [0x20_0000, '81808000'],
    [MAX_VARIABLE_LENGTH, 'ffffff7f'],
  ] as const) {
    assert.equal(
      encode((encoder) => encoder.addShort(value, 0x05_c1)),
      `${hex}c105`,
    );
    if (value === MAX_VARIABLE_LENGTH) continue;
    const text = encode((encoder) => encoder.addMeta(0, MetaType.TEXT, new Uint8Array(value)));
    assert.equal(text.slice(0, hex.length + 6), `00ff01${hex}`);
    assert.equal(text.length, hex.length + 6 + 2 * value);
  }
});

test('a delta larger than a variable-length quantity is bridged by empty texts', () => {
  const far = 3 * MAX_VARIABLE_LENGTH + 1;
  const encoder = new TrackEncoder(1);
  encoder.addShort(MAX_VARIABLE_LENGTH, 0x05_c1);
  encoder.addSysex(MAX_VARIABLE_LENGTH + far, Uint8Array.of(0xf0, ...new Uint8Array(500), 0xf7));
  const file = fileOf(encoder);
  const expected = [
    `${MAX_VARIABLE_LENGTH} c105`,
    `${2 * MAX_VARIABLE_LENGTH} ff01 `,
    `${3 * MAX_VARIABLE_LENGTH} ff01 `,
    `${4 * MAX_VARIABLE_LENGTH} ff01 `,
    `${4 * MAX_VARIABLE_LENGTH + 1} f0 ${'00'.repeat(500)}f7`,
    `${4 * MAX_VARIABLE_LENGTH + 1} ff2f `,
  ];
  for (const parse of PARSERS) assert.deepEqual(parse(file).tracks, [expected]);
});

test('a buffer handed out is not written to again', () => {
  const encoder = new TrackEncoder();
  encoder.addShort(10, 0x05_c1);
  const first = encoder.detach(new Uint8Array(2));
  encoder.addShort(30, 0x06_c1);
  assert.equal(Buffer.from(first).toString('hex'), '0ac105');
  assert.equal(Buffer.from(encoder.view()).toString('hex'), '14c106');
});

const channelMessage = fc
  .tuple(fc.integer({ min: 0x80, max: 0xef }), fc.nat(127), fc.nat(127))
  .map(([status, first, second]) => {
    const isPair = (status & 0xe0) === 0xc0;
    return status | (first << 8) | (isPair ? 0 : second << 16);
  });
const sysex = fc.uint8Array({ max: 127, maxLength: 300 });
const delta = fc.oneof(fc.nat(300), fc.nat(0x20_0000), fc.nat(3 * MAX_VARIABLE_LENGTH));

test('three readers read what was encoded', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(delta, fc.oneof(channelMessage, sysex))), (events) => {
      const encoder = new TrackEncoder(1);
      const expected: string[] = [];
      let tick = 0;
      for (const [step, event] of events) {
        tick += step;
        if (typeof event === 'number') {
          encoder.addShort(tick, event);
          const isPair = (event & 0xe0) === 0xc0;
          const bytes = [event & 0xff, (event >> 8) & 0xff, event >> 16];
          const hex = Buffer.from(isPair ? bytes.slice(0, 2) : bytes).toString('hex');
          expected.push(`${tick} ${hex}`);
        } else {
          encoder.addSysex(tick, Uint8Array.of(0xf0, ...event, 0xf7));
          expected.push(`${tick} f0 ${Buffer.from(event).toString('hex')}f7`);
        }
      }
      const file = fileOf(encoder);
      for (const parse of PARSERS) {
        const [lines] = parse(file).tracks;
        const read = lines!.filter((line) => !line.endsWith('ff01 ') && !line.endsWith('ff2f '));
        assert.deepEqual(read, expected);
      }
    }),
    { numRuns: 200 },
  );
});
