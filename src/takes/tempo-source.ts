/** Where a take's tempo comes from: MIDI clock, a tapping foot, or the playing itself. */
import type { TakeTiming } from '../files/growing/growing-take.js';
import { usualBpm } from '../files/smf/smf-timeline.js';
import type { KnownTempo } from '../files/smf/tempo-track.js';
import { type EventBatch, EventKind } from '../midi/event-batch.js';
import { isNoteOn } from '../midi/status.js';
import { type BeatGrid, beatNear, findGrid, gridOf } from '../midi/tempo/beat-grid.js';
import { type ClockEvent, ClockFollower } from '../midi/tempo/clock-follower.js';
import { forgetBefore, type GridPoint } from '../midi/tempo/tempo-grid.js';
import { CHORD_MS, type TempoCandidate, TempoGuess } from '../midi/tempo/tempo-guess.js';
import { TimeCodeReader } from '../midi/tempo/time-code.js';
import { Trigger } from './trigger.js';
import type { TriggerRule } from './trigger-rule.js';

/** Listens to a session and says what it has found out about tempo. */
export interface TempoSource {
  /** Events in order of time, on the session's clock, before anything is filtered out. */
  add(batch: EventBatch): void;
  /** Beats between two times of the session's clock. What was before them may be forgotten. */
  pointsBetween(startMs: number, endMs: number): GridPoint[];
  /** Lets go of what was before a time: no take will begin there. */
  forgetBefore(timeMs: number): void;
  /** What to tell a person about the take just asked for; undefined if there is nothing. */
  describe(): string | undefined;
  /** Tells that time has passed, for a source that may fall silent. */
  lookAt?(nowMs: number): void;
}

/** A tempo source, if there is one, and time code, if any comes. */
export class TakeTempo {
  readonly #source: TempoSource | undefined;
  readonly #known: KnownTempo | undefined;
  readonly #timeCode = new TimeCodeReader();

  /** @param known - the tempo of takes that begin with the session, if it need not be found out */
  constructor(source: TempoSource | undefined, known?: KnownTempo) {
    this.#source = source;
    this.#known = known;
  }

  add(batch: EventBatch): void {
    this.#source?.add(batch);
    for (let row = 0; row < batch.count; row++) {
      const timeMs = batch.timeMs[row]!;
      if (batch.kind[row] === EventKind.SHORT) this.#timeCode.addShort(batch.packed[row]!, timeMs);
      else if (batch.kind[row] === EventKind.SYSEX) {
        this.#timeCode.addSysex(batch.payload[row]!, timeMs);
      }
    }
  }

  lookAt(nowMs: number): void {
    this.#source?.lookAt?.(nowMs);
  }

  /** Lets go of what was before a time, for a recording that listens for weeks. */
  forgetBefore(timeMs: number): void {
    this.#source?.forgetBefore(timeMs);
  }

  /** What is known about a take from `startMs` to `endMs` of the session; undefined if nothing is. */
  timingOf(startMs: number, endMs: number): TakeTiming | undefined {
    const smpteOffset = this.#timeCode.offsetAt(startMs, endMs);
    const points = (this.#source?.pointsBetween(startMs, endMs) ?? []).map(
      ({ timeMs, quarter }) => ({ timeMs: timeMs - startMs, quarter }),
    );
    const known = this.#known;
    const isUnknown = points.length === 0 && smpteOffset === undefined && known === undefined;
    return isUnknown ? undefined : { points, smpteOffset, known };
  }

  describe(): string | undefined {
    return this.#source?.describe();
  }
}

/** Takes those between two times, and lets go of all that were before the later one. */
function takeWithin(points: GridPoint[], startMs: number, endMs: number): GridPoint[] {
  const within = points.filter(({ timeMs }) => timeMs >= startMs && timeMs <= endMs);
  forgetBefore(points, endMs);
  return within;
}

/** As `midirec show` tells it of the take. */
function bpmOf(points: readonly GridPoint[]): number | undefined {
  const tempos = points.slice(1).map(({ timeMs, quarter }, index) => {
    const before = points[index]!;
    const bpm = ((quarter - before.quarter) * 60_000) / (timeMs - before.timeMs);
    return { timeMs: before.timeMs, bpm };
  });
  return usualBpm({ tempos, endMs: points.at(-1)?.timeMs ?? 0 });
}

/** `--clock` */
export class ClockTempo implements TempoSource {
  readonly #follower: ClockFollower;
  #bpm: number | undefined;

  /** @param barQuarters - quarter notes in a bar */
  constructor(onEvent: (event: ClockEvent, timeMs: number) => void, barQuarters: number) {
    this.#follower = new ClockFollower(onEvent, barQuarters);
  }

  add(batch: EventBatch): void {
    for (let row = 0; row < batch.count; row++) {
      if (batch.kind[row] !== EventKind.SHORT) continue;
      this.#follower.add(batch.packed[row]!, batch.timeMs[row]!);
    }
  }

  lookAt(nowMs: number): void {
    this.#follower.lookAt(nowMs);
  }

  forgetBefore(timeMs: number): void {
    forgetBefore(this.#follower.points, timeMs);
  }

  pointsBetween(startMs: number, endMs: number): GridPoint[] {
    const points = takeWithin(this.#follower.finish(), startMs, endMs);
    this.#bpm = bpmOf(points);
    return points;
  }

  describe(): string | undefined {
    return this.#bpm === undefined
      ? 'no beat of MIDI clock came: the tempo is the one of --bpm'
      : `tempo ${this.#bpm.toFixed(1)}, from MIDI clock`;
  }
}

/** A longer pause between two taps is no slow tempo: beats in between are counted with the last one. */
const LONGEST_BEAT_MS = 2000;
/** A second tap this soon is the bounce of a switch. */
const BOUNCE_MS = 120;

/** `--tap`: each tap is a quarter note. */
export class TappedTempo implements TempoSource {
  readonly #trigger: Trigger;
  readonly #points: GridPoint[] = [];
  /** By the last two taps that were a beat apart. */
  #beatMs: number | undefined;
  #bpm: number | undefined;

  constructor(rule: TriggerRule) {
    this.#trigger = new Trigger(rule);
  }

  add(batch: EventBatch): void {
    for (const timeMs of this.#trigger.pullsIn(batch)) this.#tap(timeMs);
  }

  #tap(timeMs: number): void {
    const last = this.#points.at(-1);
    if (last === undefined) {
      this.#points.push({ timeMs, quarter: 0 });
      return;
    }
    const sinceMs = timeMs - last.timeMs;
    if (sinceMs < BOUNCE_MS) return;
    if (sinceMs <= LONGEST_BEAT_MS) this.#beatMs = sinceMs;
    // After a pause counting begins anew, on a beat if the tempo is known.
    const beats = Math.max(1, Math.round(sinceMs / (this.#beatMs ?? sinceMs)));
    this.#points.push({ timeMs, quarter: last.quarter + beats });
  }

  forgetBefore(timeMs: number): void {
    forgetBefore(this.#points, timeMs);
  }

  pointsBetween(startMs: number, endMs: number): GridPoint[] {
    const points = takeWithin(this.#points, startMs, endMs);
    this.#bpm = bpmOf(points);
    // A single tap says where a bar begins, but not how long it is.
    return points.length > 1 ? points : [];
  }

  describe(): string | undefined {
    return this.#bpm === undefined
      ? 'fewer than two taps: the tempo is the one of --bpm'
      : `tempo ${this.#bpm.toFixed(1)}, as tapped`;
  }
}

/** Onsets that a guess looks at: the last hours of playing, a megabyte. */
const MOST_ONSETS = 100_000;
/** A note that is less than this part of a beat beside a beat is on it. */
const NEAR_PART = 8;
/** Less than this nobody hears, and files do not tell. */
const LEAST_MS = 1;

/** `--guess-tempo`; or where the beats of a tempo are that is known. */
export class GuessedTempo implements TempoSource {
  readonly #knownBpm: number | undefined;
  #onsets: number[] = [];
  #said: string | undefined;

  constructor(knownBpm?: number) {
    this.#knownBpm = knownBpm;
  }

  add(batch: EventBatch): void {
    for (let row = 0; row < batch.count; row++) {
      if (batch.kind[row] !== EventKind.SHORT || !isNoteOn(batch.packed[row]!)) continue;
      const timeMs = batch.timeMs[row]!;
      const last = this.#onsets.at(-1) ?? Number.NEGATIVE_INFINITY;
      if (timeMs - last >= CHORD_MS) this.#onsets.push(timeMs);
    }
    if (this.#onsets.length > MOST_ONSETS) this.#onsets = this.#onsets.slice(-MOST_ONSETS / 2);
  }

  forgetBefore(timeMs: number): void {
    if (this.#onsets[0]! < timeMs) this.#onsets = this.#onsets.filter((onset) => onset >= timeMs);
  }

  pointsBetween(startMs: number, endMs: number): GridPoint[] {
    const onsets = this.#onsets.filter((timeMs) => timeMs >= startMs && timeMs <= endMs);
    this.#onsets = this.#onsets.filter((timeMs) => timeMs > endMs);
    const grid = this.#gridOf(onsets);
    if (grid === undefined) return [];
    const { beatMs } = grid;
    const firstBeatMs = beatNear(grid, onsets[0] ?? 0);
    const earlyMs = startMs - firstBeatMs;
    const beatsFrom = (beginMs: number, quarter: number) => [
      { timeMs: beginMs, quarter },
      { timeMs: beginMs + beatMs, quarter: quarter + 1 },
    ];
    if (earlyMs <= 0) return beatsFrom(firstBeatMs, 0);
    if (earlyMs >= beatMs / NEAR_PART) return beatsFrom(firstBeatMs + beatMs, 0);
    // The take begins with a note on that beat: a bar begins there.
    if (earlyMs < LEAST_MS) return beatsFrom(startMs, 0);
    return [{ timeMs: startMs, quarter: 0 }, ...beatsFrom(firstBeatMs + beatMs, 1)];
  }

  #gridOf(onsets: readonly number[]): BeatGrid | undefined {
    if (this.#knownBpm !== undefined) return gridOf(onsets, 60_000 / this.#knownBpm);
    const guess = new TempoGuess();
    for (const timeMs of onsets) guess.add(timeMs);
    const [best, ...others] = guess.candidates();
    if (best === undefined) {
      this.#said = 'no beat could be made out: the tempo is the one of --bpm';
      return undefined;
    }
    const grid = findGrid(onsets, 60_000 / best.bpm);
    this.#said = `tempo ${(60_000 / grid.beatMs).toFixed(1)}, guessed, ${howSure(grid.fit, others)}`;
    return grid;
  }

  describe(): string | undefined {
    return this.#said;
  }
}

/** Notes may be on their grid to the millisecond, and yet another tempo may have the same grid. */
function howSure(fit: number, others: readonly TempoCandidate[]): string {
  const isClear = fit > 0.6;
  const sure = isClear && others.length === 0 ? 'sure' : fit > 0.35 ? 'rather sure' : 'not sure';
  const rivals = others.map(({ bpm }) => `, or ${bpm.toFixed(1)}`).join('');
  return `${sure} (${Math.round(fit * 100)} %)${rivals}`;
}
