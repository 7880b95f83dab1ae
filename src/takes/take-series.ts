/** The files of a recording that makes many takes: each opened where there is a place, closed one after the other. */
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { bothLost, type LostEvents } from '../files/growing/growing-take.js';
import type { LongTake } from './long-take.js';
import type { RecorderResult, SavedTake } from './recorder.js';
import { DEFAULT_PATTERN, expandPattern, isPattern, openFreeName } from './take-name.js';
import { describeTrouble, openTakeFile, type RecorderOptions } from './take-options.js';

export interface TakeSeriesOptions extends RecorderOptions {
  /** File names, with placeholders: see take-name.ts. */
  pattern: string;
  onSaved?: (take: SavedTake) => void;
}

export class TakeSeries {
  /** Names of the inputs, by device index, once they are known. */
  deviceNames: readonly string[] = [];
  readonly #options: TakeSeriesOptions;
  #opened = 0;
  /** Names that takes of this recording have, if others may be overwritten: these may not. */
  readonly #made = new Set<string>();
  #closing: Promise<void> = Promise.resolve();
  readonly #result: RecorderResult = {
    saved: 0,
    last: undefined,
    lost: undefined,
    remarks: [],
    problems: [],
    isTroubled: false,
  };

  /** Events that there was no place for, in takes that are closed or could not be begun. */
  get lostEvents(): number {
    return this.#result.lost?.count ?? 0;
  }

  /** Whether no take was begun yet. */
  get isEmpty(): boolean {
    return this.#opened === 0;
  }

  constructor(options: TakeSeriesOptions) {
    this.#options = options;
  }

  /**
   * Opens the file of the next take; if there can be none where it was to be, under the usual name, else in the
   * folder for temporary files, and that is said.
   *
   * @param ageMs - how long ago the take began
   * @param pattern - for this take only
   * @returns why there is no place, if there is none
   */
  open(ageMs: number, pattern = this.#options.pattern): LongTake | { reason: string } {
    const { settings, reporter, about } = this.#options;
    const date = new Date(Date.now() - ageMs);
    const openNamed = (names: string) => {
      const file = openFreeName(names, { date, take: this.#opened + 1, about }, (path) => {
        const overwrite = settings.overwrite && this.#mayReplace(path, pattern, names, date);
        const opened = openTakeFile(path, this.#options, {
          overwrite,
          date,
          deviceNames: this.deviceNames,
        });
        this.#made.add(resolve(path));
        return opened;
      });
      this.#opened++;
      return file;
    };
    const folder = settings.disk?.tempFolder ?? tmpdir();
    const { pattern: usual } = this.#options;
    // It may be the name that no folder takes.
    const others = [usual, join(folder, basename(pattern)), join(folder, DEFAULT_PATTERN)];
    let reason: string | undefined;
    for (const names of new Set([pattern, ...others])) {
      try {
        const file = openNamed(names);
        if (reason !== undefined) reporter.warn(`${reason}; this take goes to ${file.path}`);
        return file;
      } catch (error) {
        reason ??= (error as Error).message;
        this.#result.isTroubled = true;
      }
    }
    return { reason: reason! };
  }

  /**
   * `--force` is for the name that was given, once: not for a numbered one, not for a name that a
   * command gave, and not for a take of this run.
   */
  #mayReplace(path: string, pattern: string, names: string, date: Date): boolean {
    const { pattern: given, about } = this.#options;
    const isGiven =
      pattern === given && names === given && (isPattern(given) || this.#opened === 0);
    const first = expandPattern(names, { date, take: this.#opened + 1, about });
    return isGiven && path === first && !this.#made.has(resolve(path));
  }

  /**
   * Closes a take, after those that were closed before it.
   *
   * @param startMs - when it began, on the session's clock
   */
  close(file: LongTake, startMs: number, lengthMs: number): void {
    const { tempo, reporter } = this.#options;
    const timing = tempo.timingOf(startMs, startMs + lengthMs);
    const remark = tempo.describe();
    for (const name of file.inSysex) {
      reporter.warn(`${file.finalPath} ends within a sysex of ${name}: the next take has the rest`);
    }
    this.#closing = this.#closing
      .then(() => file.close(lengthMs, timing))
      .then(({ path, byteLength, notes, lost, trouble }) => {
        const saved = { path, lengthMs, byteLength, notes };
        this.#result.saved++;
        this.#result.last = saved;
        if (lost !== undefined) {
          const { count, firstTimeMs, lastTimeMs } = lost;
          this.addLost({
            count,
            firstTimeMs: firstTimeMs + startMs,
            lastTimeMs: lastTimeMs + startMs,
          });
        }
        this.#result.isTroubled ||= trouble !== undefined;
        for (const problem of describeTrouble(trouble)) reporter.warn(problem);
        this.#options.onSaved?.(saved);
        if (remark !== undefined) reporter.say(remark);
      })
      .catch((error: Error) => {
        this.#result.isTroubled = true;
        reporter.warn(`${file.path} was not finished: ${error.message}`);
      });
  }

  /** @param events - in no take, on the session's clock */
  addLost(events: LostEvents | undefined): void {
    this.#result.lost = bothLost(this.#result.lost, events);
  }

  async settle(): Promise<RecorderResult> {
    await this.#closing;
    return this.#result;
  }
}
