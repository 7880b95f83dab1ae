/** A sysex in packets among the messages of other inputs: in a track that all share its packets stay together. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseMidi } from 'midi-file';
import { TakeFile } from '../../../../src/files/growing/take-file.js';
import type { TrackPer } from '../../../../src/files/growing/take-tracks.js';
import { readSmf } from '../../../../src/files/smf/smf-reader.js';
import { EventBatch, EventKind } from '../../../../src/midi/event-batch.js';
import type { GridPoint } from '../../../../src/midi/tempo/tempo-grid.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { wholeTimeline } from '../../../support/whole-timeline.js';

type What = 'note' | 'clock' | 'marker' | 'part' | 'end' | 'broken' | 'headless' | 'whole';
interface Sent {
  device: number;
  what: What;
}

const STEP_MS = 10;
const WHATS: readonly What[] = [
  'note',
  'clock',
  'marker',
  'part',
  'end',
  'broken',
  'headless',
  'whole',
];

/** What is sent at STEP_MS each, as the rows of a take, and what has to be in its file. */
function rowsOf(sent: readonly Sent[]) {
  const batch = new EventBatch();
  const sysex: { timeMs: number; text: string }[] = [];
  const others: string[] = [];
  const growing = new Map<number, { timeMs: number; bytes: number[] }>();
  for (const [index, { device, what }] of sent.entries()) {
    const timeMs = index * STEP_MS;
    if (what === 'note') {
      // On a cable it would end a sysex.
      if (growing.has(device)) continue;
      batch.addShort(timeMs, device, 0x403c90 + device);
      others.push(`${timeMs} ${(0x403c90 + device).toString(16)}`);
    } else if (what === 'clock') {
      batch.addShort(timeMs, device, 0xf8);
      others.push(`${timeMs} f8`);
    } else if (what === 'marker') {
      batch.addBytes(timeMs, device, EventKind.MARKER, Uint8Array.of(0x41));
      others.push(`${timeMs} marker`);
    } else if (what === 'whole') {
      if (growing.has(device)) continue;
      batch.addBytes(timeMs, device, EventKind.SYSEX, Uint8Array.of(0xf0, device, 0xf7));
      sysex.push({ timeMs, text: `f00${device}f7` });
    } else if (what === 'headless') {
      if (growing.has(device)) continue;
      batch.addBytes(timeMs, device, EventKind.BROKEN_SYSEX, Uint8Array.of(device, 0xf7));
      sysex.push({ timeMs, text: `0${device}f7` });
    } else {
      const before = growing.get(device);
      if (before === undefined && what === 'end') continue;
      const bytes = before === undefined ? [0xf0, device] : [0x10 + device, index & 0x7f];
      if (what === 'end') bytes.push(0xf7);
      const kind = {
        part: EventKind.SYSEX_PART,
        end: EventKind.SYSEX,
        broken: EventKind.BROKEN_SYSEX,
      }[what];
      batch.addBytes(timeMs, device, kind, Uint8Array.from(bytes), timeMs, before ? 1 : 0);
      const all = { timeMs: before?.timeMs ?? timeMs, bytes: [...(before?.bytes ?? []), ...bytes] };
      growing.set(device, all);
      if (what === 'part') continue;
      growing.delete(device);
      sysex.push({ timeMs: all.timeMs, text: Buffer.from(all.bytes).toString('hex') });
    }
  }
  for (const { timeMs, bytes } of growing.values()) {
    sysex.push({ timeMs, text: Buffer.from(bytes).toString('hex') });
  }
  return { batch, sysex: sysex.map(({ timeMs, text }) => `${timeMs} ${text}`).sort(), others };
}

async function fileOf(
  batch: EventBatch,
  format: 0 | 1,
  trackPer: TrackPer = 'none',
  points: readonly GridPoint[] = [],
): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), 'midirec-shared-'));
  try {
    const path = join(folder, 't.mid');
    const take = TakeFile.open({
      path,
      overwrite: false,
      format,
      trackPer,
      ppq: 500,
      bpm: 120,
      timeSignature: { numerator: 4, denominator: 4 },
      deviceNames: ['A', 'B', 'C'],
      keepRealtime: true,
      clock: new FakeClock(),
    });
    if (batch.count > 0) take.write(batch);
    await take.close(0, { points });
    return readFileSync(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const sumOf = (lengths: readonly number[], count: number) =>
  lengths.slice(0, count).reduce((sum, length) => sum + length, 0);

/** What our reader finds. */
function readBack(bytes: Uint8Array) {
  const { events } = wholeTimeline(readSmf(bytes));
  const sysex: string[] = [];
  const others: string[] = [];
  for (let row = 0; row < events.count; row++) {
    const time = Math.round(events.timeMs[row]!);
    const kind = events.kind[row];
    if (kind === EventKind.SHORT) others.push(`${time} ${events.packed[row]!.toString(16)}`);
    else if (kind === EventKind.MARKER) others.push(`${time} marker`);
    else sysex.push(`${time} ${Buffer.from(events.payload[row]!).toString('hex')}`);
  }
  return { sysex: sysex.sort(), others };
}

for (const format of [0, 1] as const) {
  test(`format ${format}: whatever comes between, whatever has a track and whatever the tempo, nothing is lost or moved, and each sysex is one`, async () => {
    const sent = fc.record({
      device: fc.nat({ max: 2 }),
      what: fc.constantFrom(...WHATS),
    });
    const per = fc.constantFrom<TrackPer>('none', 'device', 'channel');
    // All of them faster than 120, so that a millisecond has a tick.
    const beats = fc
      .array(fc.integer({ min: 70, max: 300 }), { maxLength: 5 })
      .map((lengths) =>
        lengths.map((_, quarter) => ({ timeMs: sumOf(lengths, quarter), quarter })),
      );
    await fc.assert(
      fc.asyncProperty(fc.array(sent, { maxLength: 40 }), per, beats, async (all, per, beats) => {
        const { batch, sysex, others } = rowsOf(all);
        const found = readBack(await fileOf(batch, format, per, beats));
        assert.deepEqual(found.sysex, sysex);
        assert.deepEqual(found.others, others);
      }),
      { numRuns: 60 },
    );
  });

  test(`format ${format}: what has no beginning keeps its time, and is no part of what has no end`, async () => {
    const batch = new EventBatch();
    batch.addBytes(0, 0, EventKind.BROKEN_SYSEX, Uint8Array.of(0xf0, 1));
    batch.addShort(10, 1, 0x403c91);
    batch.addBytes(20, 0, EventKind.BROKEN_SYSEX, Uint8Array.of(2, 0xf7));
    const { tracks } = readSmf(await fileOf(batch, format));
    const events = [...tracks.at(-1)!.events].filter(({ metaType }) => metaType < 0);
    assert.deepEqual(
      events.map(({ tick, status }) => [tick, status]),
      [
        [0, 0xf0],
        [10, 0x91],
        [20, 0xf7],
        [20, 0xf7],
      ],
    );
  });

  test(`format ${format}: midi-file finds the packets of a sysex side by side`, async () => {
    const whats: Sent[] = [
      { device: 0, what: 'part' },
      { device: 1, what: 'part' },
      { device: 2, what: 'note' },
      { device: 0, what: 'part' },
      { device: 1, what: 'end' },
      { device: 2, what: 'note' },
      { device: 0, what: 'end' },
    ];
    const bytes = await fileOf(rowsOf(whats).batch, format);
    const types = parseMidi(bytes)
      .tracks.at(-1)!
      .filter((event) => !('meta' in event && event.meta))
      .map(({ type }) => type);
    const packets = ['sysEx', 'endSysEx', 'endSysEx', 'sysEx', 'endSysEx'];
    assert.deepEqual(types, [...packets, 'noteOn', 'noteOn']);
  });
}
