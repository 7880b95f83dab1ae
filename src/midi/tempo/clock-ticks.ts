/**
 * Which tick of MIDI clock is which. A tick that came is a tick: one is missing, or came twice, only if the
 * ticks around it say so.
 *
 * A long step may be a tick that is missing, but also jitter, a slot of the system's timer, ticks that were held
 * up, or another tempo. So a tick is counted when those of the next beats have come, too: it has one number more
 * than there are ticks if the beats before and behind it fit together clearly better then (hinge-fit.ts).
 */
import { hingeError } from './hinge-fit.js';

export const TICKS_PER_QUARTER = 24;
/** Ticks that have to come before one is counted, and ticks before it: as many are laid together. */
const LOOK_AHEAD = 8 * TICKS_PER_QUARTER;
const LOOK_BACK = 8 * TICKS_PER_QUARTER;
/** How many ticks before and behind are asked, one number after the other until the answer is clear. */
const REACHES = [1, 2, 4, 8].map((beats) => beats * TICKS_PER_QUARTER);
/** Ticks that lie so many times worse on the best hinge than nearer ones are of a tempo that bends more than once. */
const BENT_FROM = 1.4;
/** Fewer ticks than these around one say nothing of it. */
const FEWEST_AROUND = TICKS_PER_QUARTER;
/** What a step is, is told by the ticks so far around it. */
const STEP_REACH = TICKS_PER_QUARTER;
/** A step this many times the usual one may have a missing tick in it; shorter than this part of it, it may be one too many. */
const MISSING_FROM = 1.6;
const EXTRA_BELOW = 0.3;
/** From a step of so many on, ticks were held up or are missing: those that follow at once tell no time. */
const HELD_UP_FROM = 3;
/** A number is wrong if the error of the fit, squared, sinks by this many times what is left of it a tick … */
const CLEARLY = 40;
/** … which is taken to be at least this: times are whole milliseconds. */
const LEAST_ERROR_MS2 = 0.25;
/** … and to less than this part of what it was. */
const BETTER_PART = 0.75;
/** More other steps like it around: that is how the clock arrives. Further away another tempo may have had them. */
const MOST_ALIKE = 2;
const ALIKE_REACH = 4 * TICKS_PER_QUARTER;
/** More ticks than these are not looked for in one gap: without the others the clock is gone. */
const MOST_MISSING = 2 * TICKS_PER_QUARTER;
/** 600 beats a minute: shorter steps are those of ticks that were held up, and no measure. */
const SHORTEST_STEP_MS = 4;
/** Some interfaces merge two clocks: every other step is shorter than this part of its neighbours … */
const DOUBLED_BELOW = 0.4;
/** … and in all of the ticks that are looked at but this part. */
const DOUBLED_EXCEPT = 0.05;

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
      const last = this.#counted.at(-1);
      const steps = last === undefined ? 0 : this.#stepsTo(tick.timeMs, last);
      this.#counted.push({ timeMs: tick.timeMs, number: (last?.number ?? 0) + steps });
      if (this.#counted.length > LOOK_BACK) this.#counted.shift();
      const [next] = this.#waiting;
      if (last === undefined || steps > 0) result.push({ ...tick, steps });
      else if (next !== undefined) next.placeInBar ??= tick.placeInBar;
    }
    return result;
  }

  /** How many ticks it is from the last one to the one at `timeMs`; 0 if that is the last one once more. */
  #stepsTo(timeMs: number, last: NumberedTime): number {
    if (this.#isPair(last.timeMs, timeMs, this.#waiting[0]?.timeMs)) return 0;
    const behind = this.#waiting.filter(
      (tick, index) =>
        !this.#isPair(
          this.#waiting[index - 1]?.timeMs ?? timeMs,
          tick.timeMs,
          this.#waiting[index + 1]?.timeMs,
        ),
    );
    const gapMs = timeMs - last.timeMs;
    const stepMs = stepAround(this.#counted, [{ timeMs }, ...behind]);
    if (stepMs < SHORTEST_STEP_MS) return 1;
    const isLong = gapMs > stepMs * MISSING_FROM;
    if (!isLong && gapMs >= stepMs * EXTRA_BELOW) return 1;
    const after = [timeMs, ...behind.map((tick) => tick.timeMs)].map((each, index) => ({
      timeMs: each,
      number: last.number + 1 + index,
    }));
    const around = withoutHeldUp([...this.#counted, ...after], stepMs);
    if (around.length < FEWEST_AROUND) return 1;
    const isAlike = isLong
      ? (step: number) => step > stepMs * MISSING_FROM
      : (step: number) => step < stepMs * EXTRA_BELOW;
    const near = within(ALIKE_REACH, around, last.number);
    if (countSteps(near, isAlike) > 1 + MOST_ALIKE) return 1;
    const others = isLong
      ? Array.from(
          { length: Math.min(MOST_MISSING, Math.round(gapMs / stepMs)) },
          (_, index) => index + 1,
        )
      : [-1];
    return 1 + moreThanCame(around, last.number, others);
  }

  #lookForDoubled(): void {
    const waiting = this.#waiting;
    if (waiting.length <= LOOK_AHEAD) return;
    // By whether they are even or odd: in a doubled clock all short steps are of one kind.
    const short = [0, 0];
    for (let at = 2; at + 1 < waiting.length; at++) {
      const gapMs = waiting[at]!.timeMs - waiting[at - 1]!.timeMs;
      const beforeMs = waiting[at - 1]!.timeMs - waiting[at - 2]!.timeMs;
      const behindMs = waiting[at + 1]!.timeMs - waiting[at]!.timeMs;
      if (gapMs < Math.min(beforeMs, behindMs) * DOUBLED_BELOW) short[at % 2]!++;
    }
    const pairs = (waiting.length - 3) / 2;
    this.#isDoubled = Math.max(...short) >= Math.floor(pairs * (1 - DOUBLED_EXCEPT));
  }

  /** Whether a tick is the second one of a pair. */
  #isPair(beforeMs: number, timeMs: number, behindMs: number | undefined): boolean {
    if (!this.#isDoubled || behindMs === undefined) return false;
    return timeMs - beforeMs < (behindMs - timeMs) * DOUBLED_BELOW;
  }
}

/**
 * How many numbers lie between the tick of `lastNumber` and the next one that came, beside their own: 0 unless the
 * ticks around say so clearly.
 *
 * The nearest are asked first: further away a tempo that goes on changing lies on no hinge.
 *
 * @param others - what else it may be
 */
function moreThanCame(
  around: readonly NumberedTime[],
  lastNumber: number,
  others: readonly number[],
): number {
  let usual = Number.POSITIVE_INFINITY;
  for (const reach of REACHES) {
    const near = within(reach, around, lastNumber);
    const plain = errorOf(near, lastNumber, 0);
    let [best, leastError] = [0, plain];
    for (const more of others) {
      const error = errorOf(near, lastNumber, more);
      if (error < leastError) [best, leastError] = [more, error];
    }
    const unit = Math.max(LEAST_ERROR_MS2, leastError / near.length);
    if (unit > usual * BENT_FROM) return 0;
    usual = Math.min(usual, unit);
    if (plain - leastError > CLEARLY * unit && leastError < plain * BETTER_PART) return best;
  }
  return 0;
}

function within(reach: number, ticks: readonly NumberedTime[], number: number): NumberedTime[] {
  return ticks.filter((tick) => Math.abs(tick.number - number) <= reach);
}

/** Milliseconds from tick to tick around the first tick behind; 0 if nothing tells. */
function stepAround(
  before: readonly NumberedTime[],
  behind: readonly { timeMs: number }[],
): number {
  const from = before[Math.max(0, before.length - STEP_REACH)]!;
  const to = Math.min(behind.length - 1, STEP_REACH);
  const steps = before.at(-1)!.number - from.number + 1 + to;
  return (behind[to]!.timeMs - from.timeMs) / steps;
}

/** Leaves out ticks that follow a long gap, as many as may have been held up in it: only the last can be on time. */
function withoutHeldUp(ticks: readonly NumberedTime[], stepMs: number): NumberedTime[] {
  let left = 0;
  return ticks.filter(({ timeMs, number }, index) => {
    const last = ticks[index - 1];
    const gap = last === undefined ? 0 : (timeMs - last.timeMs) / stepMs - (number - last.number);
    if (gap >= HELD_UP_FROM - 1) left = Math.round(gap);
    return left-- <= 0;
  });
}

/** @param isCounted - of milliseconds from one tick that came to the next */
function countSteps(
  ticks: readonly NumberedTime[],
  isCounted: (stepMs: number) => boolean,
): number {
  return ticks.filter(
    ({ timeMs }, index) => index > 0 && isCounted(timeMs - ticks[index - 1]!.timeMs),
  ).length;
}

function errorOf(ticks: readonly NumberedTime[], lastNumber: number, more: number): number {
  const numbers = ticks.map(({ number }) => (number > lastNumber ? number + more : number));
  return hingeError(
    numbers,
    ticks.map(({ timeMs }) => timeMs),
  );
}
