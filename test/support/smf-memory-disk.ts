/** A disk in memory that logs what is done to it, and fails or stalls on demand. */
import { resolve } from 'node:path';
import type { Disk, DiskFile } from '../../src/files/disk/disk.js';

/** One step on the disk. Files are told apart by number, names by path. */
export type DiskStep =
  | {
      readonly kind: 'create';
      readonly file: number;
      readonly path: string;
      readonly bytes: Uint8Array;
    }
  | {
      readonly kind: 'write';
      readonly file: number;
      readonly position: number;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'truncate'; readonly file: number; readonly length: number }
  | { readonly kind: 'sync'; readonly file: number }
  | { readonly kind: 'rename'; readonly from: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'syncFolder'; readonly path: string };

export function ioError(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: simulated`), { code });
}

export class MemoryDisk implements Disk {
  readonly tempFolder = resolve('/temp');
  readonly log: DiskStep[] = [];
  readonly files = new Map<string, MemoryFile>();
  /** Thrown instead of doing what it is asked about; undefined lets it pass. */
  fault: (step: DiskStep) => Error | undefined = () => undefined;
  /** While true, operations with promises neither happen nor settle. */
  isStalled = false;
  /** Called before anything is read. */
  onRead: () => void = () => {};
  #fileCount = 0;

  create(path: string, content: Uint8Array): DiskFile {
    if (this.files.has(path)) throw ioError('EEXIST');
    const file = new MemoryFile(this, this.#fileCount++, content);
    this.step({ kind: 'create', file: file.number, path, bytes: content.slice() });
    this.files.set(path, file);
    return file;
  }

  rename(from: string, to: string): void {
    this.step({ kind: 'rename', from, to });
    this.files.set(to, this.#existing(from));
    this.files.delete(from);
  }

  renameUnlessTaken(from: string, to: string): void {
    if (this.files.has(to)) throw ioError('EEXIST');
    this.rename(from, to);
  }

  remove(path: string): void {
    this.step({ kind: 'remove', path });
    this.#existing(path);
    this.files.delete(path);
  }

  syncFolder(path: string): void {
    this.step({ kind: 'syncFolder', path });
  }

  /** The content of a file, or undefined if there is none. */
  read(path: string): Uint8Array | undefined {
    return this.files.get(path)?.content;
  }

  step(step: DiskStep): void {
    const error = this.fault(step);
    if (error !== undefined) throw error;
    this.log.push(step);
  }

  #existing(path: string): MemoryFile {
    const file = this.files.get(path);
    if (file === undefined) throw ioError('ENOENT');
    return file;
  }
}

export class MemoryFile implements DiskFile {
  readonly number: number;
  isOpen = true;
  #bytes: Uint8Array;
  #length: number;
  readonly #disk: MemoryDisk;

  constructor(disk: MemoryDisk, number: number, content: Uint8Array) {
    this.#disk = disk;
    this.number = number;
    this.#bytes = content.slice();
    this.#length = content.length;
  }

  get content(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  async write(position: number, bytes: Uint8Array): Promise<void> {
    if (this.#disk.isStalled) await new Promise(() => {});
    this.writeNow(position, bytes);
  }

  async sync(): Promise<void> {
    if (this.#disk.isStalled) await new Promise(() => {});
    this.syncNow();
  }

  writeNow(position: number, bytes: Uint8Array): void {
    this.#assertOpen();
    this.#disk.step({ kind: 'write', file: this.number, position, bytes: bytes.slice() });
    const end = position + bytes.length;
    if (end > this.#bytes.length) {
      const larger = new Uint8Array(end * 2);
      larger.set(this.content);
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, position);
    this.#length = Math.max(this.#length, end);
  }

  syncNow(): void {
    this.#assertOpen();
    this.#disk.step({ kind: 'sync', file: this.number });
  }

  readNow(position: number, target: Uint8Array): number {
    this.#assertOpen();
    this.#disk.onRead();
    const part = this.content.subarray(position, position + target.length);
    target.set(part);
    return part.length;
  }

  truncateNow(length: number): void {
    this.#assertOpen();
    this.#disk.step({ kind: 'truncate', file: this.number, length });
    this.#length = Math.min(this.#length, length);
    // A gap that is written over later reads as zeros.
    this.#bytes.fill(0, this.#length);
  }

  isAt(path: string): boolean {
    return this.#disk.files.get(path) === this;
  }

  close(): void {
    this.#assertOpen();
    this.isOpen = false;
  }

  #assertOpen(): void {
    if (!this.isOpen) throw ioError('EBADF');
  }
}
