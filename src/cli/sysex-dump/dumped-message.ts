/** What the parts of sysex-dump give each other: a sysex, or a part of one. */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';

/** A sysex as it comes: whole, or a part of a long one. */
export interface DumpedMessage {
  bytes: Uint8Array;
  /** How many parts of the same message came before. */
  part: number;
  /** Further parts follow. */
  goesOn: boolean;
  /** False if its beginning or its end is missing, as far as it is known. */
  complete: boolean;
  /** On the take's clock. */
  timeMs: number;
  device: number;
}

/** Whether it is not all of its message. */
export function isPart({ part, goesOn }: DumpedMessage): boolean {
  return goesOn || part > 0;
}

/** The row as one; undefined if it is no sysex. */
export function dumpedRow(batch: EventBatch, row: number): DumpedMessage | undefined {
  const kind = batch.kind[row];
  if (kind === EventKind.SHORT || kind === EventKind.MARKER) return undefined;
  return {
    bytes: batch.payload[row]!,
    part: batch.packed[row]!,
    goesOn: kind === EventKind.SYSEX_PART,
    complete: kind !== EventKind.BROKEN_SYSEX,
    timeMs: batch.timeMs[row]!,
    device: batch.device[row]!,
  };
}
