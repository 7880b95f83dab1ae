/** Counting what is played, for the live line and the summary. */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { HeldKeys } from '../../midi/held-keys.js';
import { isPlayed } from '../../midi/playing.js';
import { isChannelMessage, isNoteOff, isNoteOn } from '../../midi/status.js';

export class Tally {
  /** All that came in, realtime included. */
  messages = 0;
  notes = 0;
  /** Channel messages that are no notes: controllers, pitch bend, programs, pressure. */
  controls = 0;
  /** Time code among them: what comes whether or not anybody plays. */
  realtime = 0;
  sysex = 0;
  sysexBytes = 0;
  /** Take time of the last event that counts as playing (no clock, no active sensing); undefined before the first. */
  lastPlayedMs: number | undefined;
  /** Take time of the last event of any kind. */
  lastMs = 0;
  readonly #held = new HeldKeys();

  /** Keys that are held at this moment. */
  get heldNotes(): number {
    return this.#held.count;
  }

  add(batch: EventBatch): void {
    const { kind, packed, timeMs, device, payload, count } = batch;
    let lastPlayed = -1;
    for (let row = 0; row < count; row++) {
      if (kind[row] === EventKind.SHORT) {
        if (!isPlayed(EventKind.SHORT, packed[row]!)) {
          this.realtime++;
          continue;
        }
        this.#addPlayed(packed[row]!, device[row]!);
      } else if (kind[row] === EventKind.MARKER) {
        this.messages--;
        continue;
      } else {
        this.sysex++;
        this.sysexBytes += payload[row]!.length;
      }
      lastPlayed = row;
    }
    this.messages += count;
    if (lastPlayed >= 0) this.lastPlayedMs = timeMs[lastPlayed]!;
    if (count > 0) this.lastMs = timeMs[count - 1]!;
  }

  #addPlayed(packed: number, device: number): void {
    // Song position and its like: not of a channel, and not in the file.
    if (!isChannelMessage(packed & 0xff)) return;
    this.#held.update(device, packed);
    if (isNoteOn(packed)) this.notes++;
    else if (!isNoteOff(packed)) this.controls++;
  }
}
