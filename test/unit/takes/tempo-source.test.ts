/** Beats that a foot taps, and beats that are found in the playing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EventBatch } from '../../../src/midi/event-batch.js';
import {
  ClockTempo,
  GuessedTempo,
  TakeTempo,
  TappedTempo,
  type TempoSource,
} from '../../../src/takes/tempo-source.js';
import { parseTrigger } from '../../../src/takes/trigger-rule.js';
import { SeededRandom } from '../../support/seeded-random.js';

function play(source: TempoSource, events: readonly (readonly [number, number])[]): void {
  const batch = new EventBatch(Math.max(1, events.length));
  for (const [timeMs, packed] of events) batch.addShort(timeMs, 0, packed);
  source.add(batch);
}

const PEDAL_DOWN = 0x7f_42b0;
const PEDAL_UP = 0x00_42b0;
const NOTE = 0x40_3c90;

function tapAt(timesMs: readonly number[]): TappedTempo {
  const source = new TappedTempo(parseTrigger('cc 66'));
  const events = timesMs.flatMap((timeMs) => [
    [timeMs, PEDAL_DOWN] as const,
    [timeMs + 1, NOTE] as const,
    [timeMs + 60, PEDAL_UP] as const,
  ]);
  play(source, events);
  return source;
}

test('each tap is a quarter note', () => {
  const source = tapAt([1000, 1500, 2010, 2500]);
  assert.deepEqual(source.pointsBetween(0, 9000), [
    { timeMs: 1000, quarter: 0 },
    { timeMs: 1500, quarter: 1 },
    { timeMs: 2010, quarter: 2 },
    { timeMs: 2500, quarter: 3 },
  ]);
  assert.equal(source.describe(), 'tempo 120.0, as tapped');
});

test('the tempo told is that of most of the time', () => {
  const source = tapAt([1000, 1500, 2000, 2500, 3000, 3900]);
  source.pointsBetween(0, 9000);
  assert.equal(source.describe(), 'tempo 120.0, as tapped');
});

test('the bounce of a switch is no tap; a pause is counted in beats as they were before', () => {
  const source = tapAt([1000, 1070, 1500, 2000, 6010, 6500]);
  assert.deepEqual(
    source.pointsBetween(0, 9000).map(({ quarter }) => quarter),
    [0, 1, 2, 10, 11],
  );
});

test('one tap is no tempo, and that is said', () => {
  const source = tapAt([1000]);
  assert.deepEqual(source.pointsBetween(0, 9000), []);
  assert.match(source.describe()!, /^fewer than two taps: the tempo is the one of --bpm/);
});

test('taps of a take are not those of the next one', () => {
  const source = tapAt([1000, 1500, 11_000, 11_600]);
  assert.equal(source.pointsBetween(500, 5000).length, 2);
  const times = source.pointsBetween(10_000, 15_000).map(({ timeMs }) => timeMs);
  assert.deepEqual(times, [11_000, 11_600]);
});

/** Quarters and eighths, a little early and late. */
function performance(bpm: number, startMs: number, lengthMs: number): [number, number][] {
  const random = new SeededRandom(4);
  const eighthMs = 30_000 / bpm;
  const events: [number, number][] = [];
  for (let eighth = 0; eighth * eighthMs < lengthMs; eighth++) {
    if (eighth % 2 === 1 && random.chance(0.5)) continue;
    events.push([startMs + eighth * eighthMs + (random.next() - 0.5) * 10, NOTE]);
  }
  return events;
}

test('a guess: tempo, the first beat, and how sure it is', () => {
  const source = new GuessedTempo();
  play(source, performance(100, 730, 30_000));
  const [first, second] = source.pointsBetween(0, 31_000);
  assert.ok(Math.abs(first!.timeMs - 730) < 15, `${first!.timeMs}`);
  assert.ok(Math.abs(second!.timeMs - first!.timeMs - 600) < 1);
  assert.match(
    source.describe()!,
    /^tempo 100\.\d, guessed, (rather )?sure \(\d+ %\)(, or [\d.]+)*$/,
  );
});

test('a guess for ten minutes: the last beat is where it was played, too', () => {
  for (const bpm of [100.04, 99.93, 127.31]) {
    const lengthMs = 600_000;
    const source = new GuessedTempo();
    play(source, performance(bpm, 730, lengthMs));
    const [first, second] = source.pointsBetween(0, lengthMs + 1000);
    const beatMs = second!.timeMs - first!.timeMs;
    const beats = Math.floor((lengthMs * bpm) / 60_000);
    const offMs = first!.timeMs + beats * beatMs - (730 + (beats * 60_000) / bpm);
    assert.ok(Math.abs(offMs) < 20, `${bpm}: ${offMs.toFixed(1)} ms`);
  }
});

test('a take that begins with a note on a beat begins with a bar, though the beat be a little before the note', () => {
  const beats = Array.from({ length: 40 }, (_, beat) => beat * 500);
  for (const [lateMs, first, second] of [
    [0.2, 0, 500],
    [20, 0, 480],
    [200, 300, 800],
  ] as const) {
    const source = new GuessedTempo();
    play(
      source,
      beats.map((timeMs) => [timeMs === 0 ? lateMs : timeMs, NOTE]),
    );
    const points = source.pointsBetween(lateMs, 20_000);
    const [one, other] = points.map(({ timeMs }) => timeMs - lateMs);
    assert.ok(Math.abs(one! - first) < 2 && Math.abs(other! - second) < 2, `${one}, ${other}`);
    assert.equal(points.at(-1)!.quarter, points.length - 1);
  }
});

test('what was before a time is forgotten, of every source', () => {
  const beats = Array.from({ length: 60 }, (_, beat) => beat * 500);
  const played = (source: TempoSource, packed: number, timesMs: readonly number[]) => {
    play(
      source,
      timesMs.map((timeMs) => [timeMs, packed]),
    );
    return source;
  };
  const ticks = beats.flatMap((beat) =>
    Array.from({ length: 24 }, (_, at) => beat + (at * 500) / 24),
  );
  for (const [what, source] of Object.entries({
    tapped: tapAt(beats),
    guessed: played(new GuessedTempo(), NOTE, beats),
    clock: played(new ClockTempo(() => {}, 4), 0xf8, ticks),
  })) {
    source.forgetBefore(15_000);
    const [first] = source.pointsBetween(0, 40_000);
    assert.ok(first!.timeMs > 14_900, `${what}: ${first!.timeMs}`);
  }
});

test('nothing to guess from is said', () => {
  const source = new GuessedTempo();
  play(source, [[100, NOTE]]);
  assert.deepEqual(source.pointsBetween(0, 1000), []);
  assert.match(source.describe()!, /^no beat could be made out/);
});

test('no clock is said; points are on the clock of the take', () => {
  const source = new ClockTempo(() => {}, 4);
  const tempo = new TakeTempo(source);
  assert.equal(tempo.timingOf(0, 1000), undefined);
  assert.match(tempo.describe()!, /^no beat of MIDI clock came/);
  play(source, [
    [5000, 0xfa],
    ...Array.from({ length: 97 }, (_, tick) => [5000 + tick * 20, 0xf8] as const),
  ]);
  const { points } = tempo.timingOf(4500, 8000)!;
  assert.equal(points.length, 5);
  assert.ok(Math.abs(points[0]!.timeMs - 500) < 0.01);
});

test('notes on all sixteenths alike: sure of the tempo, and the first note is on a beat', () => {
  const source = new GuessedTempo();
  const events = Array.from({ length: 400 }, (_, index) => [500 + index * 150, NOTE] as const);
  play(source, events);
  const [first, second] = source.pointsBetween(0, 61_000);
  const beatMs = second!.timeMs - first!.timeMs;
  const beats = (500 - first!.timeMs) / beatMs;
  assert.ok(Math.abs(beats - Math.round(beats)) < 0.01, `${first!.timeMs}, ${beatMs}`);
  assert.match(source.describe()!, /, (rather )?sure \((9\d|100) %\)/);
});

test('notes at any time: not sure, if anything', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const random = new SeededRandom(seed);
    const source = new GuessedTempo();
    const times = Array.from({ length: 200 }, () => random.next() * 60_000);
    play(
      source,
      times.sort((one, other) => one - other).map((timeMs) => [timeMs, NOTE]),
    );
    source.pointsBetween(0, 61_000);
    assert.match(source.describe()!, /not sure|no beat/);
  }
});

test('of a tempo that is known, the beats are found; without notes they begin at once', () => {
  const played = [1030, 1655, 2280, 2593, 2905].map((timeMs) => [timeMs, NOTE] as const);
  const source = new GuessedTempo(96);
  play(source, played);
  const [first, second] = source.pointsBetween(0, 9000);
  assert.ok(Math.abs(first!.timeMs - 1030) < 1);
  assert.ok(Math.abs(second!.timeMs - first!.timeMs - 625) < 1e-9);
  assert.deepEqual(new GuessedTempo(96).pointsBetween(0, 9000), [
    { timeMs: 0, quarter: 0 },
    { timeMs: 625, quarter: 1 },
  ]);
});

test('a beat that lies before the take is none of its own', () => {
  const source = new GuessedTempo(96);
  // The first of them a little late, so that its beat is before the take.
  play(
    source,
    [1000, 1615, 2240, 2865, 3490].map((timeMs) => [timeMs, NOTE] as const),
  );
  const points = source.pointsBetween(1000, 9000);
  assert.ok(points.length > 1 && points.every(({ timeMs }) => timeMs >= 1000));
});
