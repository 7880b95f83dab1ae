/** A take that may become longer than one file can be: where a file is full, the take goes on in a next one. */
import { numberedPath } from '../files/disk/destination.js';
import { bothLost, type TakeResult, type TakeTiming } from '../files/growing/growing-take.js';
import type { TakeFile } from '../files/growing/take-file.js';
import { reasonOf } from '../midi/errors.js';
import type { EventBatch } from '../midi/event-batch.js';
import { openFirstFree } from './take-name.js';

/** Where a recorder says what happens to its files. */
export interface TakeReporter {
  warn(line: string): void;
  say(line: string): void;
}

/**
 * One take, in as many files as it needs: `take.mid`, `take-2.mid` … All of them have the take's clock, so that
 * they fit together when they are put at the beginning of one time line. A full file is valid, and stays as it
 * is to the end: what makes it canonical would hold up what is being played.
 */
export class LongTake {
  readonly #path: string | undefined;
  readonly #open: (path: string) => TakeFile;
  readonly #reporter: TakeReporter;
  readonly #files: TakeFile[];
  #deviceNames: readonly string[] | undefined;
  #mayGoOn = true;

  /**
   * @param path - of the first file; undefined: a temporary one, which nothing can follow
   * @param openFirst - makes the first file
   * @param openNext - makes a further one, which replaces none; throws MidirecError OUTPUT_EXISTS if there is one
   */
  constructor(
    path: string | undefined,
    openFirst: () => TakeFile,
    openNext: (path: string) => TakeFile,
    reporter: TakeReporter,
  ) {
    this.#path = path;
    this.#open = openNext;
    this.#reporter = reporter;
    this.#files = [openFirst()];
  }

  /** The growing file at this moment. */
  get path(): string {
    return this.#last.path;
  }

  /** Where the take, or its last part, will be. */
  get finalPath(): string {
    return this.#last.finalPath;
  }

  /** Events that there was no place for, so far. */
  get lostEvents(): number {
    return this.#files.reduce((sum, { lostEvents }) => sum + lostEvents, 0);
  }

  /** As TakeFile.isBehind. */
  get isBehind(): boolean {
    return this.#last.isBehind;
  }

  /** Names of the inputs with a sysex of which more is to come. */
  get inSysex(): string[] {
    return this.#last.inSysex;
  }

  get #last(): TakeFile {
    return this.#files.at(-1)!;
  }

  nameDevices(names: readonly string[]): void {
    this.#deviceNames = names;
    this.#last.nameDevices(names);
  }

  write(batch: EventBatch): void {
    if (this.#last.isFull && this.#mayGoOn) this.#goOn();
    this.#last.write(batch);
  }

  flush(): Promise<void> {
    return this.#last.flush();
  }

  /** As TakeFile.close, for all files; the numbers are those of all, the path is that of the first. */
  async close(endTimeMs: number, timing?: TakeTiming): Promise<TakeResult> {
    const results: TakeResult[] = [];
    for (const file of this.#files) {
      results.push(await file.close(file === this.#last ? endTimeMs : 0, timing));
    }
    for (const { path } of results.slice(1)) {
      this.#reporter.say(`${results[0]!.path} goes on in ${path}`);
    }
    return results.reduce((all, next) => ({
      path: all.path,
      byteLength: all.byteLength + next.byteLength,
      canonical: all.canonical && next.canonical,
      trouble: all.trouble ?? next.trouble,
      events: all.events + next.events,
      notes: all.notes + next.notes,
      leftOut: all.leftOut + next.leftOut,
      lost: bothLost(all.lost, next.lost),
    }));
  }

  discard(): void {
    for (const file of this.#files) file.discard();
  }

  #goOn(): void {
    const full = this.#last;
    try {
      if (this.#path === undefined) throw new Error('standard output gets one file');
      const next = openFirstFree((number) => this.#open(numberedPath(this.#path!, number)), 2);
      if (this.#deviceNames !== undefined) next.nameDevices(this.#deviceNames);
      this.#files.push(next);
      const cut = full.inSysex.map((name) => `, with the rest of a sysex of ${name}`);
      this.#reporter.warn(
        `${full.finalPath} is full: the take goes on in ${next.finalPath}${cut.join('')}`,
      );
      full.flush();
    } catch (error) {
      this.#mayGoOn = false;
      this.#reporter.warn(
        `${full.finalPath} is full, and has no next file: ${reasonOf(error)}; what comes from now on is lost`,
      );
    }
  }
}
