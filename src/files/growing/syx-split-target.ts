/** A file for each message of a dump. */
import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { inspectDestination, temporaryName } from '../disk/destination.js';
import type { Disk } from '../disk/disk.js';
import { alreadyExists, asOutputError, isTaken, unwritable } from '../disk/io-errors.js';
import { writeWhole } from '../disk/naming.js';
import { partsOf, type SyxFileTarget, type SyxTarget } from './syx-target.js';

const FREE_NAME = { kind: 'file', mode: undefined } as const;

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
    if (!overwrite && taken !== undefined) throw alreadyExists(join(dirname(path), taken));
    inspectDestination(splitPath(path, 1), overwrite);
    const probe = temporaryName(path);
    try {
      disk.create(probe, new Uint8Array(0)).close();
    } catch (error) {
      throw asOutputError(error, path);
    }
    disk.remove(probe);
    this.#disk = disk;
    this.#path = path;
    this.#replaceable = overwrite ? numbered && new Set(numbered) : new Set();
  }

  get messages(): number {
    return this.paths.length;
  }

  get byteLength(): number {
    return this.#byteLength;
  }

  async put(messages: readonly Uint8Array[]): Promise<number> {
    // Making a file blocks; between two of them the input must get its turn.
    const before = this.messages;
    await nextTurn();
    if (this.messages === before) this.putNow(messages[0]);
    return 1;
  }

  putNow(message: Uint8Array): void {
    this.#place(message.length, (path, isReplaceable) => {
      if (isReplaceable) writeWhole(this.#disk, inspectDestination(path, true), message);
      else this.#disk.create(path, message).close();
    });
  }

  adopt(source: SyxFileTarget): void {
    this.#place(source.byteLength, (path, isReplaceable) => {
      source.moveTo(isReplaceable ? inspectDestination(path, true) : { ...FREE_NAME, path });
    });
  }

  syncNow(): void {
    // Files are safe as soon as they are made.
  }

  /** Files that are whole are anyone's to move about. */
  readonly isMissing = false;

  countSpoiled(): number {
    return 0;
  }

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
  #place(byteLength: number, make: (path: string, isReplaceable: boolean) => void): void {
    for (; ; this.#number++) {
      const path = splitPath(this.#path, this.#number);
      try {
        make(path, this.#replaceable?.has(basename(path)) ?? true);
      } catch (error) {
        if (isTaken(error)) continue;
        throw error;
      }
      this.#disk.syncFolder(dirname(path));
      this.paths.push(path);
      this.#byteLength += byteLength;
      this.#number++;
      return;
    }
  }
}

/** `dump.syx` and 7 make `dump-007.syx`; a name without an extension gets .syx. */
export function splitPath(path: string, number: number): string {
  const { stem, extension } = partsOf(path);
  return join(dirname(path), `${stem}-${String(number).padStart(3, '0')}${extension}`);
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
