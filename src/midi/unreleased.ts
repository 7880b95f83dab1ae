/** What a silence has to let go of: keys that were struck, pedals that are down, bends that are bent. */
import { CONTROL_CHANGE, NOTE_OFF, NOTE_ON, PITCH_BEND } from './status.js';

/** Sustain, sostenuto, soft pedal, hold 2: MIDI 1.0 Detailed Specification, table III. */
const PEDALS = new Set([64, 66, 67, 69]);
/** A pedal is down from here on: "Switch controllers". */
const DOWN = 64;
const ALL_SOUND_OFF = 120;
const RESET_ALL_CONTROLLERS = 121;
const ALL_NOTES_OFF = 123;
/** The usual velocity of a key that is let go without being measured. */
const OFF_VELOCITY = 64;
/** Both data bytes of a pitch wheel at rest, as they stand in a packed message. */
const BEND_CENTRE = 0x40_0000;

/** Follows the messages that one instrument is sent. */
export class Unreleased {
  /** channel | key << 8, and how many times it was struck without being let go. */
  readonly #keys = new Map<number, number>();
  /** channel | controller << 8 */
  readonly #pedals = new Set<number>();
  readonly #bent = new Set<number>();

  /** Keys that are held. */
  get keys(): number {
    return this.#keys.size;
  }

  /** @param packed - a short message that has been sent */
  update(packed: number): void {
    const command = packed & 0xf0;
    const channel = packed & 0x0f;
    const voice = packed & 0x7f0f;
    const value = (packed >>> 16) & 0x7f;
    if (command === NOTE_ON && value > 0) this.#keys.set(voice, (this.#keys.get(voice) ?? 0) + 1);
    else if (command === NOTE_ON || command === NOTE_OFF) this.#letGo(voice);
    else if (command === CONTROL_CHANGE) this.#control(channel, (packed >>> 8) & 0x7f, value);
    else if (command === PITCH_BEND) {
      if ((packed & 0x7f7f00) === BEND_CENTRE) this.#bent.delete(channel);
      else this.#bent.add(channel);
    }
  }

  /**
   * The messages that make silence: a note-off for every time that a key was struck, pedals up,
   * pitch bend to its centre; nothing for what is at rest.
   */
  messages(): number[] {
    const messages: number[] = [];
    for (const [voice, times] of this.#keys) {
      for (let time = 0; time < times; time++) {
        messages.push(NOTE_OFF | voice | (OFF_VELOCITY << 16));
      }
    }
    for (const pedal of this.#pedals) messages.push(CONTROL_CHANGE | pedal);
    for (const channel of this.#bent) messages.push(PITCH_BEND | channel | BEND_CENTRE);
    return messages;
  }

  #letGo(voice: number): void {
    const times = this.#keys.get(voice) ?? 0;
    if (times > 1) this.#keys.set(voice, times - 1);
    else this.#keys.delete(voice);
  }

  #control(channel: number, controller: number, value: number): void {
    if (PEDALS.has(controller)) {
      if (value >= DOWN) this.#pedals.add(channel | (controller << 8));
      else this.#pedals.delete(channel | (controller << 8));
    } else if (controller === RESET_ALL_CONTROLLERS) {
      for (const pedal of this.#pedals) if ((pedal & 0x0f) === channel) this.#pedals.delete(pedal);
      this.#bent.delete(channel);
    } else if (controller === ALL_SOUND_OFF || controller >= ALL_NOTES_OFF) {
      for (const voice of this.#keys.keys()) {
        if ((voice & 0x0f) === channel) this.#keys.delete(voice);
      }
    }
  }
}
