/** Counting what is played, for the live line and the summary. */
import { type EventBatch, EventKind } from '../midi/event-batch.js';
import { isRealtime, NOTE_OFF, NOTE_ON } from '../midi/status.js';

export class Tally {
  /** All events, realtime included. */
  messages = 0;
  notes = 0;
  /** Channel messages that are no notes: controllers, pitch bend, programs, pressure. */
  controls = 0;
  realtime = 0;
  sysex = 0;
  sysexBytes = 0;
  /** Take time of the last event that counts as playing (no clock, no active sensing); undefined before the first. */
  lastPlayedMs: number | undefined;
  /** Take time of the last event of any kind. */
  lastMs = 0;
  /** Held notes: one bit for each device, channel and key would be too many; a map of those that sound is few. */
  readonly #held = new Set<number>();

  get heldNotes(): number {
    return this.#held.size;
  }

  add(batch: EventBatch): void {
    const { kind, packed, timeMs, device, payload, count } = batch;
    for (let row = 0; row < count; row++) {
      if (kind[row] === EventKind.SHORT) {
        this.#addShort(packed[row]!, device[row]!, timeMs[row]!);
      } else if (kind[row] !== EventKind.MARKER) {
        this.sysex++;
        this.sysexBytes += payload[row]!.length;
        this.lastPlayedMs = timeMs[row]!;
      }
    }
    this.messages += count;
    if (count > 0) this.lastMs = timeMs[count - 1]!;
  }

  #addShort(packed: number, device: number, timeMs: number): void {
    const status = packed & 0xff;
    if (isRealtime(status)) {
      this.realtime++;
      return;
    }
    this.lastPlayedMs = timeMs;
    const command = status & 0xf0;
    const isOn = command === NOTE_ON && packed > 0xffff;
    if (!isOn && command !== NOTE_OFF && command !== NOTE_ON) {
      this.controls++;
      return;
    }
    const voice = (device << 16) | ((status & 0x0f) << 8) | ((packed >>> 8) & 0x7f);
    if (isOn) {
      this.notes++;
      this.#held.add(voice);
    } else {
      this.#held.delete(voice);
    }
  }
}
