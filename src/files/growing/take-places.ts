/** The files in which a take grows: the one at its path and, if that cannot go on, one in the folder for temporary files. */
import { randomBytes } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { type Destination, temporaryName } from '../disk/destination.js';
import type { Disk } from '../disk/disk.js';
import { asOutputError } from '../disk/io-errors.js';
import { moveInto } from '../disk/naming.js';
import { encodeSkeleton, TakeJournal, type TakePosition, type TakeShape } from './take-journal.js';

/** A growing file, and the name that it has. */
export interface TakePart {
  readonly journal: TakeJournal;
  path: string;
}

export class TakePlaces {
  /** In the order of their events. The last one grows. */
  readonly parts: [TakePart, ...TakePart[]];
  readonly #disk: Disk;
  readonly #output: Destination | undefined;
  readonly #shape: TakeShape;

  /**
   * Makes the first file.
   *
   * @param output - undefined: a file in the folder for temporary files
   * @param shownPath - what to call it in an error
   * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE; then nothing is left on the disk
   */
  constructor(
    disk: Disk,
    output: Destination | undefined,
    shape: TakeShape,
    shownPath: string | undefined,
  ) {
    this.#disk = disk;
    this.#output = output;
    this.#shape = shape;
    const path = firstPath(disk, output);
    try {
      this.parts = [createPart(disk, path, shape, undefined, output?.mode)];
    } catch (error) {
      throw asOutputError(error, shownPath ?? path);
    }
  }

  get first(): TakePart {
    return this.parts[0];
  }

  get last(): TakePart {
    return this.parts.at(-1)!;
  }

  /** Bytes of events that are on the disk. */
  get byteLength(): number {
    return this.parts.reduce((sum, { journal }) => sum + journal.end - journal.eventsAt, 0);
  }

  /** Puts the first file in the place of the one that it replaces, if there is one and it still stands there. */
  publish(): void {
    const { first } = this;
    const output = this.#output;
    if (output?.kind !== 'file' || first.path === output.path) return;
    try {
      moveInto(this.#disk, first.path, output);
    } catch {
      // Tried again at the next flush, and for the last time at the end, which reports it.
      return;
    }
    first.path = output.path;
  }

  /**
   * Adds a spare file.
   *
   * @param move - puts what waits into it; if that fails, there is no spare file
   * @throws what the disk throws
   */
  moveOn(from: TakePosition, move: (journal: TakeJournal) => void): TakePart {
    const spare = createSpare(this.#disk, this.first.path, this.#shape, from);
    fillSpare(this.#disk, spare, () => move(spare.journal));
    this.parts.push(spare);
    return spare;
  }

  /** Takes all files away again, when `idle` says that nothing writes to them any more. */
  discard(idle: Promise<void> | undefined): void {
    for (const { journal, path } of this.parts) {
      if (idle === undefined) journal.file.close();
      else idle.then(() => journal.file.close());
      removeLeftover(this.#disk, path);
    }
  }
}

/**
 * Makes a spare file with everything that waits in it, closed.
 *
 * @param path - the take's own, after which the file is named
 * @returns undefined, and no file, if the disk does not take all of it
 */
export function saveRest(
  disk: Disk,
  path: string,
  shape: TakeShape,
  from: TakePosition,
  waiting: readonly Uint8Array[],
): TakePart | undefined {
  try {
    const spare = createSpare(disk, path, shape, from);
    fillSpare(disk, spare, () => {
      for (const bytes of waiting) spare.journal.flushNow(bytes);
      spare.journal.finishNow();
    });
    spare.journal.file.close();
    return spare;
  } catch {
    return undefined;
  }
}

/** Removes a file that is not needed any more. If that fails, the take is no worse for it. */
export function removeLeftover(disk: Disk, path: string): void {
  try {
    disk.remove(path);
  } catch {
    // Its name says what it is.
  }
}

function firstPath(disk: Disk, output: Destination | undefined): string {
  if (output?.kind !== 'file') return temporaryName(join(disk.tempFolder, 'take')).concat('.mid');
  return output.mode === undefined ? output.path : temporaryName(output.path);
}

function createPart(
  disk: Disk,
  path: string,
  shape: TakeShape,
  from: TakePosition | undefined,
  mode: number | undefined,
): TakePart {
  const skeleton = encodeSkeleton(shape, from);
  const journal = new TakeJournal(disk.create(path, skeleton.bytes, mode), skeleton);
  disk.syncFolder(dirname(path));
  return { journal, path };
}

function createSpare(disk: Disk, path: string, shape: TakeShape, from: TakePosition): TakePart {
  const name = `${basename(path, extname(path))}-rest-${randomBytes(4).toString('hex')}.mid`;
  return createPart(disk, join(disk.tempFolder, name), shape, from, undefined);
}

function fillSpare(disk: Disk, { journal, path }: TakePart, fill: () => void): void {
  try {
    fill();
  } catch (error) {
    journal.file.close();
    removeLeftover(disk, path);
    throw error;
  }
}
