/** What a test of a line has found out, as data. */
import { FULL_SPEED, type Pace } from '../output/pacing.js';
import { findSendPreset } from '../output/send-presets.js';
import type { Outcome } from './comparison.js';
import type { Pattern } from './test-messages.js';

/** Between small sysex, if they do not come through back to back. */
export const BURST_PAUSE_MS = 20;

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
  /** The same with other messages right before each. */
  busyLatenciesMs?: (number | undefined)[];
  /** The status bytes that did not come through, of which everyStatus sends. */
  lostStatuses: number[];
  /** Short messages back to back. */
  flood?: RunTrial;
  /** One message at a time, as fast as the driver takes it. */
  fullSpeed: SysexTrial[];
  /** A message sent in pieces. */
  inPieces?: SysexTrial | undefined;
  clockInside?: SysexTrial | undefined;
  /** While sysex goes through another output as well. */
  beside?: SysexTrial | undefined;
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

/**
 * The pace at which all sysex came through, the fastest of those that were tried; undefined if there is none, or
 * not all was tried.
 */
export function paceFoundBy({
  fullSpeed,
  paces,
  burst,
  spacedBurst,
  isComplete,
}: CableFacts): Pace | undefined {
  const found = fullSpeed.some(isFailure)
    ? findSendPreset(paces.find(({ trial }) => !isFailure(trial))?.preset ?? '')
    : FULL_SPEED;
  if (found === undefined || !isComplete) return undefined;
  if (burst === undefined || burst.missing + burst.extra === 0) return paceOf(found);
  if (spacedBurst === undefined || spacedBurst.missing + spacedBurst.extra > 0) return undefined;
  return { ...paceOf(found), messageDelayMs: Math.max(BURST_PAUSE_MS, found.messageDelayMs) };
}

/** Without the name and the words of a preset. */
function paceOf({ chunkBytes, chunkDelayMs, messageDelayMs, bytesPerSecond }: Pace): Pace {
  return { chunkBytes, chunkDelayMs, messageDelayMs, bytesPerSecond };
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
