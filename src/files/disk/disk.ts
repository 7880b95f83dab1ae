/** The disk as a take sees it: few enough operations that a test can record, reorder and fail each of them. */

/**
 * A file that is open for reading and writing. Positions and lengths are bytes.
 *
 * The operations that answer with a promise do not block; the others (…Now) do, and work even
 * when the thread pool behind the promises is held up by drivers that never return. All fail
 * with the errors of node:fs. A write writes all of its bytes or fails.
 */
export interface DiskFile {
  write(position: number, bytes: Uint8Array): Promise<void>;
  /** When it resolves, everything written before it was called is on the disk itself. */
  sync(): Promise<void>;
  writeNow(position: number, bytes: Uint8Array): void;
  syncNow(): void;
  /** Reads into `target` and returns how many bytes there were: fewer than it holds only at the end of the file. */
  readNow(position: number, target: Uint8Array): number;
  truncateNow(byteLength: number): void;
  /** Whether it is this file that has the name `path`: someone may have removed or replaced it. */
  isAt(path: string): boolean;
  /** Never while a promise of this file is unsettled: a late write could end up in another file. */
  close(): void;
}

export interface Disk {
  /** A folder for what has no other place. */
  readonly tempFolder: string;
  /**
   * Makes a file that has `content`, safely on the disk, from the first moment at which it is
   * seen under its name.
   *
   * @param mode - permission bits; as the umask has it if not given
   * @throws EEXIST if there is anything at `path`
   */
  create(path: string, content: Uint8Array, mode?: number): DiskFile;
  /** Gives a file another name, in one step, replacing what had that name. */
  rename(from: string, to: string): void;
  /**
   * The same, if nothing has that name.
   *
   * @throws EEXIST if there is anything at `to`
   */
  renameUnlessTaken(from: string, to: string): void;
  remove(path: string): void;
  /** Makes the names in a folder as safe as `sync` makes the bytes of a file, where the system can do that. */
  syncFolder(folder: string): void;
}
