/**
 * A recording that writes nothing until it is asked, and then what was played before. At its end it
 * writes the rest unasked: whoever closed the terminal may have forgotten, and it cannot be played again.
 */
import { type EventBatch, EventKind } from '../midi/event-batch.js';
import { isBegun, isPlayed } from '../midi/playing.js';
import { EventHistory } from './event-history.js';
import type { Recorder, RecorderResult } from './recorder.js';
import { TakeSeries, type TakeSeriesOptions } from './take-series.js';
import { Trigger } from './trigger.js';
import type { TriggerRule } from './trigger-rule.js';

/** Memory for what is kept: half an hour of a MIDI line at its fastest is 60 MB. */
const MOST_BYTES = 128 * 1024 * 1024;

export interface KeepOptions extends TakeSeriesOptions {
  /** How much is kept, in milliseconds. */
  keepMs: number;
  /** What saves when it is played. */
  triggers?: readonly TriggerRule[];
}

const isMark = (kind: number) => kind === EventKind.MARKER;

export class KeepLast implements Recorder {
  readonly path = undefined;
  readonly isBehind = false;
  readonly #options: KeepOptions;
  readonly #history: EventHistory;
  readonly #series: TakeSeries;
  readonly #triggers: readonly Trigger[];
  #nowMs: () => number = () => 0;
  /** What the last `save` was asked to call the take, if there was no place for it. */
  #owed: { name: string | undefined } | undefined;

  constructor(options: KeepOptions) {
    this.#options = options;
    this.#history = new EventHistory(options.keepMs, MOST_BYTES);
    this.#series = new TakeSeries(options);
    this.#triggers = (options.triggers ?? []).map((rule) => new Trigger(rule));
  }

  get lostEvents(): number {
    return this.#series.lostEvents;
  }

  begin(deviceNames: readonly string[], nowMs: () => number): void {
    this.#series.deviceNames = deviceNames;
    this.#nowMs = nowMs;
  }

  write(batch: EventBatch): void {
    this.#history.add(batch);
    this.#options.tempo.forgetBefore(this.#nowMs() - this.#options.keepMs);
    const pulled = this.#triggers.filter((trigger) => trigger.pullsIn(batch).length > 0);
    if (pulled.length > 0) this.save();
  }

  /**
   * Writes what was played since the last time, as far back as it is kept. The file is begun at
   * once; `onSaved` tells when it is done.
   *
   * @param name - what to call it, in the place of the pattern
   */
  save(name?: string): void {
    this.#owed = undefined;
    const problem = this.#write(this.#nowMs(), name);
    if (problem === undefined) return;
    // What was played is still kept: the next try may do better.
    this.#options.reporter.warn(`not saved: ${problem}`);
    this.#owed = { name };
  }

  /** What was played is in memory only, until `save`. */
  async flush(): Promise<void> {
    await this.#series.settle();
  }

  /** @param endMs - closing may have taken seconds since: what is kept counts from here */
  async finish(endMs: number): Promise<RecorderResult> {
    const fromMs = endMs - this.#options.keepMs;
    const remarks: string[] = [];
    // What was asked for and could not be saved is saved, whatever it is.
    if (this.#history.hasPlayedSince(fromMs, this.#owed === undefined ? isBegun : isPlayed)) {
      const isFirst = this.#series.isEmpty;
      const problem = this.#write(endMs, this.#owed?.name);
      if (problem === undefined) {
        remarks.push(
          isFirst
            ? 'what was played is saved, unasked'
            : 'what was played since the last save is saved, too',
        );
      } else {
        this.#options.reporter.warn(`not saved: ${problem}`);
        this.#series.addLost(this.#history.allSince(fromMs));
      }
    } else {
      this.#tellMissing(fromMs);
      if (this.#history.hasPlayedSince(fromMs, isMark)) {
        remarks.push('marks are left out: nothing was played after the last take');
      }
    }
    return { ...(await this.#series.settle()), remarks };
  }

  discard(): void {}

  /** @returns why there was no place for it, if there was none */
  #write(endMs: number, name: string | undefined): string | undefined {
    const { keepMs, reporter } = this.#options;
    const kept = this.#history.since(endMs - keepMs);
    if (kept === undefined) {
      const isMissing = this.#tellMissing(endMs - keepMs);
      if (isMissing) this.#history.clear();
      else reporter.say('nothing was played since the last time');
      return undefined;
    }
    const lengthMs = endMs - kept.startMs;
    const file = this.#series.open(lengthMs, name);
    if ('reason' in file) return file.reason;
    for (const batch of kept.batches) file.write(batch);
    this.#tellMissing(endMs - keepMs);
    this.#history.clear();
    this.#series.close(file, kept.startMs, lengthMs);
    return undefined;
  }

  /** @returns whether anything that was played since then was more than memory keeps */
  #tellMissing(fromMs: number): boolean {
    const missing = this.#history.missingSince(fromMs);
    if (missing === undefined) return false;
    this.#options.reporter.warn(
      `more was played than memory keeps: ${missing.count === 1 ? 'the first event is' : `the first ${missing.count} events are`} missing in the take`,
    );
    this.#series.addLost(missing);
    return true;
  }
}
