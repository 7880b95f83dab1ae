/** The two ends of a line, as a test of it needs them. */
import type { PacedOutput } from '../output/paced-sender.js';

/** A message as it came out of the line. */
export interface Arrival {
  /** When, on the clock of the test. */
  readonly timeMs: number;
  /** A short message, as an EventBatch has it; 0 if it is none. */
  readonly packed: number;
  /** A sysex, whole or broken. */
  readonly sysex?: Uint8Array | undefined;
}

/** Both ends of a line. `sendShort`, `submit` and `drain` are those of an Output. */
export interface CableLine extends PacedOutput {
  sendShort(packed: number): Promise<void>;
  /** What has arrived since the last call. */
  take(): Arrival[];
}

export function sysexIn(arrived: readonly Arrival[]): Uint8Array[] {
  return arrived.flatMap(({ sysex }) => sysex ?? []);
}
