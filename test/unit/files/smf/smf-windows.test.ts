/** A file read in small windows: the same events, damages and messages as in one that is in memory as a whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SmfEvent } from '../../../../src/files/smf/smf-content.js';
import { openSmf, type SmfFile } from '../../../../src/files/smf/smf-reader.js';
import { readTimeline } from '../../../../src/files/smf/smf-timeline.js';
import { smfPieces, writeSmf } from '../../../../src/files/smf/smf-writer.js';
import { memorySource } from '../../../../src/midi/bytes/file-bytes.js';
import { MidirecError } from '../../../../src/midi/errors.js';
import { readScore } from '../../../../src/playback/score.js';
import { runs } from '../../../support/long-tests.js';
import { END, rmidBytes, smfBytes } from '../../../support/smf-notation.js';
import { wholeTimeline } from '../../../support/whole-timeline.js';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** What a file is, or why it is none. */
function open(bytes: Uint8Array, windowBytes?: number): SmfFile | string {
  try {
    return openSmf(memorySource(bytes, windowBytes));
  } catch (error) {
    assert.ok(error instanceof MidirecError);
    return error.message;
  }
}

/** Pieces of an event put together. */
function linesOf(events: Iterable<SmfEvent>): string[] {
  const lines: string[] = [];
  let isPiece = false;
  for (const { tick, status, metaType, packed, data, left = 0 } of events) {
    if (isPiece) lines.push(lines.pop() + hex(data));
    else lines.push(`${tick} ${status} ${metaType} ${packed} ${hex(data)}`);
    isPiece = left > 0;
  }
  return lines;
}

function describe(smf: SmfFile | string, longest?: number) {
  if (typeof smf === 'string') return smf;
  const { tracks, damages, damageCount, remarks, texts, trailingBytes, format, ppq } = smf;
  const { events, packets, endMs } = wholeTimeline(smf, longest);
  const messages = Array.from({ length: events.count }, (_, row) => {
    const payload = events.payload[row];
    const parts = payload === undefined ? undefined : packets.get(payload);
    const isWhole = payload?.[0] === 0xf0;
    const bytes = [...(isWhole ? (parts ?? [{ bytes: payload }]) : [])].map((part) => part.bytes);
    return [
      ...[events.timeMs[row], events.device[row], events.kind[row], events.packed[row]],
      parts?.length ?? payload?.length,
      hex(Buffer.concat(bytes)),
    ];
  });
  return {
    ...{ damages, damageCount, remarks, texts, trailingBytes, format, ppq, messages, endMs },
    tracks: tracks.map(({ events, metas, endTick, eventCount }) => ({
      ...{ endTick, eventCount, events: linesOf(events), metas: linesOf(metas) },
    })),
    written: hex(writeSmf(smf)),
    seekable: hex(assemble(smf)),
  };
}

function assemble(smf: SmfFile): Buffer {
  let file = Buffer.alloc(0);
  for (const { position, bytes } of smfPieces(smf, true)) {
    const length = Math.max(file.length, position + bytes.length);
    file = Buffer.concat([file, Buffer.alloc(length - file.length)]);
    file.set(bytes, position);
  }
  return file;
}

const longText = '41'.repeat(60);
const event = fc.constantFrom(
  '903c40',
  '3c00',
  'c107',
  `ff013c${longText}`,
  'ff0603 414243',
  'ff5103 0f4240',
  'f0 03 7d01f7',
  'f0 02 7d01',
  `f0 5a 7d${'01'.repeat(89)}`,
  `f7 50 ${'02'.repeat(38)}f8${'03'.repeat(40)}f7`,
  'f7 03 f07d01',
  'f7 01 f8',
  'f7 02 02f7',
  'ff2f00',
  'f1',
);
const track = fc.array(fc.tuple(fc.nat(127), event), { maxLength: 20 }).map((events) => {
  const texts = events.map(([delta, text]) => `${delta.toString(16).padStart(2, '0')} ${text}`);
  return `${texts.join(' ')} ${END}`;
});
const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 });
const file = fc
  .tuple(
    fc.array(track, { minLength: 1, maxLength: 4 }),
    fc.constantFrom(0, 1, 2),
    damage,
    fc.boolean(),
  )
  .map(([tracks, format, changes, isWrapped]) => {
    const bytes = smfBytes(tracks, format);
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
    return isWrapped ? rmidBytes(bytes) : bytes;
  });

test('events, damages and messages are the same, whatever the window', () => {
  fc.assert(
    fc.property(file, fc.integer({ min: 16, max: 100 }), fc.nat(40), (bytes, window, longest) => {
      assert.deepEqual(describe(open(bytes, window), longest), describe(open(bytes)));
    }),
    { numRuns: runs(1000) },
  );
});

test('a score from a place on has what the whole one has from there on', () => {
  fc.assert(
    fc.property(file, fc.integer({ min: 16, max: 100 }), fc.nat(3000), (bytes, window, fromMs) => {
      const smf = open(bytes, window);
      if (typeof smf === 'string') return;
      const score = readScore(smf);
      const shortOf = (rows: ReturnType<typeof score.rowsFrom>) =>
        [...rows].filter(({ bytes }) => bytes === undefined);
      const whole = shortOf(score.rowsFrom(0)).filter(({ timeMs }) => timeMs >= fromMs);
      // What waits for the end of a sysex that began before does not wait then.
      const times = (rows: typeof whole) => rows.map(({ packed }) => packed).sort();
      const late = whole.length - shortOf(score.rowsFrom(fromMs)).length;
      assert.ok(late >= 0);
      if (late === 0) assert.deepEqual(times(shortOf(score.rowsFrom(fromMs))), times(whole));
      assert.equal([...readTimeline(smf).batchesFrom(fromMs)].length <= 1, true);
    }),
  );
});
