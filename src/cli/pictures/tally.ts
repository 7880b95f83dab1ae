/** Counting what is played, for the live line and the summary. */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { isPlayed } from '../../midi/playing.js';
import { isChannelMessage, NOTE_OFF, NOTE_ON } from '../../midi/status.js';

const KEYS = 128;
const VOICES_OF_A_DEVICE = 16 * KEYS;

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
  /** Notes that sound at this moment. */
  heldNotes = 0;
  /** 1 for a note that sounds, by device, channel and key: a set would make garbage with every note. */
  #held = new Uint8Array(VOICES_OF_A_DEVICE);

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
    const status = packed & 0xff;
    // Song position and its like: not of a channel, and not in the file.
    if (!isChannelMessage(status)) return;
    const command = status & 0xf0;
    const isOn = command === NOTE_ON && packed > 0xffff;
    if (!isOn && command !== NOTE_OFF && command !== NOTE_ON) {
      this.controls++;
      return;
    }
    const key = (packed >>> 8) & (KEYS - 1);
    const voice = device * VOICES_OF_A_DEVICE + (status & 0x0f) * KEYS + key;
    if (voice >= this.#held.length) this.#makeRoomFor(device);
    if (isOn) this.notes++;
    const held = isOn ? 1 : 0;
    this.heldNotes += held - this.#held[voice]!;
    this.#held[voice] = held;
  }

  #makeRoomFor(device: number): void {
    const larger = new Uint8Array((device + 1) * VOICES_OF_A_DEVICE);
    larger.set(this.#held);
    this.#held = larger;
  }
}
