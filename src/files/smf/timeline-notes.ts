/** The notes of a time line: each with its beginning and its end. */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { NOTE_OFF, NOTE_ON } from '../../midi/status.js';

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
 * Pairs note-ons with note-offs. A key that is struck again while it sounds ends the note before.
 *
 * @param events - in order of time
 * @param endMs - when the take ends
 * @returns in order of their beginnings
 */
export function collectNotes(events: EventBatch, endMs: number): TimelineNote[] {
  const notes: TimelineNote[] = [];
  const sounding = new Map<number, TimelineNote>();
  for (let row = 0; row < events.count; row++) {
    if (events.kind[row] !== EventKind.SHORT) continue;
    const packed = events.packed[row]!;
    const command = packed & 0xf0;
    if (command !== NOTE_ON && command !== NOTE_OFF) continue;
    const device = events.device[row]!;
    const timeMs = events.timeMs[row]!;
    const voice = (device << 16) | (packed & 0x7f0f);
    const before = sounding.get(voice);
    if (before !== undefined) before.endMs = timeMs;
    sounding.delete(voice);
    const velocity = packed >>> 16;
    if (command === NOTE_OFF || velocity === 0) continue;
    const note = {
      startMs: timeMs,
      endMs: Math.max(endMs, timeMs),
      device,
      channel: (packed & 0x0f) + 1,
      key: (packed >>> 8) & 0x7f,
      velocity,
    };
    notes.push(note);
    sounding.set(voice, note);
  }
  return notes;
}
