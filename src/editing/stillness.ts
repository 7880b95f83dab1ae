/** Where nothing is played, and nothing sounds on: the silences of a file. */
import type { SmfEvent, SmfTrack } from '../files/smf/smf-content.js';
import type { SmfTimeline } from '../files/smf/smf-timeline.js';
import { EventKind } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { isPlayed, STUCK_LIMIT_MS } from '../midi/playing.js';
import { isNoteOn, SYSEX_START, TIME_CODE } from '../midi/status.js';

/** A stretch without events, between what was played before and what is played next. Times are milliseconds. */
export interface Stillness {
  /** When the last event before it is over; 0 at the beginning. */
  fromMs: number;
  /** When the first event after it comes; the end of the file at its end. */
  toMs: number;
  /** Whether a note was struck before it, and whether one is struck after it. */
  hasNotesBefore: boolean;
  hasNotesAfter: boolean;
}

/**
 * All stretches of `leastMs` and more in which no key is held, no pedal is down and no sysex under way;
 * those of no length are left out. What counts as played: channel messages and sysex; not clock, not active
 * sensing, not what the file says about itself.
 */
export function findStillness(timeline: SmfTimeline, leastMs = 0): Stillness[] {
  // Which keys are never let go of is of use in long stretches only, and takes going through all twice.
  return find(timeline, leastMs, undefined) ?? find(timeline, leastMs, findEnded(timeline)) ?? [];
}

/**
 * @param ended - of each note-on, whether its key is let go of later; undefined: not known
 * @returns undefined if that has to be known
 */
function find(
  { batches, packets, endMs }: SmfTimeline,
  leastMs: number,
  ended: BitRow | undefined,
): Stillness[] | undefined {
  const found: Stillness[] = [];
  const held = new HeldKeys();
  /** Of the keys that are held, those that are let go of later. */
  const notStuck = new HeldKeys();
  let fromMs = 0;
  let hasNotesBefore = false;
  let lastNoteMs = Number.NEGATIVE_INFINITY;
  let row = -1;
  let isUndecided = false;
  const look = (toMs: number) => {
    const isLong = toMs - fromMs > STUCK_LIMIT_MS;
    if (isLong && ended === undefined) isUndecided ||= held.count > 0;
    if (isLong && notStuck.count === 0) held.clear();
    if (toMs <= fromMs || toMs - fromMs < leastMs || !held.isSilent) return;
    found.push({ fromMs, toMs, hasNotesBefore, hasNotesAfter: false });
  };
  for (const { count, timeMs, device, kind, packed, payload } of batches) {
    for (let at = 0; at < count; at++) {
      row++;
      if (!isPlayed(kind[at]!, packed[at]!)) continue;
      const rowMs = timeMs[at]!;
      look(rowMs);
      fromMs = Math.max(fromMs, rowMs);
      if (kind[at] !== EventKind.SHORT) {
        fromMs = Math.max(fromMs, packets.get(payload[at]!)?.endMs ?? 0);
        continue;
      }
      const isStrike = isNoteOn(packed[at]!);
      held.update(device[at]!, packed[at]!);
      if (!isStrike || (ended?.has(row) ?? true)) notStuck.update(device[at]!, packed[at]!);
      if (!isStrike) continue;
      hasNotesBefore = true;
      lastNoteMs = rowMs;
    }
    if (isUndecided) return undefined;
  }
  look(endMs);
  if (isUndecided) return undefined;
  for (const stillness of found) stillness.hasNotesAfter = lastNoteMs >= stillness.toMs;
  return found;
}

/** A bit for each row. */
class BitRow {
  #bits = new Uint8Array(1024);

  set(row: number): void {
    const at = row >>> 3;
    if (at >= this.#bits.length) {
      const bits = new Uint8Array(at * 2);
      bits.set(this.#bits);
      this.#bits = bits;
    }
    this.#bits[at]! |= 1 << (row & 7);
  }

  has(row: number): boolean {
    return ((this.#bits[row >>> 3] ?? 0) & (1 << (row & 7))) !== 0;
  }
}

/** By row: whether it is a note-on whose key is let go of later, and not only struck again. */
function findEnded({ batches }: SmfTimeline): BitRow {
  const ended = new BitRow();
  const strikes = new Map<number, number>();
  let row = -1;
  let message = 0;
  const held = new HeldKeys({
    begins: (slot) => strikes.set(slot, row),
    ends: (slot) => {
      if (!isNoteOn(message)) ended.set(strikes.get(slot)!);
    },
  });
  for (const { count, kind, device, packed } of batches) {
    for (let at = 0; at < count; at++) {
      row++;
      if (kind[at] !== EventKind.SHORT) continue;
      message = packed[at]!;
      held.update(device[at]!, message);
    }
  }
  return ended;
}

/** Whether anything is played in a track: by its first message, where one event holds several. */
export function hasPlayed({ events }: SmfTrack): boolean {
  for (const event of events) if (isOfPlaying(event)) return true;
  return false;
}

export function isOfPlaying({ metaType, status, packed, data }: SmfEvent): boolean {
  if (metaType >= 0 || status === SYSEX_START) return metaType < 0;
  return isPlayed(EventKind.SHORT, packed === 0 ? (data[0] ?? TIME_CODE) : packed);
}
