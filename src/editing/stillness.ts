/** Where nothing is played, and nothing sounds on: the silences of a file. */
import type { SmfTrack } from '../files/smf/smf-content.js';
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
 * All stretches in which no key is held, no pedal is down and no sysex under way, however short;
 * those of no length are left out. What counts as played: channel messages and sysex; not clock, not active
 * sensing, not what the file says about itself.
 */
export function findStillness({ events, packets, endMs }: SmfTimeline): Stillness[] {
  const { count, timeMs, device, kind, packed, payload } = events;
  const found: Stillness[] = [];
  const held = new HeldKeys();
  let fromMs = 0;
  let hasNotesBefore = false;
  let lastNoteMs = Number.NEGATIVE_INFINITY;
  const look = (toMs: number) => {
    if (toMs - fromMs > STUCK_LIMIT_MS) held.clear();
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

/** Whether anything is played in a track: by its first message, where one event holds several. */
export function hasPlayed({ events }: SmfTrack): boolean {
  return events.some(({ metaType, status, packed, data }) => {
    if (metaType >= 0 || status === SYSEX_START) return metaType < 0;
    return isPlayed(EventKind.SHORT, packed === 0 ? (data[0] ?? TIME_CODE) : packed);
  });
}
