/** Where the messages of a dump are put, and the one growing file that is the usual place. */
import { createHash, randomBytes } from 'node:crypto';
import { basename, dirname, extname, join } from 'node:path';
import { SYSEX_END } from '../../midi/status.js';
import { type Destination, inspectDestination, temporaryName } from '../disk/destination.js';
import type { Disk, DiskFile } from '../disk/disk.js';
import { asOutputError } from '../disk/io-errors.js';
import { moveInto } from '../disk/naming.js';

/**
 * What holds for each target between two calls: on the disk are whole messages only, in the order
 * in which they were put. A call that fails leaves it so, and the next call brings the same messages again.
 */
export interface SyxTarget {
  /** The files that the target has made, where they are now. */
  readonly paths: readonly string[];
  /** Messages that are on the disk, and their bytes. */
  readonly messages: number;
  readonly byteLength: number;
  /** Whether `putNow` is quick enough to be called while a dump is coming in. */
  readonly isQuick: boolean;
  /**
   * Puts messages on the disk itself. Does not block, or not for long.
   *
   * @returns how many, from the first on, were put; at least one
   */
  put(messages: readonly Uint8Array[]): Promise<number>;
  /**
   * Puts bytes where they survive the end of the program, without the thread pool. May be called
   * while a `put` of the same message is under way.
   *
   * @param messages - how many are complete with these bytes; 1 if left out
   */
  putNow(bytes: Uint8Array, messages?: number): void;
  /** Makes safe on the disk itself what `putNow` put, and sees to it that nothing stands behind it. */
  syncNow(): void;
  /** Whether someone has removed the file under the dump, or replaced it. */
  readonly isMissing: boolean;
  /** Reads back what is on the disk. @returns how many messages another program has spoiled: one at least, if any */
  countSpoiled(): number;
  /**
   * Puts all that is on the disk so far into another target.
   *
   * @param messages - how many that is; as many as were put, if left out
   */
  copyTo(target: SyxTarget, messages?: number): void;
  /**
   * Puts one message that was written piece by piece to a file of its own, all of which is on the disk. That
   * file may become the target's own, and `source` is only to be closed and removed afterwards.
   *
   * @throws what the disk throws; then both are as they were
   */
  adopt(source: SyxFileTarget): void;
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
  readonly #output: Destination;
  readonly #path: string;
  #file: DiskFile;
  /** Empty if the file has become another target's. */
  #pathNow: string;
  #end = 0;
  #messages = 0;
  /** Of the bytes up to the end. */
  #hash = createHash('sha256');

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
    try {
      this.#file = disk.create(this.#pathNow, new Uint8Array(0), output.mode);
    } catch (error) {
      throw asOutputError(error, path);
    }
    disk.syncFolder(dirname(this.#pathNow));
  }

  get paths(): readonly string[] {
    return [this.#pathNow];
  }

  get messages(): number {
    return this.#messages;
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
    this.#moveOn(at, bytes, messages.length);
    return messages.length;
  }

  putNow(bytes: Uint8Array, messages = 1): void {
    const at = this.#end;
    try {
      this.#file.writeNow(at, bytes);
    } catch (error) {
      this.#cutBackTo(at);
      throw error;
    }
    this.#moveOn(at, bytes, messages);
  }

  syncNow(): void {
    this.#file.truncateNow(this.#end);
    this.#file.syncNow();
  }

  get isMissing(): boolean {
    return !this.#file.isAt(this.#pathNow);
  }

  countSpoiled(): number {
    const hash = createHash('sha256');
    for (const piece of this.#pieces()) hash.update(piece);
    if (hash.digest().equals(this.#hash.copy().digest())) return 0;
    let ends = 0;
    for (const piece of this.#pieces()) ends += piece.filter((byte) => byte === SYSEX_END).length;
    return Math.max(1, this.#messages - ends);
  }

  copyTo(target: SyxTarget, messages = this.#messages): void {
    let left = this.#end;
    for (const piece of this.#pieces()) {
      left -= piece.length;
      target.putNow(piece, left > 0 ? 0 : messages);
    }
    target.syncNow();
  }

  /** What the file has, each piece good until the next. */
  *#pieces(): Generator<Uint8Array> {
    const piece = new Uint8Array(COPY_BYTES);
    for (let at = 0; at < this.#end; ) {
      const read = this.#file.readNow(at, piece.subarray(0, Math.min(COPY_BYTES, this.#end - at)));
      if (read === 0) throw new Error('the file is shorter than what was written to it');
      at += read;
      yield piece.subarray(0, read);
    }
  }

  adopt(source: SyxFileTarget): void {
    const at = this.#end;
    if (at === 0 && this.#swap(source)) return;
    const hash = this.#hash.copy();
    try {
      source.copyTo(this, 1);
    } catch (error) {
      this.#end = at;
      this.#hash = hash;
      this.#cutBackTo(at);
      throw error;
    }
  }

  /**
   * Gives the file another name, which no other file has, or one that is to be replaced. It is to be closed
   * by this target, and belongs to it no more.
   *
   * @throws what the disk throws; then nothing has changed
   */
  moveTo(output: Destination, isOurs = false): void {
    moveInto(this.#disk, this.#pathNow, output, isOurs);
    this.#pathNow = '';
    this.#end = 0;
    this.#messages = 0;
  }

  close(): void {
    this.#file.close();
  }

  remove(): void {
    if (this.#pathNow !== '') this.#disk.remove(this.#pathNow);
  }

  /** Has the file of `source` in the place of its own, which is empty. @returns false if that cannot be */
  #swap(source: SyxFileTarget): boolean {
    if (source.isMissing) return false;
    const end = source.#end;
    const isPublished = this.#pathNow === this.#path;
    try {
      source.moveTo(this.#output, isPublished && this.#file.isAt(this.#path));
    } catch {
      // It may lie on another disk.
      return false;
    }
    if (!isPublished) this.#disk.remove(this.#pathNow);
    [this.#file, source.#file] = [source.#file, this.#file];
    this.#hash = source.#hash;
    this.#pathNow = this.#path;
    this.#end = end;
    this.#messages = 1;
    return true;
  }

  /** Whether there is nothing more to say about a write at `at`: others have gone past it, or the file is another target's. */
  #isPast(at: number): boolean {
    return this.#end !== at || this.#pathNow === '';
  }

  /** A message of which only a part could be written must not stay. */
  #cutBackTo(end: number): void {
    if (this.#isPast(end)) return;
    try {
      this.#file.truncateNow(end);
    } catch {
      // Then it stays until it is written again, at the same place.
    }
  }

  /** Does nothing if `putNow` has gone past the bytes that a `put` was writing. */
  #moveOn(at: number, bytes: Uint8Array, messages: number): void {
    if (this.#isPast(at)) return;
    if (this.#pathNow !== this.#path) {
      moveInto(this.#disk, this.#pathNow, this.#output);
      this.#pathNow = this.#path;
    }
    this.#end = at + bytes.length;
    this.#hash.update(bytes);
    this.#messages += messages;
  }
}

/**
 * Puts messages on the disk in one go; if that fails, or would block, only the first.
 *
 * @returns how many
 * @throws what the disk throws if it does not take the first one
 */
export function putFirstNow(target: SyxTarget, messages: readonly Uint8Array[]): number {
  if (messages.length > 1 && target.isQuick) {
    try {
      target.putNow(Buffer.concat(messages), messages.length);
      return messages.length;
    } catch {
      // Some of them may fit.
    }
  }
  target.putNow(messages[0]!);
  return 1;
}

/** For a file that nobody needs. If that fails, the dump is no worse for it. */
export function throwAway(target: SyxTarget): void {
  try {
    target.close();
    target.remove();
  } catch {
    // Its name says what it is.
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

/** The name without its extension, and the extension; .syx if there is none. */
export function partsOf(path: string): { stem: string; extension: string } {
  const extension = extname(path);
  return { stem: basename(path, extension), extension: extension || '.syx' };
}
