/** The notes of a time line: each with its beginning and its end. */
import { EventBatch, EventKind } from '../../midi/event-batch.js';
import { HeldKeys } from '../../midi/held-keys.js';

export interface TimelineNote {
  startMs: number;
  /** The end of the take for a note that nobody ended. */
  endMs: number;
  /** Number of the track or input. */
  device: number;
  /** 1 to 16. */
  channel: number;
  key: number;
  velocity: number;
}

/**
 * Pairs beginnings and ends, as HeldKeys understands them.
 *
 * @param batches - in order of time
 * @param endMs - when the take ends
 * @param most - so many, and no more
 * @returns in order of their beginnings
 */
export function collectNotes(
  batches: Iterable<EventBatch>,
  endMs: number,
  most = Number.POSITIVE_INFINITY,
): TimelineNote[] {
  const notes: TimelineNote[] = [];
  const sounding = new Map<number, TimelineNote>();
  let events = new EventBatch(0);
  let row = 0;
  const held = new HeldKeys({
    begins(slot) {
      const startMs = events.timeMs[row]!;
      const packed = events.packed[row]!;
      const note = {
        startMs,
        endMs: Math.max(endMs, startMs),
        device: events.device[row]!,
        channel: (packed & 0x0f) + 1,
        key: (packed >>> 8) & 0x7f,
        velocity: packed >>> 16,
      };
      notes.push(note);
      sounding.set(slot, note);
    },
    ends(slot) {
      sounding.get(slot)!.endMs = events.timeMs[row]!;
    },
  });
  for (events of batches) {
    if (notes.length === most) break;
    for (row = 0; row < events.count && notes.length < most; row++) {
      if (events.kind[row] !== EventKind.SHORT) continue;
      held.update(events.device[row]!, events.packed[row]!);
    }
  }
  return notes;
}
