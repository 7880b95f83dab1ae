/** Where the bars and beats of a piece are in time, through its changes of tempo and time signature. */
import type { TempoMap } from './tempo-map.js';

export interface Signature {
  readonly numerator: number;
  /** A power of two. */
  readonly denominator: number;
}

export interface SignatureChange extends Signature {
  readonly tick: number;
}

/** A beat: a note of the signature's lower number. */
export interface Beat {
  /** Counted from 1, the one at time 0; those before it are 0 and below. */
  readonly bar: number;
  /** In its bar, from 1 on. */
  readonly beat: number;
  readonly timeMs: number;
  /** Milliseconds until the next one. */
  readonly lengthMs: number;
  readonly signature: Signature;
}

/** What a piece that says none has. */
export const FOUR_FOUR: Signature = { numerator: 4, denominator: 4 };

/** From one signature to the next. */
interface Span {
  readonly tick: number;
  /** Of its first beat, in the whole piece, from 0 on. */
  readonly number: number;
  readonly bar: number;
  readonly beatTicks: number;
  readonly signature: Signature;
}

export class Bars {
  readonly #map: TempoMap;
  readonly #spans: Span[] = [];

  /**
   * @param ppq - ticks per quarter note
   * @param changes - in order; each begins a bar, and those that came before the first have four quarters
   */
  constructor(map: TempoMap, ppq: number, changes: Iterable<SignatureChange>) {
    this.#map = map;
    this.#change(0, FOUR_FOUR, ppq);
    for (const { tick, numerator, denominator } of changes) {
      this.#change(tick, { numerator, denominator }, ppq);
    }
  }

  /** The signature at time 0. */
  get signature(): Signature {
    return this.#spans[0]!.signature;
  }

  /** @param number - counted from 0, the beat at time 0; those before it have the tempo and the signature of the beginning */
  beat(number: number): Beat {
    const spans = this.#spans;
    let index = spans.findLastIndex((span) => span.number <= number);
    if (index < 0) index = 0;
    const { tick, bar, beatTicks, signature, number: first } = spans[index]!;
    const { numerator } = signature;
    const inBars = Math.floor((number - first) / numerator);
    const next = spans[index + 1];
    const at = tick + (number - first) * beatTicks;
    const end = next?.number === number + 1 ? next.tick : at + beatTicks;
    const timeMs = this.#map.timeMsAt(at);
    return {
      bar: bar + inBars,
      beat: number - first - inBars * numerator + 1,
      timeMs,
      lengthMs: this.#map.timeMsAt(end) - timeMs,
      signature,
    };
  }

  /** The beat that a time lies in, which may be before 0. */
  beatAt(timeMs: number): Beat {
    const [first] = this.#spans as [Span];
    if (timeMs < 0) {
      const beatMs = -this.#map.timeMsAt(-first.beatTicks);
      return this.beat(Math.floor(timeMs / beatMs));
    }
    const at = this.#map.tickAt(timeMs);
    const { tick, number, beatTicks } = this.#spans.findLast((span) => span.tick <= at)!;
    return this.beat(number + Math.floor((at - tick) / beatTicks));
  }

  /**
   * When bars begin, from the first up to `lengthMs`: of 1, 2, 4 … the first of so many, so that there are not too many.
   *
   * @param most - how many there may be; none are given where there would be a thousand times as many
   */
  *lines(lengthMs: number, most: number): Generator<{ bar: number; timeMs: number }> {
    const last = this.beatAt(lengthMs).bar;
    if (last > most * 1000) return;
    let step = 1;
    while (last / step > most) step *= 2;
    for (let number = 0; ; ) {
      const { bar, timeMs, signature } = this.beat(number);
      if (timeMs > lengthMs) return;
      if ((bar - 1) % step === 0) yield { bar, timeMs };
      // A new signature begins a bar before the one before it is full.
      const next = this.#spans.find((span) => span.number > number) ?? { number: Infinity };
      number = Math.min(number + signature.numerator, next.number);
    }
  }

  #change(tick: number, signature: Signature, ppq: number): void {
    const last = this.#spans.at(-1);
    const beatTicks = (ppq * 4) / signature.denominator;
    if (last === undefined || tick <= last.tick) {
      const start = last ?? { tick: 0, number: 0, bar: 1 };
      this.#spans.splice(-1, 1, { ...start, beatTicks, signature });
      return;
    }
    const beats = Math.ceil((tick - last.tick) / last.beatTicks);
    const bar = last.bar + Math.ceil(beats / last.signature.numerator);
    this.#spans.push({ tick, number: last.number + beats, bar, beatTicks, signature });
  }
}
