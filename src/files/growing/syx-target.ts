/** Where the messages of a dump are put: one growing file, or a file for each. */
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MidirecError } from '../../midi/errors.js';
import {
  type Destination,
  inspectDestination,
  isStillReplaceable,
  temporaryName,
} from '../disk/destination.js';
import type { Disk, DiskFile } from '../disk/disk.js';
import { describeIoError, unwritable } from '../disk/io-errors.js';

/**
 * What holds for each target between two calls: on the disk are whole messages only, in the order
 * in which they were put. A call that fails leaves it so, and the next call brings the same messages again.
 */
export interface SyxTarget {
  /** The files that the target has made, where they are now. */
  readonly paths: readonly string[];
  /** Bytes of messages that are on the disk. */
  readonly byteLength: number;
  /** Whether `putNow` is quick enough to be called while a dump is coming in. */
  readonly isQuick: boolean;
  /**
   * Puts messages on the disk itself. Does not block, or not for long.
   *
   * @returns how many, from the first on, were put; at least one
   */
  put(messages: readonly Uint8Array[]): Promise<number>;
  /** Puts one message where it survives the end of the program, without the thread pool. May be called while a `put` of the same message is under way. */
  putNow(message: Uint8Array): void;
  /** Makes safe on the disk itself what `putNow` put, and sees to it that nothing stands behind it. */
  syncNow(): void;
  /** Whether someone has removed the file under the dump, or replaced it. */
  readonly isMissing: boolean;
  /** Puts all that is on the disk so far into another target. */
  copyTo(target: SyxTarget): void;
  /** Never while a `put` is under way. */
  close(): void;
  /** Removes all files that the target has made. */
  remove(): void;
}

const COPY_BYTES = 0x4_0000;

/** One file, which every put makes longer. */
export class SyxFileTarget implements SyxTarget {
  readonly isQuick = true;
  readonly #disk: Disk;
  readonly #file: DiskFile;
  readonly #output: Destination;
  readonly #path: string;
  #pathNow: string;
  #end = 0;

  /**
   * Makes an empty file. If it is to replace another, it grows under a temporary name until its
   * first message is on the disk.
   *
   * @throws MidirecError OUTPUT_EXISTS, OUTPUT_UNWRITABLE
   */
  constructor(disk: Disk, path: string, overwrite: boolean) {
    const output = inspectDestination(path, overwrite);
    this.#disk = disk;
    this.#output = output;
    this.#path = output.path;
    this.#pathNow = output.mode === undefined ? output.path : temporaryName(output.path);
    this.#file = create(disk, this.#pathNow, new Uint8Array(0), output.mode, path);
    disk.syncFolder(dirname(this.#pathNow));
  }

  get paths(): readonly string[] {
    return [this.#pathNow];
  }

  get byteLength(): number {
    return this.#end;
  }

  async put(messages: readonly Uint8Array[]): Promise<number> {
    const bytes = messages.length === 1 ? messages[0] : Buffer.concat(messages);
    const at = this.#end;
    try {
      await this.#file.write(at, bytes);
      await this.#file.sync();
    } catch (error) {
      this.#cutBackTo(at);
      throw error;
    }
    this.#moveOn(at, bytes.length);
    return messages.length;
  }

  putNow(message: Uint8Array): void {
    const at = this.#end;
    try {
      this.#file.writeNow(at, message);
    } catch (error) {
      this.#cutBackTo(at);
      throw error;
    }
    this.#moveOn(at, message.length);
  }

  syncNow(): void {
    this.#file.truncateNow(this.#end);
    this.#file.syncNow();
  }

  get isMissing(): boolean {
    return !this.#file.isAt(this.#pathNow);
  }

  copyTo(target: SyxTarget): void {
    const piece = new Uint8Array(COPY_BYTES);
    for (let at = 0; at < this.#end; ) {
      const read = this.#file.readNow(at, piece.subarray(0, Math.min(COPY_BYTES, this.#end - at)));
      if (read === 0) throw new Error('the file is shorter than what was written to it');
      target.putNow(piece.subarray(0, read));
      at += read;
    }
    target.syncNow();
  }

  close(): void {
    this.#file.close();
  }

  remove(): void {
    this.#disk.remove(this.#pathNow);
  }

  /** A message of which only a part could be written must not stay. */
  #cutBackTo(end: number): void {
    if (this.#end !== end) return;
    try {
      this.#file.truncateNow(end);
    } catch {
      // Then it stays until it is written again, at the same place.
    }
  }

  /** Does nothing if `putNow` has gone past the bytes that a `put` was writing. */
  #moveOn(at: number, length: number): void {
    if (this.#end !== at) return;
    if (this.#pathNow !== this.#path) {
      if (isStillReplaceable(this.#output)) this.#disk.rename(this.#pathNow, this.#path);
      else this.#disk.renameUnlessTaken(this.#pathNow, this.#path);
      this.#pathNow = this.#path;
      this.#disk.syncFolder(dirname(this.#path));
    }
    this.#end = at + length;
  }
}

/** A file for each message: dump-001.syx, dump-002.syx … */
export class SyxSplitTarget implements SyxTarget {
  readonly isQuick = false;
  readonly paths: string[] = [];
  readonly #disk: Disk;
  readonly #path: string;
  /** Names of files that may be replaced: those that were there at the start, or undefined if nobody can tell. */
  readonly #replaceable: ReadonlySet<string> | undefined;
  #number = 1;
  #byteLength = 0;

  /**
   * Makes no file yet, but sees that it can.
   *
   * @param path - the name that the numbers are put into
   * @throws MidirecError OUTPUT_EXISTS if `overwrite` is false and there is a file with such a
   *   number already, OUTPUT_UNWRITABLE
   */
  constructor(disk: Disk, path: string, overwrite: boolean) {
    if (/(^|[/\\])$/.test(path)) throw unwritable(path, 'it names no file');
    const numbered = numberedFiles(path);
    const [taken] = numbered ?? [];
    if (!overwrite && taken !== undefined) throw exists(join(dirname(path), taken));
    inspectDestination(splitPath(path, 1), overwrite);
    const probe = temporaryName(path);
    create(disk, probe, new Uint8Array(0), undefined, path).close();
    disk.remove(probe);
    this.#disk = disk;
    this.#path = path;
    this.#replaceable = overwrite ? numbered && new Set(numbered) : new Set();
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  async put(messages: readonly Uint8Array[]): Promise<number> {
    // Making a file blocks; between two of them the input must get its turn.
    await nextTurn();
    this.putNow(messages[0]);
    return 1;
  }

  putNow(message: Uint8Array): void {
    const path = this.#place(message);
    this.#disk.syncFolder(dirname(path));
    this.paths.push(path);
    this.#byteLength += message.length;
    this.#number++;
  }

  syncNow(): void {
    // Files are safe as soon as they are made.
  }

  /** Files that are whole are anyone's to move about. */
  readonly isMissing = false;

  copyTo(): void {
    // No file stays open to be read.
  }

  close(): void {
    // No file stays open.
  }

  remove(): void {
    for (const path of this.paths.splice(0)) this.#disk.remove(path);
  }

  /** A file that came to be there since the dump began keeps its number. */
  #place(message: Uint8Array): string {
    for (; ; this.#number++) {
      const path = splitPath(this.#path, this.#number);
      try {
        if (this.#replaceable?.has(basename(path)) ?? true) this.#replace(path, message);
        else this.#disk.create(path, message).close();
        return path;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
  }

  #replace(path: string, message: Uint8Array): void {
    const { path: target, mode } = inspectDestination(path, true);
    const temporary = temporaryName(target);
    this.#disk.create(temporary, message, mode).close();
    this.#disk.rename(temporary, target);
  }
}

/**
 * A file in the temporary folder, for what the file at `path` cannot take.
 *
 * @throws MidirecError OUTPUT_UNWRITABLE
 */
export function openSpare(disk: Disk, path: string): SyxTarget {
  const name = `${partsOf(path).stem}-rest-${randomBytes(4).toString('hex')}.syx`;
  return new SyxFileTarget(disk, join(disk.tempFolder, name), false);
}

/** `dump.syx` and 7 make `dump-007.syx`; a name without an extension gets .syx. */
export function splitPath(path: string, number: number): string {
  const { stem, extension } = partsOf(path);
  return join(dirname(path), `${stem}-${String(number).padStart(3, '0')}${extension}`);
}

function partsOf(path: string): { stem: string; extension: string } {
  const extension = extname(path);
  return { stem: basename(path, extension), extension: extension || '.syx' };
}

/** Names of the files that have a number of a split dump, in order; undefined if the folder cannot be listed. */
function numberedFiles(path: string): string[] | undefined {
  const { stem, extension } = partsOf(path);
  const isNumbered = (name: string) =>
    name.startsWith(`${stem}-`) &&
    name.endsWith(extension) &&
    /^\d{3,}$/.test(name.slice(stem.length + 1, name.length - extension.length));
  try {
    return readdirSync(dirname(path)).filter(isNumbered).sort();
  } catch {
    // Such a folder may still be written to.
    return undefined;
  }
}

function create(
  disk: Disk,
  path: string,
  content: Uint8Array,
  mode: number | undefined,
  shownPath: string,
): DiskFile {
  try {
    return disk.create(path, content, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw exists(shownPath);
    throw unwritable(shownPath, describeIoError(error), error);
  }
}

function exists(path: string): MidirecError {
  return new MidirecError('OUTPUT_EXISTS', `${path} exists already`, {
    hint: 'choose another name, or give --force to replace it',
    exitCode: 2,
  });
}
