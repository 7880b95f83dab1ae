/** The time line of a file: tempo changes, SMPTE, patterns, sysex in packets, any bytes at all. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { encodeHeader, encodeTrackHeader } from '../../../../src/files/smf/smf-encoding.js';
import { readSmf } from '../../../../src/files/smf/smf-reader.js';

import { decodeSmfText } from '../../../../src/files/smf/smf-texts.js';
import { readTimeline, usualBpm } from '../../../../src/files/smf/smf-timeline.js';
import { MidirecError } from '../../../../src/midi/errors.js';
import { EventKind } from '../../../../src/midi/event-batch.js';
import { runs } from '../../../support/long-tests.js';
import { wholeTimeline } from '../../../support/whole-timeline.js';

const END = '00 ff2f00';
const F7 = Uint8Array.of(0xf7);

/** A file of the given tracks, each hex; 480 ticks a quarter note. */
function file(tracks: string[], format = tracks.length > 1 ? 1 : 0, ppq = 480): Buffer {
  const chunks = tracks.map((hex) => {
    const bytes = Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
    return Buffer.concat([encodeTrackHeader(bytes.length), bytes]);
  });
  return Buffer.concat([encodeHeader(format, tracks.length, ppq), ...chunks]);
}

function timelineOf(tracks: string[], format?: number, ppq?: number) {
  return wholeTimeline(readSmf(file(tracks, format, ppq)));
}

/** Rows as `time device bytes`. */
function rowsOf({ events }: ReturnType<typeof timelineOf>): string[] {
  return Array.from({ length: events.count }, (_, row) => {
    const kind = events.kind[row]!;
    const bytes =
      kind === EventKind.SHORT
        ? events.packed[row]!.toString(16)
        : `${['', '', '!', '#'][kind]}${Buffer.from(events.payload[row]!).toString('hex')}`;
    return `${events.timeMs[row]} ${events.device[row]} ${bytes}`;
  });
}

test('tempo changes of one track hold for the others', () => {
  const timeline = timelineOf([
    // 120 bpm, after two beats 60 bpm, after another two 240 bpm.
    `00 ff580406021808 8740 ff51030f4240 8740 ff510303d090 ${END}`,
    `00 ff0303 c3a96c 00 903c40 8740 803c00 8360 903e40 8360 803e00 8740 904040 ${END}`,
  ]);
  assert.deepEqual(rowsOf(timeline), [
    '0 1 403c90',
    '1000 1 3c80',
    '2000 1 403e90',
    '3000 1 3e80',
    '3500 1 404090',
  ]);
  assert.deepEqual(timeline.tempos, [
    { timeMs: 0, bpm: 120 },
    { timeMs: 1000, bpm: 60 },
    { timeMs: 3000, bpm: 240 },
  ]);
  assert.deepEqual(timeline.timeSignature, { numerator: 6, denominator: 4 });
  assert.deepEqual(timeline.trackNames, ['', 'él']);
  assert.equal(timeline.endMs, 3500);
});

test('the time signature is the one that holds longest: the first may be that of a pickup', () => {
  const smf = [`00 ff580401021808 8360 ff580403021808 9d00 ff580404021808 8360 ff2f00`];
  assert.deepEqual(timelineOf(smf).timeSignature, { numerator: 3, denominator: 4 });
});

test('without a tempo it is 120; of two at one tick the last holds; nonsense is passed over', () => {
  const plain = timelineOf([`8360 903c40 ${END}`]);
  assert.deepEqual(plain.tempos, []);
  assert.deepEqual(rowsOf(plain), ['500 0 403c90']);
  const two = timelineOf([
    `00 ff51030f4240 00 ff51030927c0 00 ff5103000000 00 ff510201ff 8360 903c40 ${END}`,
  ]);
  assert.deepEqual(two.tempos, [{ timeMs: 0, bpm: 100 }]);
  assert.deepEqual(rowsOf(two), ['600 0 403c90']);
});

test('SMPTE: ticks are parts of a second; 29 means 29.97 frames', () => {
  const at25 = timelineOf([`8768 903c40 ${END}`], 0, 0xe728);
  assert.deepEqual(rowsOf(at25), ['1000 0 403c90']);
  assert.deepEqual(at25.tempos, []);
  const drop = timelineOf([`1e 903c40 ${END}`], 0, 0xe301);
  assert.equal(drop.events.timeMs[0]!.toFixed(6), '1001.000000');
});

test('format 2: patterns follow each other, each with its own tempo', () => {
  const timeline = timelineOf(
    [`00 ff51030f4240 8360 903c40 ${END}`, `8360 903e40 8360 803e00 ${END}`],
    2,
  );
  assert.deepEqual(rowsOf(timeline), ['1000 0 403c90', '1500 1 403e90', '2000 1 3e80']);
  assert.deepEqual(timeline.tempos, [
    { timeMs: 0, bpm: 60 },
    { timeMs: 1000, bpm: 120 },
  ]);
  assert.equal(timeline.endMs, 2000);
});

test('sysex in packets is one message, at the time of its F0; realtime in it stays where it was', () => {
  const timeline = timelineOf([
    `00 f003430001 8360 f701f8 8360 f70202f7 00 903c40 00 f703f34201 00 f702fafc ${END}`,
  ]);
  assert.deepEqual(rowsOf(timeline), [
    '0 0 f043000102f7',
    '500 0 f8',
    '1000 0 403c90',
    '1000 0 42f3',
    '1000 0 !01',
    '1000 0 fa',
    '1000 0 fc',
  ]);
});

test('packets keep their times, without the realtime in them; a sysex in one event has none', () => {
  const { events, packets } = timelineOf([
    `00 f00143 8360 f7030102f8 8360 f702f87f 00 f701f7 00 f0027df7 8360 f00101 8360 f70102 ${END}`,
  ]);
  const packetsOf = (row: number) =>
    [...(packets.get(events.payload[row]!) ?? [])].map(
      ({ timeMs, bytes }) => `${timeMs} ${Buffer.from(bytes).toString('hex')}`,
    );
  assert.deepEqual(packetsOf(0), ['0 f043', '500 0102', '1000 7f', '1000 f7']);
  assert.deepEqual(packetsOf(3), []);
  assert.deepEqual(packetsOf(4), ['1500 f001', '2000 02']);
});

test('an F7 that ends nothing is a broken sysex', () => {
  const timeline = timelineOf([`00 f00143 00 903c40 00 f701f7 ${END}`]);
  assert.deepEqual(rowsOf(timeline), ['0 0 !f043', '0 0 403c90', '0 0 !f7']);
});

test('behind a packet without a byte nothing is a part of the sysex before it', () => {
  const timeline = timelineOf([`00 f0037d0102 00 f700 00 f7030304f7 00 f700 00 f70105 ${END}`]);
  assert.deepEqual(rowsOf(timeline), ['0 0 !f07d0102', '0 0 !0304f7', '0 0 !05']);
});

test('a sysex that a note or the end of the track breaks off is said to be broken', () => {
  const timeline = timelineOf([`00 f0024300 00 903c40 00 f00143 ${END}`]);
  assert.deepEqual(rowsOf(timeline), ['0 0 !f04300', '0 0 403c90', '0 0 !f043']);
});

test('what comes from another port breaks no sysex off, and its sysex is another one', () => {
  const [a, b] = ['00 ff210100', '00 ff210101'];
  const shared = timelineOf([
    `${a} 00 f00101 ${b} 00 903c40 00 f00111 ${a} 00 f70102 ${b} 00 f70212f7 ${a} 00 f70203f7 ${END}`,
  ]);
  assert.deepEqual(rowsOf(shared), ['0 0 f0010203f7', '0 0 403c90', '0 0 f01112f7']);
  const broken = timelineOf([`${a} 00 f00101 ${b} 00 903c40 ${a} 00 903d40 00 f70102 ${END}`]);
  assert.deepEqual(rowsOf(broken).slice(0, 3), ['0 0 !f001', '0 0 403c90', '0 0 403d90']);
});

test('however the packets of several inputs stand in one track, each sysex is whole', () => {
  const packets = fc.array(fc.uint8Array({ maxLength: 5 }), { minLength: 1, maxLength: 5 });
  const inputs = fc.array(packets, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      inputs,
      fc.infiniteStream(fc.nat({ max: 9 })),
      fc.boolean(),
      (rows, turns, isKept) => {
        // A packet without a byte is a seam.
        const filled = rows.map((row) => row.filter(({ length }, at) => at === 0 || length > 0));
        const left = filled.map((row) =>
          row.map((bytes, at) => {
            const data = Buffer.from([...bytes.map((byte) => byte & 0x7f)]);
            const isLast = at === row.length - 1;
            return {
              status: at === 0 ? 'f0' : 'f7',
              data: isLast ? Buffer.concat([data, F7]) : data,
            };
          }),
        );
        const whole = left.map(
          (row) => `f0${row.map(({ data }) => data.toString('hex')).join('')}`,
        );
        const hex = (byte: number) => byte.toString(16).padStart(2, '0');
        let track = '';
        while (left.some((row) => row.length > 0)) {
          const turn = turns.next().value;
          const device = turn % rows.length;
          track += `01 ff2101${hex(device)}`;
          const packet = left[device]!.shift();
          if (packet === undefined) track += '00 903c40';
          else
            track += `00 ${packet.status}${hex(packet.data.length)}${packet.data.toString('hex')}`;
        }
        const smf = readSmf(file([`${track} ${END}`]));
        assert.deepEqual(smf.damages, []);
        const timeline = readTimeline(smf, isKept ? undefined : 0);
        const found: string[] = [];
        for (const batch of timeline.batches) {
          for (let row = 0; row < batch.count; row++) {
            if (batch.kind[row] === EventKind.SHORT) continue;
            assert.equal(batch.kind[row], EventKind.SYSEX);
            const payload = batch.payload[row]!;
            const parts = timeline.packets.get(payload);
            const all = parts === undefined ? [payload] : Array.from(parts, ({ bytes }) => bytes);
            found.push(Buffer.concat(all).toString('hex'));
          }
        }
        assert.deepEqual(found.sort(), whole.sort());
      },
    ),
    { numRuns: runs(1000) },
  );
});

test('markers are kept, data bytes have seven bits, undefined bytes are left out', () => {
  const timeline = timelineOf([`00 ff060241c4 00 90bcc0 00 f702f4f5 ${END}`]);
  assert.deepEqual(rowsOf(timeline), ['0 0 #41c4', '0 0 403c90']);
  assert.equal(decodeSmfText(timeline.events.payload[0]!), 'AÄ');
});

test('any bytes: a time line in order, or no Standard MIDI File', () => {
  const start = file([`00 ff51030f4240 00 f003430001 8360 f702f8f7 00 903c40 ${END}`]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat({ max: start.length - 1 }), fc.nat({ max: 255 })), { maxLength: 6 }),
      fc.uint8Array({ maxLength: 40 }),
      (changes, tail) => {
        const bytes = Buffer.concat([start, tail]);
        for (const [at, byte] of changes) bytes[at] = byte;
        try {
          const { events, endMs } = wholeTimeline(readSmf(bytes));
          for (let row = 0; row < events.count; row++) {
            const timeMs = events.timeMs[row]!;
            assert.ok(timeMs >= (events.timeMs[row - 1] ?? 0) && timeMs <= endMs);
            assert.ok(events.kind[row] === EventKind.SHORT || events.payload[row] !== undefined);
          }
        } catch (error) {
          assert.ok(error instanceof MidirecError, String(error));
        }
      },
    ),
    { numRuns: runs(2000) },
  );
});

test('the usual tempo is the one in the middle of the time, from the first note on', () => {
  const tempos = [
    { timeMs: 0, bpm: 60 },
    { timeMs: 4000, bpm: 120 },
    { timeMs: 6000, bpm: 121 },
  ];
  assert.equal(usualBpm({ tempos, endMs: 7000 }), 60);
  assert.equal(usualBpm({ tempos, endMs: 7000 }, 4000), 120);
  assert.equal(usualBpm({ tempos, endMs: 6500 }, 5900), 121);
  assert.equal(usualBpm({ tempos, endMs: 6000 }, 6000), 121, 'nothing comes after the first note');
  assert.equal(usualBpm({ tempos: [], endMs: 6000 }), undefined);
});
