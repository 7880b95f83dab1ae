/** What becomes of the events of a recording: one take, or many. */
import type { LostEvents } from '../files/growing/growing-take.js';
import type { EventBatch } from '../midi/event-batch.js';

/** A file that a recording has left behind. */
export interface SavedTake {
  /** Undefined: it went to standard output. */
  path: string | undefined;
  lengthMs: number;
  byteLength: number;
  notes: number;
}

export interface RecorderResult {
  /** How many takes were saved in all. */
  saved: number;
  /** The last one, if there is any: a recorder that runs for weeks does not remember all. */
  last: SavedTake | undefined;
  /** Events that there was no place for, on the session's clock. */
  lost: LostEvents | undefined;
  /** What else there is to say, for a person. */
  remarks: string[];
  /** What is not as it was asked for, as whole sentences for a person. */
  problems: string[];
  /** Whether any file is not as it was asked for; it has been said, or is among the problems. */
  isTroubled: boolean;
}

/**
 * Turns the events of a session into files. One implementation writes a single take, others decide
 * by themselves when a take begins and ends.
 */
export interface Recorder {
  /** The file of the take at this moment, as it will be called: a path, or undefined for none or standard output. */
  readonly path: string | undefined;
  /** Events that there was no place for, so far. */
  readonly lostEvents: number;
  /** Whether more should not be read yet: it would fill the memory faster than the disk empties it. */
  readonly isBehind: boolean;
  /**
   * Tells what only an open session knows, before the first `write`.
   *
   * @param nowMs - reads the session's clock
   */
  begin(deviceNames: readonly string[], nowMs: () => number): void;
  /** Events in order of time, on the session's clock. The batch is read, not kept. */
  write(batch: EventBatch): void;
  /** Puts what is known so far on the disk. Resolves when it is there, or the disk did not take it. */
  flush(): Promise<void>;
  /**
   * Saves what there is.
   *
   * @param endMs - when the recording was stopped, on the session's clock
   * @throws MidirecError WRITE_FAILED
   */
  finish(endMs: number): Promise<RecorderResult>;
  /** Leaves nothing behind: for when the recording could not begin. */
  discard(): void;
}
