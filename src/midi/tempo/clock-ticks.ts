/**
 * Which tick of MIDI clock is which: none is missing in the count if one went missing on the way, and
 * none counts twice because others were late.
 *
 * A tick is counted when the ticks of the next two beats have come, too. A long step may be a tick that is
 * missing, ticks that were held up and come all at once, or another tempo: what follows tells.
 */

const TICKS_PER_QUARTER = 24;
/** Ticks that have to come before one is counted: as many as can be held up without the clock being gone, at 120 bpm. */
const LOOK_AHEAD = 2 * TICKS_PER_QUARTER;
/** Ticks from which the usual step is known: more than can be held up together. */
const LOOK_BACK = 4 * TICKS_PER_QUARTER;
/** A step this many times the usual one may have a missing tick in it … */
const MISSING_FROM = 1.6;
/** … unless ticks around it were early or late by as much: up to so many are looked at together with it. */
const SEEN_TOGETHER = 4;
/** By how much of a tick less than a whole one a number of ticks may seem to be too few, by jitter and changing tempo. */
const TOLERANCE = 0.75;
/** Steps behind a tick that are longer than those before it by less than this factor are of the same tempo. */
const SAME_TEMPO = 1.3;
/** 600 beats a minute: shorter steps are those of ticks that were held up, and no measure. */
const SHORTEST_STEP_MS = 4;
/** Some interfaces merge two clocks: every other step is shorter than this part of its neighbours … */
const DOUBLED_BELOW = 0.4;
/** … and so are at least this many of all. */
const DOUBLED_PART = 0.4;

export interface ClockTick {
  timeMs: number;
  /** Where in a bar the sender says that this tick is, in ticks; undefined: it goes on from the one before. */
  placeInBar: number | undefined;
}

export interface CountedTick extends ClockTick {
  /** Ticks since the one before; 0 for the first. */
  steps: number;
}

interface NumberedTime {
  timeMs: number;
  number: number;
}

export class ClockTicks {
  #waiting: ClockTick[] = [];
  /** The last ticks that were counted, oldest first. */
  #counted: NumberedTime[] = [];
  #isDoubled = false;

  /** Milliseconds from tick to tick, as far as it can be told; 0 if it cannot. */
  get stepMs(): number {
    return this.#stepBefore() ?? this.#stepBehind(this.#waiting) ?? 0;
  }

  /** @returns the ticks that can be counted by now */
  add(tick: ClockTick): CountedTick[] {
    this.#waiting.push(tick);
    return this.#count(LOOK_AHEAD);
  }

  /** @returns the ticks that were still waiting: none follows soon */
  settle(): CountedTick[] {
    return this.#count(0);
  }

  /** The next tick has nothing to do with those before. */
  restart(): void {
    this.#waiting = [];
    this.#counted = [];
    this.#isDoubled = false;
  }

  #count(leave: number): CountedTick[] {
    const result: CountedTick[] = [];
    while (this.#waiting.length > leave) {
      this.#lookForDoubled();
      const tick = this.#waiting.shift()!;
      if (this.#isDouble(tick)) {
        const [next] = this.#waiting;
        if (next !== undefined) next.placeInBar ??= tick.placeInBar;
        continue;
      }
      const last = this.#counted.at(-1);
      const steps = last === undefined ? 0 : this.#stepsTo(tick.timeMs, last);
      this.#counted.push({ timeMs: tick.timeMs, number: (last?.number ?? 0) + steps });
      if (this.#counted.length > LOOK_BACK) this.#counted.shift();
      result.push({ ...tick, steps });
    }
    return result;
  }

  #stepsTo(timeMs: number, last: NumberedTime): number {
    const gapMs = timeMs - last.timeMs;
    const stepBeforeMs = this.#stepBefore();
    if (stepBeforeMs !== undefined && gapMs <= stepBeforeMs * MISSING_FROM) return 1;
    const behind = this.#waiting.filter((tick, index) => !this.#isDoubleIn(index, tick, timeMs));
    const stepMs = stepAround(stepBeforeMs, this.#stepBehind([{ timeMs }, ...behind]));
    if (stepMs === undefined || stepMs < SHORTEST_STEP_MS) return 1;
    if (gapMs <= stepMs * MISSING_FROM) return 1;
    let steps = Math.round(gapMs / stepMs);
    const atMost = (fewer: number): void => {
      if (fewer < steps - TOLERANCE) steps = Math.max(1, Math.round(fewer));
    };
    for (let count = 1; count <= SEEN_TOGETHER; count++) {
      const tick = this.#counted.at(-1 - count);
      if (tick === undefined) break;
      atMost((timeMs - tick.timeMs) / stepMs - (last.number - tick.number));
    }
    // As many as this step is long may have been held up in it.
    for (const count of [1, 2, 3, SEEN_TOGETHER, steps - 1, steps, 2 * steps]) {
      const tick = behind[count - 1];
      if (tick !== undefined) atMost((tick.timeMs - last.timeMs) / stepMs - count);
    }
    return steps;
  }

  #stepBefore(): number | undefined {
    const first = this.#counted[0];
    const last = this.#counted.at(-1);
    if (first === undefined || last === undefined || first === last) return undefined;
    return (last.timeMs - first.timeMs) / (last.number - first.number);
  }

  #stepBehind(ticks: readonly { timeMs: number }[]): number | undefined {
    const count = ticks.length - 1;
    return count < 1 ? undefined : (ticks[count]!.timeMs - ticks[0]!.timeMs) / count;
  }

  #lookForDoubled(): void {
    const waiting = this.#waiting;
    if (waiting.length <= LOOK_AHEAD) return;
    let short = 0;
    for (let at = 2; at + 1 < waiting.length; at++) {
      const gapMs = waiting[at]!.timeMs - waiting[at - 1]!.timeMs;
      const beforeMs = waiting[at - 1]!.timeMs - waiting[at - 2]!.timeMs;
      const behindMs = waiting[at + 1]!.timeMs - waiting[at]!.timeMs;
      if (gapMs < Math.min(beforeMs, behindMs) * DOUBLED_BELOW) short++;
    }
    this.#isDoubled = short >= (waiting.length - 3) * DOUBLED_PART;
  }

  /** Whether a tick is the second one of a pair. */
  #isDouble({ timeMs }: ClockTick): boolean {
    const last = this.#counted.at(-1);
    return last !== undefined && this.#isPair(last.timeMs, timeMs, this.#waiting[0]?.timeMs);
  }

  #isDoubleIn(index: number, { timeMs }: ClockTick, firstMs: number): boolean {
    const beforeMs = this.#waiting[index - 1]?.timeMs ?? firstMs;
    return this.#isPair(beforeMs, timeMs, this.#waiting[index + 1]?.timeMs);
  }

  #isPair(beforeMs: number, timeMs: number, behindMs: number | undefined): boolean {
    if (!this.#isDoubled || behindMs === undefined) return false;
    return timeMs - beforeMs < (behindMs - timeMs) * DOUBLED_BELOW;
  }
}

/** The step behind is shorter where ticks that were held up come at once, and much longer if the tempo is another one. */
function stepAround(before: number | undefined, behind: number | undefined): number | undefined {
  if (before === undefined || behind === undefined) return before ?? behind;
  return behind > before * SAME_TEMPO ? behind : before;
}
