/**
 * Follows MIDI clock: from 24 ticks a quarter note, which come with jitter and may go missing, to a
 * grid of beats.
 *
 * The time of a beat is not that of its tick but the middle of a straight line through the ticks of
 * the beat before and the one after it, so that a jitter of milliseconds becomes one of
 * hundredths. Memory: one point a beat.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "System Real Time Messages".
 */

import { CONTINUE, SONG_POSITION, START, STOP, TIMING_CLOCK } from '../status.js';
import { ClockTicks, type CountedTick, TICKS_PER_QUARTER } from './clock-ticks.js';
import type { GridPoint } from './tempo-grid.js';

/** A line needs at least this many ticks beside the beat. */
const FEWEST_TICKS = 8;
/** A pause longer than this is no slow tempo: the clock is gone. Slower than 30 beats a minute is none either. */
const GONE_MS = 1000;
/** Song position counts sixteenth notes: six ticks. */
const TICKS_PER_SIXTEENTH = 6;

/** Something that the clock did, for a person. */
export type ClockEvent = 'start' | 'continue' | 'stop' | 'lost' | 'back';

interface Tick {
  timeMs: number;
  /** Since the last point zero, in ticks. */
  number: number;
}

export class ClockFollower {
  /** Beats found so far, on the clock of the times that were given. */
  readonly points: GridPoint[] = [];
  readonly #onEvent: (event: ClockEvent, timeMs: number) => void;
  readonly #ticksPerBar: number;
  readonly #counting = new ClockTicks();
  #ticks: Tick[] = [];
  #next = 0;
  /** Number of the tick of the next beat to be found. */
  #nextBeat = 0;
  #lastMs: number | undefined;
  #isGone = true;
  /** By the last Start, Continue or Stop. */
  #isStopped = false;
  /** Whether its going was told. */
  #isMissed = false;
  /** Start or Continue has come, and the tick that it announces has not. */
  #isStartPending = false;
  #hasStarted = false;
  /** Where in the song that tick is, as far as a bar goes; undefined: it is the one after the last. */
  #songTicks: number | undefined = 0;

  /** @param barQuarters - quarter notes in a bar: Start is the beginning of one */
  constructor(
    onEvent: (event: ClockEvent, timeMs: number) => void = () => {},
    barQuarters: number = 4,
  ) {
    this.#onEvent = onEvent;
    this.#ticksPerBar = barQuarters * TICKS_PER_QUARTER;
  }

  /**
   * Takes a short message; others than clock, start, continue, stop and song position are ignored.
   *
   * @param timeMs - never before that of the message before
   */
  add(packed: number, timeMs: number): void {
    switch (packed & 0xff) {
      case TIMING_CLOCK:
        this.#tick(timeMs);
        break;
      case START:
        this.#songTicks = 0;
        this.#begin(timeMs, 'start');
        break;
      case CONTINUE:
        this.#begin(timeMs, 'continue');
        break;
      case STOP:
        this.#stop(timeMs);
        break;
      case SONG_POSITION:
        this.#songTicks =
          (((packed >>> 8) & 0x7f) | ((packed >>> 9) & 0x3f80)) * TICKS_PER_SIXTEENTH;
        break;
    }
  }

  /** Tells that time has passed, so that a clock that has stopped is noticed. */
  lookAt(nowMs: number): void {
    if (this.#isGone || this.#lastMs === undefined || nowMs - this.#lastMs < GONE_MS) return;
    this.#isGone = true;
    this.#flush();
    this.#tellLost(this.#lastMs);
  }

  /** The points so far and those that the last ticks still tell. */
  finish(): GridPoint[] {
    this.#flush();
    return this.points;
  }

  /** After Stop many a sequencer sends no clock: nothing is missed. */
  #tellLost(timeMs: number): void {
    this.#isMissed = !this.#isStopped;
    if (this.#isMissed) this.#onEvent('lost', timeMs);
  }

  /** Ticks that come from now on move nothing in the song: Continue goes on behind the last one. */
  #stop(timeMs: number): void {
    if (!this.#isStopped && !this.#isStartPending) {
      for (const tick of this.#counting.settle()) this.#place(tick);
      if (this.#hasStarted) this.#songTicks = this.#next + 1;
    }
    this.#isStopped = true;
    this.#onEvent('stop', timeMs);
  }

  #begin(timeMs: number, event: 'start' | 'continue'): void {
    this.#isStopped = false;
    this.#onEvent(event, timeMs);
    this.#isStartPending = true;
  }

  #tick(timeMs: number): void {
    const sinceMs = this.#lastMs === undefined ? Number.POSITIVE_INFINITY : timeMs - this.#lastMs;
    const isBack = this.#isGone || sinceMs >= GONE_MS;
    this.#lastMs = timeMs;
    if (isBack) {
      if (!this.#isGone) this.#tellLost(timeMs - sinceMs);
      if (this.#isGone && this.#isMissed) this.#onEvent('back', timeMs);
      this.#flush();
      this.#isGone = false;
      this.#counting.restart();
      // Music goes on at the next beat after what is known.
      this.#goOnAt(nextBeat(this.#next));
    }
    const songTicks = this.#isStartPending ? this.#songTicks : undefined;
    const placeInBar = songTicks && songTicks % this.#ticksPerBar;
    if (this.#isStartPending) this.#songTicks = undefined;
    this.#isStartPending = false;
    for (const tick of this.#counting.add({ timeMs, placeInBar })) this.#place(tick);
  }

  #place({ timeMs, steps, placeInBar }: CountedTick): void {
    if (placeInBar === undefined) this.#next += steps;
    else this.#alignToBar(placeInBar);
    this.#remember({ timeMs, number: this.#next });
  }

  /** The tick after Start is the beginning of a bar; after Continue it is where song position says. */
  #alignToBar(within: number): void {
    if (!this.#hasStarted) {
      // What came before the first Start has no bars of its own.
      this.#hasStarted = true;
      this.#ticks = [];
      this.points.length = 0;
      this.#goOnAt(within);
      return;
    }
    this.#endLine();
    const bar = this.#ticksPerBar;
    const number = Math.ceil((this.#next - within) / bar) * bar + within;
    // The tick before has come to the end of a bar: the next one begins here, and not there.
    if (this.points.at(-1)?.quarter === number / TICKS_PER_QUARTER) this.points.pop();
    this.#goOnAt(number);
  }

  #goOnAt(number: number): void {
    this.#next = number;
    this.#nextBeat = nextBeat(number);
  }

  #remember(tick: Tick): void {
    this.#ticks.push(tick);
    while (this.#nextBeat + TICKS_PER_QUARTER <= tick.number) {
      this.#addPoint(this.#nextBeat);
      this.#nextBeat += TICKS_PER_QUARTER;
      const from = this.#nextBeat - TICKS_PER_QUARTER;
      this.#ticks = this.#ticks.filter(({ number }) => number >= from);
    }
  }

  /** Takes the ticks that have come as all there are. */
  #flush(): void {
    for (const tick of this.#counting.settle()) this.#place(tick);
    this.#endLine();
  }

  /** Makes points of the beats at the end, which no longer get a beat after them, and of the last tick. */
  #endLine(): void {
    const last = this.#ticks.at(-1);
    if (last === undefined) return;
    for (let beat = this.#nextBeat; beat <= last.number; beat += TICKS_PER_QUARTER) {
      this.#addPoint(beat);
    }
    if (last.number % TICKS_PER_QUARTER !== 0) this.#addPoint(last.number);
    this.#ticks = [];
    this.#goOnAt(last.number);
  }

  /** Puts a tick where the straight line through its neighbours has it. */
  #addPoint(number: number): void {
    const all = this.#ticks;
    // Where there are fewer on one side, fewer count on the other: a line through one side of a
    // changing tempo would lie beside it.
    const side = Math.min(number - all[0]!.number, all.at(-1)!.number - number);
    const reach = Math.min(TICKS_PER_QUARTER, Math.max(FEWEST_TICKS, side));
    const ticks = all.filter((tick) => Math.abs(tick.number - number) <= reach);
    const count = ticks.length;
    // In the midst of many that are missing: the tempo on both sides of them tells.
    if (count === 0 || (count === 1 && ticks[0]!.number !== number)) return;
    const meanNumber = ticks.reduce((sum, tick) => sum + tick.number, 0) / count;
    const meanMs = ticks.reduce((sum, tick) => sum + tick.timeMs, 0) / count;
    let covariance = 0;
    let variance = 0;
    for (const tick of ticks) {
      covariance += (tick.number - meanNumber) * (tick.timeMs - meanMs);
      variance += (tick.number - meanNumber) ** 2;
    }
    const slope = variance === 0 ? 0 : covariance / variance;
    const timeMs = meanMs + slope * (number - meanNumber);
    const last = this.points.at(-1);
    const quarter = number / TICKS_PER_QUARTER;
    if (last !== undefined && (timeMs <= last.timeMs || quarter <= last.quarter)) return;
    this.points.push({ timeMs, quarter });
  }
}

function nextBeat(number: number): number {
  return Math.ceil(number / TICKS_PER_QUARTER) * TICKS_PER_QUARTER;
}
