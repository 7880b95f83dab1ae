/** What a test of a line has found out, as data. */
import type { Outcome } from './comparison.js';
import type { Pattern } from './test-messages.js';

export interface SysexTrial extends Outcome {
  readonly size: number;
  readonly pattern: Pattern;
}

export interface RunTrial {
  readonly sent: number;
  readonly missing: number;
  /** Too many, or others than were sent. */
  readonly extra: number;
}

export interface CableFacts {
  /** Milliseconds of each short message that was waited for; undefined for one that did not come. */
  latenciesMs: (number | undefined)[];
  /** The status bytes that did not come through, of which everyStatus sends. */
  lostStatuses: number[];
  /** Short messages back to back. */
  flood?: RunTrial;
  /** One message at a time, as fast as the driver takes it. */
  fullSpeed: SysexTrial[];
  /** A message sent in pieces. */
  inPieces?: SysexTrial | undefined;
  /** Clock in the midst of a sysex. */
  clockInside?: SysexTrial | undefined;
  /** Small sysex back to back, and with a pause after each. */
  burst?: RunTrial;
  spacedBurst?: RunTrial;
  /** Whether the smallest message that did not come whole did so when it was sent again. */
  isSporadic: boolean;
  /** The presets that were tried with the smallest message that did not come whole. */
  paces: { preset: string; trial: SysexTrial }[];
  /** Whether all was tried. */
  isComplete: boolean;
}

/** Whether a message did not come through whole; one that was overtaken did. */
export function isFailure({ fault }: Outcome): boolean {
  return fault !== undefined && fault !== 'overtaken';
}

/** What became of messages that were sent back to back. */
export function account<T>(sent: readonly T[], arrived: readonly T[]): RunTrial {
  const left = new Map<T, number>();
  for (const each of arrived) left.set(each, (left.get(each) ?? 0) + 1);
  let missing = 0;
  for (const each of sent) {
    const count = left.get(each) ?? 0;
    if (count === 0) missing++;
    else left.set(each, count - 1);
  }
  return { sent: sent.length, missing, extra: arrived.length - sent.length + missing };
}
