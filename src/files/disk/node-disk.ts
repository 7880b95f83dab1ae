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
  statSync,
  unlinkSync,
  write,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { temporaryName } from './destination.js';
import type { Disk, DiskFile } from './disk.js';

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
      const here = fstatSync(this.#fd);
      const there = statSync(path);
      // Windows has two ways of numbering a volume, by a path and by a handle.
      const isSameDisk = here.dev === there.dev || process.platform === 'win32';
      return here.ino === there.ino && isSameDisk;
    } catch {
      return false;
    }
  }

  close(): void {
    closeSync(this.#fd);
  }
}

export const nodeDisk: Disk = {
  get tempFolder() {
    return tmpdir();
  },

  create(path, content, mode) {
    if (process.platform === 'win32') return createInPlace(path, content, mode);
    // A name made by link appears with the whole file behind it, and never replaces another.
    const temporary = temporaryName(path);
    const file = createInPlace(temporary, content, mode);
    try {
      linkSync(temporary, path);
      return file;
    } catch (error) {
      file.close();
      // Not every file system has links; whatever else was wrong shows again.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error;
      return createInPlace(path, content, mode);
    } finally {
      unlinkSync(temporary);
    }
  },

  rename: renameSync,

  renameUnlessTaken(from, to) {
    try {
      linkSync(from, to);
    } catch (error) {
      // Not every file system has links. There, what comes between the look and the renaming is lost.
      if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(to)) throw taken(to);
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

function createInPlace(path: string, content: Uint8Array, mode: number | undefined): DiskFile {
  const fd = openSync(path, 'wx+');
  const file = new NodeDiskFile(fd);
  try {
    if (mode !== undefined) fchmodSync(fd, mode);
    file.writeNow(0, content);
    fsyncSync(fd);
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
