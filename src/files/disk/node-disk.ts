/** The real disk, through node:fs. */
import {
  closeSync,
  existsSync,
  fchmodSync,
  fdatasync,
  fdatasyncSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  linkSync,
  openSync,
  readSync,
  renameSync,
  type Stats,
  statSync,
  unlinkSync,
  write,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { temporaryName } from './destination.js';
import type { Disk, DiskFile } from './disk.js';
import { isTaken } from './io-errors.js';

const writeLater = promisify(write);
const syncLater = promisify(fdatasync);

/**
 * A file as a bare descriptor. A FileHandle of node:fs/promises would not do: its descriptor
 * cannot be closed without the thread pool.
 */
class NodeDiskFile implements DiskFile {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await writeLater(
        this.#fd,
        bytes,
        done,
        bytes.length - done,
        position + done,
      );
      done += bytesWritten;
    }
  }

  sync(): Promise<void> {
    return syncLater(this.#fd);
  }

  writeNow(position: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.#fd, bytes, done, bytes.length - done, position + done);
    }
  }

  syncNow(): void {
    fdatasyncSync(this.#fd);
  }

  readNow(position: number, target: Uint8Array): number {
    let done = 0;
    while (done < target.length) {
      const read = readSync(this.#fd, target, done, target.length - done, position + done);
      if (read === 0) break;
      done += read;
    }
    return done;
  }

  truncateNow(byteLength: number): void {
    ftruncateSync(this.#fd, byteLength);
  }

  isAt(path: string): boolean {
    try {
      return this.#isSame(statSync(path));
    } catch {
      return false;
    }
  }

  /** A handle of this file by another name that it has, in the place of this one; this one, if there can be none. */
  byName(path: string): NodeDiskFile {
    let fd: number;
    try {
      fd = openSync(path, 'r+');
    } catch {
      return this;
    }
    const [unneeded, handle] = this.#isSame(fstatSync(fd))
      ? [this, new NodeDiskFile(fd)]
      : [new NodeDiskFile(fd), this];
    unneeded.close();
    return handle;
  }

  close(): void {
    closeSync(this.#fd);
  }

  #isSame(there: Stats): boolean {
    const here = fstatSync(this.#fd);
    // Windows has two ways of numbering a volume, by a path and by a handle.
    const isSameDisk = here.dev === there.dev || process.platform === 'win32';
    return here.ino === there.ino && isSameDisk;
  }
}

export const nodeDisk: Disk = {
  get tempFolder() {
    return tmpdir();
  },

  create(path, content, mode) {
    // An empty one is whole in any case, and on the disk when what is written to it is synced.
    const isEmpty = content.length === 0;
    if (isEmpty || process.platform === 'win32') return createInPlace(path, content, mode);
    // A name made by link appears with the whole file behind it, and never replaces another.
    const temporary = temporaryName(path);
    const file = createInPlace(temporary, content, mode);
    try {
      linkSync(temporary, path);
    } catch (error) {
      file.close();
      unlinkSync(temporary);
      // Not every file system has links; whatever else was wrong shows again.
      if (isTaken(error)) throw error;
      return createInPlace(path, content, mode);
    }
    // Some file servers (9p) truncate by name: a handle whose name is gone cannot be truncated.
    const handle = file.byName(path);
    unlinkSync(temporary);
    return handle;
  },

  rename: renameSync,

  renameUnlessTaken(from, to) {
    try {
      linkSync(from, to);
    } catch (error) {
      // Not every file system has links. There, what comes between the look and the renaming is lost.
      if (isTaken(error) || existsSync(to)) throw taken(to);
      renameSync(from, to);
      return;
    }
    unlinkSync(from);
  },

  remove: unlinkSync,

  syncFolder(folder) {
    let fd: number;
    try {
      fd = openSync(folder, 'r');
    } catch {
      // Windows opens no folders, and some folders can be written but not read.
      return;
    }
    try {
      fsyncSync(fd);
    } catch {
      // Some file systems cannot do it: then the name is as safe as it gets.
    } finally {
      closeSync(fd);
    }
  },
};

function createInPlace(path: string, content: Uint8Array, mode: number | undefined): NodeDiskFile {
  const fd = openSync(path, 'wx+');
  const file = new NodeDiskFile(fd);
  try {
    if (mode !== undefined) fchmodSync(fd, mode);
    file.writeNow(0, content);
    if (content.length > 0) fsyncSync(fd);
  } catch (error) {
    closeSync(fd);
    unlinkSync(path);
    throw error;
  }
  return file;
}

function taken(path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`EEXIST: file already exists, '${path}'`), { code: 'EEXIST' });
}
