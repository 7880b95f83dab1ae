/** Marks that are set while a take is recorded: by something played, or by whoever asks for one. */
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { Trigger } from './trigger.js';
import type { TriggerRule } from './trigger-rule.js';

const utf8 = new TextEncoder();

/** Puts marks among the events, each at its time, so that no event is moved by one. */
export class Marks {
  readonly #triggers: readonly Trigger[];
  readonly #batch = new EventBatch();
  /** Those that were asked for, and wait for the events before them. Oldest first. */
  #waiting: { timeMs: number; text: string }[] = [];
  #count = 0;

  constructor(rules: readonly TriggerRule[]) {
    this.#triggers = rules.map((rule) => new Trigger(rule));
  }

  /**
   * Sets a mark.
   *
   * @param timeMs - on the clock of the events; one that is set before its zero, in a count-in, is set there
   * @returns what it is called
   */
  add(timeMs: number, text?: string): string {
    const name = text ?? `Mark ${++this.#count}`;
    this.#waiting.push({ timeMs: Math.max(0, timeMs), text: name });
    return name;
  }

  /**
   * The events with the marks that lie among them: `batch` itself, or one that holds until the next call.
   *
   * @param events - in order of time
   */
  place(events: EventBatch): EventBatch {
    const pulledMs = this.#triggers.flatMap((trigger) => trigger.pullsIn(events));
    // In order of time, so that their numbers are.
    for (const timeMs of pulledMs.sort((one, other) => one - other)) this.add(timeMs);
    const { count } = events;
    if (this.#waiting.length === 0 || count === 0) return events;
    this.#waiting.sort((one, other) => one.timeMs - other.timeMs);
    this.#batch.clear();
    for (let row = 0; row < count; row++) {
      this.#addUntil(events.timeMs[row]!);
      this.#batch.addRow(events, row, events.timeMs[row]!, events.stampMs[row]!);
    }
    return this.#batch;
  }

  /** The marks that wait for events, of which none before `timeMs` can come any more; undefined without any. */
  takeUntil(timeMs: number): EventBatch | undefined {
    this.#batch.clear();
    this.#addUntil(timeMs);
    return this.#batch.count === 0 ? undefined : this.#batch;
  }

  #addUntil(timeMs: number): void {
    while (this.#waiting[0] !== undefined && this.#waiting[0].timeMs <= timeMs) {
      const mark = this.#waiting.shift()!;
      this.#batch.addBytes(mark.timeMs, 0, EventKind.MARKER, utf8.encode(mark.text));
    }
  }
}
