/** Takes whose tempo is found out while they are played, however they begin and end: beats where they were, times as they were. */
import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { readSmf } from '../../../src/files/smf/smf-reader.js';
import { tempoMapOf } from '../../../src/files/smf/smf-tempo.js';
import { EventBatch } from '../../../src/midi/event-batch.js';
import { KeepLast } from '../../../src/takes/keep-last.js';
import type { Recorder } from '../../../src/takes/recorder.js';
import { SingleTake } from '../../../src/takes/single-take.js';
import { SplitTakes } from '../../../src/takes/split-takes.js';
import type { TakeSettings } from '../../../src/takes/take-options.js';
import {
  ClockTempo,
  TakeTempo,
  TappedTempo,
  type TempoSource,
} from '../../../src/takes/tempo-source.js';
import { parseTrigger } from '../../../src/takes/trigger-rule.js';
import { FakeClock } from '../../support/fake-clock.js';
import { MemoryDisk } from '../../support/smf-memory-disk.js';
import { TAKE_SETTINGS } from '../../support/smf-takes.js';

const TICKS = 24;
/** Two takes of so many beats, with as many between them in which nothing is played. */
const BEATS = 40;
/** In the midst of what is not played. */
const SAVE_MS = 33_000;
const MISSING = 20 * TICKS + 7;
const START = 0xfa;
const TICK = 0xf8;
const PEDAL = 0x7f_42b0;
const on = (key: number) => 0x40_0090 | (key << 8);
const off = (key: number) => 0x80 | (key << 8);

/** When each tick of the clock is: 90 to 140 beats a minute and back, again and again, with a millisecond of jitter. */
function tickTimes(): number[] {
  const times: number[] = [];
  let timeMs = 1000;
  for (let tick = 0; tick <= 3 * BEATS * TICKS + 4 * TICKS; tick++) {
    times.push(timeMs);
    const part = (tick / TICKS / BEATS) % 2;
    const bpm = 90 + 50 * (part < 1 ? part : 2 - part);
    timeMs += 60_000 / bpm / TICKS;
  }
  return times;
}

/** A note on each beat of the first and of the last part, and what tells the beats. */
function performance(tell: (tick: number, timeMs: number) => readonly number[]) {
  const rows: (readonly [timeMs: number, packed: number])[] = [[990, START]];
  const played: number[] = [];
  for (const [tick, timeMs] of tickTimes().entries()) {
    for (const packed of tell(tick, timeMs)) rows.push([timeMs + (tick % 3) - 1, packed]);
    const beat = tick / TICKS;
    const isPlaying = beat < BEATS || (beat >= 2 * BEATS && beat < 3 * BEATS);
    if (!Number.isInteger(beat) || !isPlaying) continue;
    played.push(timeMs);
    rows.push([timeMs, on(60)], [timeMs + 40, off(60)]);
  }
  return { rows: rows.sort(([one], [other]) => one - other), played };
}

const WAYS: Readonly<
  Record<string, { source: () => TempoSource; tell: (tick: number) => readonly number[] }>
> = {
  '--clock, with a tick that is missing': {
    source: () => new ClockTempo(() => {}, 4),
    tell: (tick) => (tick === MISSING ? [] : [TICK]),
  },
  '--tap': {
    source: () => new TappedTempo(parseTrigger('cc 66')),
    tell: (tick) =>
      tick % TICKS === 0 && Math.floor(tick / TICKS / BEATS) !== 1 ? [PEDAL, PEDAL & 0xffff] : [],
  },
};

/** Plays into a recorder on a clock that stands still; what it left on the disk, in order. */
async function record(
  make: (common: {
    settings: TakeSettings;
    clock: FakeClock;
    tempo: TakeTempo;
    disk: MemoryDisk;
  }) => Recorder & { save?: () => void },
  source: TempoSource,
  rows: readonly (readonly [number, number])[],
  format: 0 | 1,
): Promise<Uint8Array[]> {
  const clock = new FakeClock();
  const zeroMs = clock.nowMs();
  const disk = new MemoryDisk();
  const tempo = new TakeTempo(source);
  const settings = { ...TAKE_SETTINGS, format, ppq: 960, disk };
  const recorder = make({ settings, clock, tempo, disk });
  recorder.begin(['Keys'], () => clock.nowMs() - zeroMs);
  let lastMs = 0;
  for (const [timeMs, packed] of rows) {
    // Somebody asks for the first take while the clock goes on.
    if (timeMs > SAVE_MS && lastMs <= SAVE_MS) recorder.save?.();
    lastMs = timeMs;
    const sinceMs = timeMs - (clock.nowMs() - zeroMs);
    if (packed === TICK) clock.advance(sinceMs);
    else await clock.advanceAsync(sinceMs);
    const batch = new EventBatch(1);
    batch.addShort(timeMs, 0, packed);
    tempo.add(batch);
    recorder.write(batch);
  }
  await recorder.finish(clock.nowMs() - zeroMs);
  return [...disk.files]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([, { content }]) => content);
}

const reporter = { warn: () => {}, say: () => {} };
const pattern = '{take}.mid';
const RECORDERS = {
  'one take': ({ settings, clock, tempo }) =>
    new SingleTake(resolve('001.mid'), { settings, clock, tempo, reporter }),
  '--split-idle': ({ settings, clock, tempo }) =>
    new SplitTakes({ pattern, idleMs: 3000, settings, clock, tempo, reporter }),
  '--keep-last': ({ settings, clock, tempo }) =>
    new KeepLast({ pattern, keepMs: 3_600_000, settings, clock, tempo, reporter }),
} satisfies Record<string, Parameters<typeof record>[0]>;

for (const [way, { source, tell }] of Object.entries(WAYS)) {
  for (const [kind, make] of Object.entries(RECORDERS)) {
    for (const format of [0, 1] as const) {
      test(`${kind}, ${way}, format ${format}`, async () => {
        const { rows, played } = performance(tell);
        const files = await record(make, source(), rows, format);
        assert.equal(files.length, kind === 'one take' ? 1 : 2);
        const found = files.map((bytes) => {
          const smf = readSmf(bytes);
          assert.deepEqual(smf.damages, []);
          const map = tempoMapOf(smf, smf.tracks);
          const ticks = smf.tracks.flatMap(({ events }) =>
            Array.from(events)
              .filter(({ packed }) => packed === on(60))
              .map(({ tick }) => tick),
          );
          return ticks.map((tick) => ({ beat: tick / smf.ppq, timeMs: map.timeMsAt(tick) }));
        });
        assert.equal(found.flat().length, played.length);
        let index = 0;
        for (const notes of found) {
          const startMs = played[index]! - notes[0]!.timeMs;
          for (const { beat, timeMs } of notes) {
            assert.ok(
              Math.abs(startMs + timeMs - played[index]!) < 1.5,
              `${timeMs} ms, not ${played[index]}`,
            );
            const offBeats = Math.abs(beat - Math.round(beat));
            // A tick of the clock is 0.042 beats.
            assert.ok(offBeats < 0.02, `note ${index} at beat ${beat}`);
            index++;
          }
        }
      });
    }
  }
}

test('taps before the first note of a take count: they tell where in a bar it is', async () => {
  const beats = Array.from({ length: 9 }, (_, beat) => 1000 + beat * 400);
  const taps = beats.flatMap((timeMs): [number, number][] => [
    [timeMs, PEDAL],
    [timeMs + 10, PEDAL & 0xffff],
  ]);
  const rows = [...taps, [1801, on(60)], [1900, off(60)]] as [number, number][];
  const source = new TappedTempo(parseTrigger('cc 66'));
  const inTime = rows.sort(([one], [other]) => one - other);
  const [bytes] = await record(RECORDERS['--split-idle'], source, inTime, 1);
  const smf = readSmf(bytes!);
  const [conductor, keys] = smf.tracks;
  const bar = conductor!.metas.findLast(({ metaType }) => metaType === 0x58)!.tick;
  const note = [...keys!.events].find(({ packed }) => packed === on(60))!.tick;
  // The note is at the third tap, two quarters before the bar line.
  assert.ok(Math.abs(bar - note - 2 * smf.ppq) < 5, `${note}, and a bar at ${bar}`);
});
