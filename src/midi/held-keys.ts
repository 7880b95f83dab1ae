/**
 * Keys that are held, and the pedals and wheels beside them: one meaning for everything that follows notes.
 *
 * A key is held from a note-on to the next note-off. Struck again meanwhile, it ends the note before and
 * begins another: there are never two notes of one key, and one note-off ends it, however often it was
 * struck. All Sound Off and All Notes Off end the notes of their channel, and so do Omni Off, Omni On, Mono
 * and Poly, which are All Notes Off as well. Reset All Controllers lifts pedals and centres wheels; keys
 * stay held. Local Control changes nothing.
 *
 * What an instrument is owed is another matter: it may give each strike a voice of its own, so a note-off
 * is due for each note-on, and one too many does no harm. Therefore `releases` has a note-off for every
 * note-on that none has answered, also where the key is no longer held.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "Assignment of Note On/Off Commands", "Channel Mode
 * Messages" and table III; RP-015 for Reset All Controllers.
 */
import { Controller, SWITCH_ON } from './controller-names.js';
import type { EventBatch } from './event-batch.js';
import { CONTROL_CHANGE, isNoteOff, isNoteOn, NOTE_OFF, NOTE_ON, PITCH_BEND } from './status.js';

const SOSTENUTO = 66;
/** Sustain, sostenuto, soft pedal, hold 2. */
const PEDALS = new Set([Controller.SUSTAIN, SOSTENUTO, 67, 69]);
const ALL_SOUND_OFF = 120;
/** Omni, Mono and Poly follow it. */
const ALL_NOTES_OFF = 123;
/** The usual velocity of a key that is let go without being measured. */
const OFF_VELOCITY = 64;
/** Both data bytes of a pitch wheel at rest, as they stand in a packed message. */
const BEND_CENTRE = 0x40_0000;

const KEYS = 128;
const KEY = KEYS - 1;
const CHANNEL_SHIFT = 7;
const DEVICE_SHIFT = 11;
const SLOTS_OF_A_DEVICE = 1 << DEVICE_SHIFT;

/**
 * Told of each note as it begins and ends, while `update` runs. Notes are named by their slot:
 * device << 11 | channel << 7 | key.
 */
export interface NoteListener {
  begins(slot: number): void;
  ends(slot: number): void;
}

/** Follows short messages of one device or several; makes no garbage with notes. */
export class HeldKeys {
  readonly #listener: NoteListener | undefined;
  #count = 0;
  /** By slot: the velocity of the note that is held, 0 for none. Both grow with the devices that play. */
  #velocities = new Uint8Array(0);
  /** By slot: note-ons without a note-off; 255 at most, more voices than one key can have. */
  #unanswered = new Uint8ClampedArray(0);
  /** Slots, with controllers in the place of keys. */
  readonly #pedals = new Set<number>();
  /** Slots of their key 0. */
  readonly #bent = new Set<number>();

  constructor(listener?: NoteListener) {
    this.#listener = listener;
  }

  /** How many keys are held, on all devices and channels. */
  get count(): number {
    return this.#count;
  }

  /** True if no key is held and neither sustain nor sostenuto pedal is down. */
  get isSilent(): boolean {
    if (this.#count > 0) return false;
    for (const slot of this.#pedals) {
      const pedal = slot & KEY;
      if (pedal === Controller.SUSTAIN || pedal === SOSTENUTO) return false;
    }
    return true;
  }

  /**
   * @param device - 0 to 255
   * @param packed - a short message, or 0 for anything else
   */
  update(device: number, packed: number): void {
    const command = packed & 0xf0;
    const slot = slotOf(device, packed);
    const value = (packed >>> 16) & 0xff;
    if (isNoteOn(packed)) this.#strike(slot, value);
    else if (isNoteOff(packed)) this.#letGo(slot);
    else if (command === CONTROL_CHANGE) this.#control(slot, value);
    else if (command === PITCH_BEND) {
      if ((packed & 0x7f_7f00) === BEND_CENTRE) this.#bent.delete(firstOfChannel(slot));
      else this.#bent.add(firstOfChannel(slot));
    }
  }

  /** Whether the key of a note-on or note-off is held. */
  isHeld(device: number, packed: number): boolean {
    return (this.#velocities[slotOf(device, packed)] ?? 0) > 0;
  }

  /** Whether a note-off of this key is due, for a note that is held or for a strike before it. */
  isDue(device: number, packed: number): boolean {
    return (this.#unanswered[slotOf(device, packed)] ?? 0) > 0;
  }

  /** Adds to `batch`, at `timeMs`, the note-on of each key that is held, by device, channel and key. */
  addTo(batch: EventBatch, timeMs: number): void {
    this.#velocities.forEach((velocity, slot) => {
      if (velocity === 0) return;
      batch.addShort(timeMs, slot >>> DEVICE_SHIFT, messageOf(NOTE_ON, slot, velocity));
    });
  }

  /** The note-offs that are due on one device. */
  noteOffs(device: number): number[] {
    const messages: number[] = [];
    const first = device << DEVICE_SHIFT;
    for (let slot = first; slot < first + SLOTS_OF_A_DEVICE; slot++) {
      for (let times = this.#unanswered[slot] ?? 0; times > 0; times--) {
        messages.push(messageOf(NOTE_OFF, slot, OFF_VELOCITY));
      }
    }
    return messages;
  }

  /** The messages that bring one device to rest: note-offs, pedals up, pitch bends to their centre. */
  releases(device: number): number[] {
    const isOfDevice = (slot: number) => slot >>> DEVICE_SHIFT === device;
    const pedals = [...this.#pedals].filter(isOfDevice);
    const bent = [...this.#bent].filter(isOfDevice);
    return [
      ...this.noteOffs(device),
      ...pedals.map((slot) => messageOf(CONTROL_CHANGE, slot, 0)),
      ...bent.map((slot) => messageOf(PITCH_BEND, slot, 0) | BEND_CENTRE),
    ];
  }

  /** The same keys, pedals and wheels, followed by themselves. */
  copy(): HeldKeys {
    const copy = new HeldKeys();
    copy.#count = this.#count;
    // Most tracks of very many have no key that is held.
    if (this.#unanswered.some((count) => count > 0)) {
      copy.#velocities = this.#velocities.slice();
      copy.#unanswered = this.#unanswered.slice();
    }
    for (const pedal of this.#pedals) copy.#pedals.add(pedal);
    for (const channel of this.#bent) copy.#bent.add(channel);
    return copy;
  }

  /** Forgets everything, and tells nobody: for notes whose end will never come. */
  clear(): void {
    this.#count = 0;
    this.#velocities.fill(0);
    this.#unanswered.fill(0);
    this.#pedals.clear();
    this.#bent.clear();
  }

  #strike(slot: number, velocity: number): void {
    if (slot >= this.#velocities.length) this.#makeRoomFor(slot);
    this.#end(slot);
    this.#count++;
    this.#velocities[slot] = velocity;
    this.#unanswered[slot]!++;
    this.#listener?.begins(slot);
  }

  #letGo(slot: number): void {
    if (slot >= this.#velocities.length) return;
    this.#unanswered[slot]!--;
    this.#end(slot);
  }

  #end(slot: number): void {
    if (this.#velocities[slot] === 0) return;
    this.#count--;
    this.#velocities[slot] = 0;
    this.#listener?.ends(slot);
  }

  /** @param slot - with the controller in the place of the key */
  #control(slot: number, value: number): void {
    const controller = slot & KEY;
    if (PEDALS.has(controller)) {
      if (value >= SWITCH_ON) this.#pedals.add(slot);
      else this.#pedals.delete(slot);
      return;
    }
    const first = firstOfChannel(slot);
    if (controller === Controller.RESET_ALL) {
      for (const pedal of PEDALS) this.#pedals.delete(first + pedal);
      this.#bent.delete(first);
    } else if (controller === ALL_SOUND_OFF || controller >= ALL_NOTES_OFF) {
      this.#unanswered.fill(0, first, first + KEYS);
      for (let key = first; key < first + KEYS && key < this.#velocities.length; key++)
        this.#end(key);
    }
  }

  #makeRoomFor(slot: number): void {
    const slots = ((slot >>> DEVICE_SHIFT) + 1) << DEVICE_SHIFT;
    const [velocities, unanswered] = [this.#velocities, this.#unanswered];
    this.#velocities = new Uint8Array(slots);
    this.#velocities.set(velocities);
    this.#unanswered = new Uint8ClampedArray(slots);
    this.#unanswered.set(unanswered);
  }
}

function slotOf(device: number, packed: number): number {
  return (device << DEVICE_SHIFT) | ((packed & 0x0f) << CHANNEL_SHIFT) | ((packed >>> 8) & KEY);
}

function firstOfChannel(slot: number): number {
  return slot & ~KEY;
}

function messageOf(command: number, slot: number, value: number): number {
  return command | ((slot >>> CHANNEL_SHIFT) & 0x0f) | ((slot & KEY) << 8) | (value << 16);
}
