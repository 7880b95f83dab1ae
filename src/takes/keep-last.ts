/** A recording that writes nothing until it is asked, and then what was played before. */
import type { Clock } from '../midi/clock.js';
import type { EventBatch } from '../midi/event-batch.js';
import { EventHistory } from './event-history.js';
import type { Recorder, RecorderResult, SavedTake } from './recorder.js';
import { openFreeName } from './take-name.js';
import {
  describeTrouble,
  openTakeFile,
  type TakeReporter,
  type TakeSettings,
} from './take-options.js';
import type { TakeTempo } from './tempo-source.js';

/** Memory for what is kept: half an hour of a MIDI line at its fastest is 60 MB. */
const MOST_BYTES = 128 * 1024 * 1024;

export interface KeepOptions {
  /** File names, with placeholders: see take-name.ts. */
  pattern: string;
  /** How much is kept. */
  keepMs: number;
  settings: TakeSettings;
  clock: Clock;
  reporter: TakeReporter;
  tempo: TakeTempo;
  wallClock?: () => Date;
  onSaved?: (take: SavedTake) => void;
}

export class KeepLast implements Recorder {
  readonly path = undefined;
  readonly #options: KeepOptions;
  readonly #history: EventHistory;
  #deviceNames: readonly string[] = [];
  #nowMs: () => number = () => 0;
  #takes = 0;
  #saving: Promise<void> = Promise.resolve();
  readonly #result: RecorderResult = {
    saved: 0,
    last: undefined,
    lostEvents: 0,
    remarks: [],
    problems: [],
    isTroubled: false,
  };

  constructor(options: KeepOptions) {
    this.#options = options;
    this.#history = new EventHistory(options.keepMs, MOST_BYTES);
  }

  begin(deviceNames: readonly string[], nowMs: () => number): void {
    this.#deviceNames = deviceNames;
    this.#nowMs = nowMs;
  }

  write(batch: EventBatch): void {
    this.#history.add(batch);
  }

  /**
   * Writes what was played since the last time, as far back as it is kept. The file is begun at
   * once; `onSaved` tells when it is done.
   *
   * @param name - what to call it, in the place of the pattern
   */
  save(name?: string): void {
    const { pattern, keepMs, settings, clock, reporter, tempo, wallClock, onSaved } = this.#options;
    const endMs = this.#nowMs();
    const kept = this.#history.since(endMs - keepMs);
    if (kept === undefined) {
      reporter.say('nothing was played since the last time');
      return;
    }
    const lengthMs = endMs - kept.startMs;
    const date = new Date((wallClock ?? (() => new Date()))().getTime() - lengthMs);
    try {
      const file = openFreeName(name ?? pattern, { date, take: this.#takes + 1 }, (path) =>
        openTakeFile(path, settings, clock, reporter, this.#deviceNames),
      );
      for (const batch of kept.batches) file.write(batch);
      this.#takes++;
      if (this.#history.wasCut) {
        reporter.warn('more was played than memory keeps: the beginning is missing');
      }
      this.#history.wasCut = false;
      this.#history.clear();
      const timing = tempo.timingOf(kept.startMs, endMs);
      const remark = tempo.describe();
      this.#saving = this.#saving
        .then(() => file.close(lengthMs, timing))
        .then((result) => {
          const saved = { path: result.path, lengthMs, byteLength: result.byteLength };
          this.#result.saved++;
          this.#result.last = saved;
          this.#result.lostEvents += result.lost?.count ?? 0;
          this.#result.isTroubled ||= result.trouble !== undefined;
          for (const problem of describeTrouble(result)) reporter.warn(problem);
          onSaved?.(saved);
          if (remark !== undefined) reporter.say(remark);
        })
        .catch((error: Error) => reporter.warn(error.message));
    } catch (error) {
      // What was played is still kept: the next try may do better.
      reporter.warn(`not saved: ${(error as Error).message}`);
    }
  }

  /** What was played is in memory only, until `save`. */
  async flush(): Promise<void> {
    await this.#saving;
  }

  async finish(): Promise<RecorderResult> {
    await this.#saving;
    return this.#result;
  }

  discard(): void {}
}
