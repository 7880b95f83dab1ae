/** What sounds at a moment: keys held down, and pedals that let notes sound on. */
import { CONTROL_CHANGE, NOTE_OFF, NOTE_ON } from './status.js';

const SUSTAIN = 64;
const SOSTENUTO = 66;
const ALL_SOUND_OFF = 120;
const RESET_ALL_CONTROLLERS = 121;
const ALL_NOTES_OFF = 123;
/** A pedal is down from here on: MIDI 1.0 Detailed Specification, "Switch controllers". */
const DOWN = 64;

export class Sounding {
  /** device << 12 | channel << 8 | key */
  readonly #keys = new Set<number>();
  /** device << 12 | channel << 8 | controller */
  readonly #pedals = new Set<number>();

  /** Keys held, on all devices and channels. */
  get keys(): number {
    return this.#keys.size;
  }

  /** True if no key is held and neither sustain nor sostenuto pedal is down. */
  get isSilent(): boolean {
    return this.#keys.size === 0 && this.#pedals.size === 0;
  }

  /** @param packed - a short message; others than notes and pedals change nothing */
  update(device: number, packed: number): void {
    const command = packed & 0xf0;
    const channel = (device << 12) | ((packed & 0x0f) << 8);
    const first = (packed >>> 8) & 0x7f;
    const second = (packed >>> 16) & 0x7f;
    if (command === NOTE_ON && second > 0) this.#keys.add(channel | first);
    else if (command === NOTE_ON || command === NOTE_OFF) this.#keys.delete(channel | first);
    else if (command === CONTROL_CHANGE) this.#control(channel, first, second);
  }

  /** Forgets everything: for a note whose end will never come. */
  clear(): void {
    this.#keys.clear();
    this.#pedals.clear();
  }

  #control(channel: number, controller: number, value: number): void {
    if (controller === SUSTAIN || controller === SOSTENUTO) {
      if (value >= DOWN) this.#pedals.add(channel | controller);
      else this.#pedals.delete(channel | controller);
    } else if (controller === RESET_ALL_CONTROLLERS) {
      this.#drop(this.#pedals, channel);
    } else if (controller === ALL_SOUND_OFF || controller >= ALL_NOTES_OFF) {
      this.#drop(this.#keys, channel);
    }
  }

  #drop(set: Set<number>, channel: number): void {
    for (const entry of set) {
      if ((entry & ~0xff) === channel) set.delete(entry);
    }
  }
}
