/** What reads a path, so that neither the event loop nor a thread ever waits for it. */
import { accessSync, type Stats, statSync } from 'node:fs';

/** How a stream that is there only once has come to its end: read to the last byte, or not. */
export type StreamEnding = 'complete' | 'failed';

export interface ReaderTarget {
  /**
   * @param timeMs - when the last of them came in, on the reader's clock; without it, now
   * @returns a promise if no more should be read until it resolves
   */
  onBytes(bytes: Uint8Array, timeMs?: number): Promise<void> | undefined;
  /** The kernel had no room for something that came after what was read. */
  onLost?(): void;
  /**
   * There is nothing more to read, and never will be through this reader.
   *
   * @param ending - undefined for a device or FIFO that has gone: it may come back
   */
  onEnd(ending: StreamEnding | undefined): void;
}

/** A path that is open for reading. What is not read stays where it is. */
export interface StreamReader {
  start(target: ReaderTarget): void;
  stop(): void;
  close(): void;
}

/** What a path names; undefined if there is nothing, or nothing that can be looked at. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/** @param mode - R_OK or W_OK of node:fs */
export function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
