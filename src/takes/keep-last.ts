/** A recording that writes nothing until it is asked, and then what was played before. */
import type { EventBatch } from '../midi/event-batch.js';
import { EventHistory } from './event-history.js';
import type { Recorder, RecorderResult } from './recorder.js';
import { TakeSeries, type TakeSeriesOptions } from './take-series.js';

/** Memory for what is kept: half an hour of a MIDI line at its fastest is 60 MB. */
const MOST_BYTES = 128 * 1024 * 1024;

export interface KeepOptions extends TakeSeriesOptions {
  /** How much is kept. */
  keepMs: number;
}

export class KeepLast implements Recorder {
  readonly path = undefined;
  readonly #options: KeepOptions;
  readonly #history: EventHistory;
  readonly #series: TakeSeries;
  #nowMs: () => number = () => 0;
  /** What the last `save` was asked to call the take, if there was no place for it. */
  #owed: { name: string | undefined } | undefined;

  constructor(options: KeepOptions) {
    this.#options = options;
    this.#history = new EventHistory(options.keepMs, MOST_BYTES);
    this.#series = new TakeSeries(options);
  }

  /** Memory that is taken by what is kept, roughly. */
  get keptBytes(): number {
    return this.#history.byteLength;
  }

  begin(deviceNames: readonly string[], nowMs: () => number): void {
    this.#series.deviceNames = deviceNames;
    this.#nowMs = nowMs;
  }

  write(batch: EventBatch): void {
    this.#history.add(batch);
    this.#options.tempo.forgetBefore(this.#nowMs() - this.#options.keepMs);
  }

  /**
   * Writes what was played since the last time, as far back as it is kept. The file is begun at
   * once; `onSaved` tells when it is done.
   *
   * @param name - what to call it, in the place of the pattern
   */
  save(name?: string): void {
    const { keepMs, reporter } = this.#options;
    const endMs = this.#nowMs();
    const kept = this.#history.since(endMs - keepMs);
    this.#owed = undefined;
    if (kept === undefined) {
      reporter.say('nothing was played since the last time');
      return;
    }
    const lengthMs = endMs - kept.startMs;
    const file = this.#series.open(lengthMs, name);
    if ('reason' in file) {
      // What was played is still kept: the next try may do better.
      reporter.warn(`not saved: ${file.reason}`);
      this.#owed = { name };
      return;
    }
    for (const batch of kept.batches) file.write(batch);
    if (this.#history.wasCut) {
      reporter.warn('more was played than memory keeps: the beginning is missing');
    }
    this.#history.wasCut = false;
    this.#history.clear();
    this.#series.close(file, kept.startMs, lengthMs);
  }

  /** What was played is in memory only, until `save`. */
  async flush(): Promise<void> {
    await this.#series.settle();
  }

  async finish(): Promise<RecorderResult> {
    if (this.#owed !== undefined) this.save(this.#owed.name);
    const result = await this.#series.settle();
    const isForgotten = this.#history.hasPlayedSince(this.#nowMs() - this.#options.keepMs);
    if (!isForgotten) return result;
    return {
      ...result,
      remarks: ['what was played since the last save was not asked for: it is gone'],
    };
  }

  discard(): void {}
}
