/** The end of a take: the canonical file in its place, or the best that can be had if something is in the way. */
import { basename, join } from 'node:path';
import type { Clock } from '../../midi/clock.js';
import { MidirecError } from '../../midi/errors.js';
import { type Destination, temporaryName } from '../disk/destination.js';
import { copyToDevice } from '../disk/device-copy.js';
import type { Disk } from '../disk/disk.js';
import { describeIoError, isTaken, writeFailed } from '../disk/io-errors.js';
import { moveBeside, moveInto } from '../disk/naming.js';
import type { FinishedTake } from './growing-take.js';
import {
  countEvents,
  countReadable,
  type JournalPart,
  JournalUnreadable,
} from './journal-scanner.js';
import type { TakePosition } from './take-journal.js';
import { removeLeftover, saveRest, type TakePart } from './take-places.js';
import { type CanonicalTake, rewriteTake } from './take-rewrite.js';

const noBytes = new Uint8Array(0);

/** A take of which no more events come. */
export interface EndedTake {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly output: Destination | undefined;
  /** The file that grew; behind it, if it could not go on, those in which the take did. */
  readonly parts: readonly [TakePart, ...TakePart[]];
  /** How many events the take has. */
  readonly events: number;
  /** What the parts do not have, in order; empty if they are complete. */
  readonly waiting: readonly Uint8Array[];
  /** Where these events begin. */
  readonly waitingFrom: TakePosition;
  /** Why they could not be added. */
  readonly journalError: unknown;
  /**
   * True if a write to the last part may still happen at any time. Then its file is left alone, and
   * left open: a late write to a closed descriptor could hit another file.
   */
  readonly isHung: boolean;
  readonly canonical: CanonicalTake;
}

/**
 * Brings a take to its end, without the thread pool.
 *
 * In this order: the canonical file, renamed over the file that grew; if that cannot be written,
 * the file that grew, if it has everything; else the canonical file in the folder for temporary
 * files; else the file that grew, and what it does not have in a file of its own in that folder.
 * A disk that does not answer is not asked again.
 */
export async function finishTake(take: EndedTake): Promise<FinishedTake> {
  const finished = new Finish(take).run();
  const { output, disk, clock } = take;
  if (output?.kind !== 'special' || finished.trouble !== undefined) return finished;
  try {
    await copyToDevice(finished.path, output.path, clock);
  } catch (error) {
    return { ...finished, trouble: writeFailed(output.path, error, inPlace(finished.path)) };
  }
  removeLeftover(disk, finished.path);
  return { ...finished, path: output.path };
}

class Finish {
  readonly #take: EndedTake;
  readonly #disk: Disk;
  /** The file that grew. */
  readonly #grown: TakePart;
  readonly #target: string;
  /** Whether that file still has its name: someone may have removed it, or the disk may be gone. */
  readonly #isThere: boolean;
  readonly #closed = new Set<TakePart>();

  constructor(take: EndedTake) {
    const [grown] = take.parts;
    this.#take = take;
    this.#disk = take.disk;
    this.#grown = grown;
    this.#target = take.output?.kind === 'file' ? take.output.path : grown.path;
    this.#isThere = take.isHung || grown.journal.file.isAt(grown.path);
  }

  run(): FinishedTake {
    const { parts, isHung, journalError } = this.#take;
    try {
      return isHung ? this.#finishElsewhere(journalError) : this.#finishInPlace();
    } finally {
      for (const part of parts) if (!isHung || part !== parts.at(-1)) this.#close(part);
    }
  }

  #finishInPlace(): FinishedTake {
    const { output, journalError } = this.#take;
    const target = this.#target;
    const temporary = temporaryName(target);
    let byteLength: number;
    try {
      byteLength = this.#writeCanonical(temporary, output?.mode);
    } catch (error) {
      if (!this.#hasAll) return this.#finishElsewhere(journalError ?? error);
      return error instanceof JournalUnreadable
        ? this.#leaveDamaged(error)
        : this.#keepGrown(error);
    }
    try {
      this.#moveInto(temporary);
    } catch (error) {
      if (isTaken(error)) return this.#putBeside(temporary, byteLength, error);
      if (this.#hasAll && this.#grown.path === target) {
        removeLeftover(this.#disk, temporary);
        return this.#keepGrown(error);
      }
      this.#removeParts();
      return canonical(temporary, byteLength, writeFailed(target, error, inPlace(temporary)));
    }
    this.#removeParts();
    return canonical(target, byteLength, undefined);
  }

  /** Gives a file the take's name: in the place of the file that grew, or of the one that is replaced. */
  #moveInto(from: string): void {
    const { path, journal } = this.#grown;
    const hasName = path === this.#target;
    const isOurs = hasName && journal.file.isAt(path);
    const { mode, replaced } = this.#take.output ?? {};
    // Windows renames nothing over an open file.
    this.#close(this.#grown);
    const destination: Destination = {
      kind: 'file',
      path: this.#target,
      mode,
      ...(!hasName && replaced && { replaced }),
    };
    moveInto(this.#disk, from, destination, isOurs);
  }

  /** Another file has the take's name by now: the take stands beside it. */
  #putBeside(temporary: string, byteLength: number, error: unknown): FinishedTake {
    const target = this.#target;
    const path = moveBeside(this.#disk, temporary, target);
    this.#removeParts();
    const message = `another file has taken the place of ${target}`;
    const options = { hint: inPlace(path), cause: error };
    return canonical(path, byteLength, new MidirecError('OUTPUT_EXISTS', message, options));
  }

  /** Whether the file that grew is the whole take, for all to see. */
  get #hasAll(): boolean {
    const { waiting, parts } = this.#take;
    return waiting.length === 0 && parts.length === 1 && this.#isThere;
  }

  #keepGrown(error: unknown): FinishedTake {
    const { journal } = this.#grown;
    let { path } = this.#grown;
    try {
      if (path !== this.#target) this.#moveInto(path);
      path = this.#target;
    } catch {
      // Then it keeps the name that it has.
    }
    const trouble = new MidirecError(
      'WRITE_FAILED',
      `the take could not be put in its final form: ${describeIoError(error)}`,
      { hint: `${path} is complete and any program can read it`, cause: error },
    );
    return { path, byteLength: journal.end, canonical: false, trouble, lostCount: 0 };
  }

  /** The file that grew is there, but nobody knows what can be read of it: it is left for those who may rescue more. */
  #leaveDamaged(error: JournalUnreadable): FinishedTake {
    const { path, journal } = this.#grown;
    const readable = countReadable({ parts: [partOf(this.#grown)], waiting: [] });
    const lostCount = Math.max(1, this.#take.events - readable.count);
    const lostFromTick = readable.untilTick;
    const trouble = new MidirecError('WRITE_FAILED', `${path} is damaged: ${error.message}`, {
      hint: 'it was left as it is: midirec show tells what can still be read',
      cause: error,
    });
    return { path, byteLength: journal.end, canonical: false, trouble, lostCount, lostFromTick };
  }

  #finishElsewhere(error: unknown): FinishedTake {
    // Reading what a disk has that does not answer may take for ever: what only memory has is saved first.
    const rest = this.#take.isHung ? this.#saveRest() : undefined;
    const name = basename(temporaryName(this.#target)).concat('.mid');
    const path = join(this.#disk.tempFolder, name);
    let byteLength: number;
    try {
      byteLength = this.#writeCanonical(path, undefined);
    } catch {
      return this.#leaveParts(error, rest ?? this.#saveRest());
    }
    if (rest !== undefined) removeLeftover(this.#disk, rest.path);
    if (!this.#take.isHung) this.#removeParts();
    return canonical(path, byteLength, writeFailed(this.#target, error, inPlace(path)));
  }

  /** What waits, in a file of its own; undefined if nothing does, or no file can be made. */
  #saveRest(): TakePart | undefined {
    const { waiting, waitingFrom, canonical: shape } = this.#take;
    if (waiting.length === 0) return undefined;
    return saveRest(this.#disk, this.#target, shape, waitingFrom, waiting);
  }

  /** The files stay as they grew, and what they do not have is in another one, if that could be made. */
  #leaveParts(error: unknown, rest: TakePart | undefined): FinishedTake {
    const { parts, waiting } = this.#take;
    const places = this.#isThere ? [...parts] : parts.slice(1);
    let lostCount = this.#isThere ? 0 : countSafely([partOf(this.#grown)], []);
    if (!this.#take.isHung) for (const { journal } of parts) journal.withdrawNow();
    if (rest !== undefined) places.push(rest);
    else if (waiting.length > 0) lostCount += countSafely([], waiting);
    const paths = places.map(({ path }) => path);
    return {
      path: paths[0] ?? this.#target,
      byteLength: places.reduce((sum, { journal }) => sum + journal.end, 0),
      canonical: false,
      trouble: writeFailed(this.#target, error, whereabouts(paths, lostCount)),
      lostCount,
    };
  }

  /** Writes the canonical take into a new file at `path`; leaves nothing there if that fails. */
  #writeCanonical(path: string, mode: number | undefined): number {
    const { parts, waiting, canonical: shape } = this.#take;
    const file = this.#disk.create(path, noBytes, mode);
    let isWhole = false;
    try {
      const byteLength = rewriteTake({ parts: parts.map(partOf), waiting }, shape, file);
      file.syncNow();
      isWhole = true;
      return byteLength;
    } finally {
      file.close();
      if (!isWhole) removeLeftover(this.#disk, path);
    }
  }

  /** The canonical take is there: nobody needs the others, but for the one that has the take's name. */
  #removeParts(): void {
    for (const part of this.#take.parts) {
      this.#close(part);
      if (part.path !== this.#target) removeLeftover(this.#disk, part.path);
    }
  }

  #close(part: TakePart): void {
    if (this.#closed.has(part)) return;
    this.#closed.add(part);
    part.journal.file.close();
  }
}

function partOf({ journal }: TakePart): JournalPart {
  return { file: journal.file, start: journal.eventsAt, end: journal.end };
}

/** At least one, if they cannot be read to be counted. */
function countSafely(parts: readonly JournalPart[], waiting: readonly Uint8Array[]): number {
  try {
    return countEvents({ parts, waiting });
  } catch {
    return 1;
  }
}

function canonical(
  path: string,
  byteLength: number,
  trouble: MidirecError | undefined,
): FinishedTake {
  return { path, byteLength, canonical: true, trouble, lostCount: 0 };
}

function whereabouts(paths: readonly string[], lostCount: number): string {
  if (paths.length === 0) return 'nothing is left';
  if (lostCount > 0) return `everything up to then is in ${paths.join(' and ')}`;
  if (paths.length === 1) return inPlace(paths[0]!);
  return `the take begins in ${paths.join(' and goes on in ')}`;
}

function inPlace(path: string): string {
  return `the whole take is in ${path}`;
}
