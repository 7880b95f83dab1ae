/** Where nothing is played, and nothing sounds on: the silences of a file. */
import type { SmfTrack } from '../files/smf/smf-content.js';
import type { SmfTimeline } from '../files/smf/smf-timeline.js';
import { type EventBatch, EventKind } from '../midi/event-batch.js';
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
 * All stretches in which no key is held, no pedal is down and no sysex under way, however short;
 * those of no length are left out. What counts as played: channel messages and sysex; not clock, not active
 * sensing, not what the file says about itself.
 */
export function findStillness({ events, packets, endMs }: SmfTimeline): Stillness[] {
  const { count, timeMs, device, kind, packed, payload } = events;
  const found: Stillness[] = [];
  const ended = findEnded(events);
  const held = new HeldKeys();
  /** Of the keys that are held, those that are let go of later. */
  const notStuck = new HeldKeys();
  let fromMs = 0;
  let hasNotesBefore = false;
  let lastNoteMs = Number.NEGATIVE_INFINITY;
  const look = (toMs: number) => {
    if (toMs - fromMs > STUCK_LIMIT_MS && notStuck.count === 0) held.clear();
    if (toMs <= fromMs || !held.isSilent) return;
    found.push({ fromMs, toMs, hasNotesBefore, hasNotesAfter: false });
  };
  for (let row = 0; row < count; row++) {
    if (!isPlayed(kind[row]!, packed[row]!)) continue;
    const rowMs = timeMs[row]!;
    look(rowMs);
    fromMs = Math.max(fromMs, rowMs);
    if (kind[row] === EventKind.SHORT) {
      held.update(device[row]!, packed[row]!);
      if (ended[row] || !isNoteOn(packed[row]!)) notStuck.update(device[row]!, packed[row]!);
      if (!isNoteOn(packed[row]!)) continue;
      hasNotesBefore = true;
      lastNoteMs = rowMs;
    } else {
      fromMs = Math.max(fromMs, packets.get(payload[row]!)?.at(-1)?.timeMs ?? 0);
    }
  }
  look(endMs);
  for (const stillness of found) stillness.hasNotesAfter = lastNoteMs >= stillness.toMs;
  return found;
}

/** By row: whether it is a note-on whose key is let go of later, and not only struck again. */
function findEnded({ count, kind, device, packed }: EventBatch): Uint8Array {
  const ended = new Uint8Array(count);
  const strikes = new Map<number, number>();
  let row = 0;
  const held = new HeldKeys({
    begins: (slot) => strikes.set(slot, row),
    ends: (slot) => {
      if (!isNoteOn(packed[row]!)) ended[strikes.get(slot)!] = 1;
    },
  });
  for (; row < count; row++) {
    if (kind[row] === EventKind.SHORT) held.update(device[row]!, packed[row]!);
  }
  return ended;
}

/** Whether anything is played in a track: by its first message, where one event holds several. */
export function hasPlayed({ events }: SmfTrack): boolean {
  return events.some(({ metaType, status, packed, data }) => {
    if (metaType >= 0 || status === SYSEX_START) return metaType < 0;
    return isPlayed(EventKind.SHORT, packed === 0 ? (data[0] ?? TIME_CODE) : packed);
  });
}
