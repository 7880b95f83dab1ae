/** The state that instruments are in: the last program, controllers, pitch bend and pressure of each channel. */
import type { EventBatch } from './event-batch.js';
import { CHANNEL_PRESSURE, CONTROL_CHANGE, PITCH_BEND, PROGRAM_CHANGE } from './status.js';

const BANK_MSB = 0;
const BANK_LSB = 32;
const RESET_ALL_CONTROLLERS = 121;
/** Above are channel modes, which are commands and no state. */
const LAST_CONTROLLER = 119;
/**
 * Data entry and the parameter numbers it is meant for: what they did depends on their order, so
 * their last values alone would set something that nobody set.
 */
const ENTRIES = new Set([6, 38, 96, 97, 98, 99, 100, 101]);
/**
 * What RESET_ALL_CONTROLLERS leaves alone: volume, pan, sound and effect controllers
 * (MIDI recommended practice RP-015).
 */
const isKeptAtReset = (controller: number) =>
  controller === BANK_MSB ||
  controller === BANK_LSB ||
  controller === 7 ||
  controller === 10 ||
  (controller >= 70 && controller <= 79) ||
  (controller >= 91 && controller <= 95);

interface Channel {
  /** By controller number; undefined as long as it was not moved. */
  controllers: Map<number, number>;
  program: number | undefined;
  /** Both data bytes, as they stand in the packed message: first in bits 8 to 14. */
  pitchBend: number | undefined;
  pressure: number | undefined;
}

export class ChannelState {
  /** device << 4 | channel */
  readonly #channels = new Map<number, Channel>();

  /** Takes note of a short message; others than channel messages change nothing. */
  update(device: number, packed: number): void {
    const command = packed & 0xf0;
    const first = (packed >>> 8) & 0x7f;
    if (command === CONTROL_CHANGE) this.#control(device, packed, first, (packed >>> 16) & 0x7f);
    else if (command === PROGRAM_CHANGE) this.#channel(device, packed).program = first;
    else if (command === PITCH_BEND) this.#channel(device, packed).pitchBend = packed & 0x7f7f00;
    else if (command === CHANNEL_PRESSURE) this.#channel(device, packed).pressure = first;
  }

  /** Adds to `batch`, at `timeMs`, the messages that bring instruments into this state: the bank before its program. */
  addTo(batch: EventBatch, timeMs: number): void {
    for (const [key, { controllers, program, pitchBend, pressure }] of this.#channels) {
      const device = key >>> 4;
      const channel = key & 0x0f;
      const addControl = (controller: number) => {
        const value = controllers.get(controller);
        if (value === undefined) return;
        batch.addShort(
          timeMs,
          device,
          CONTROL_CHANGE | channel | (controller << 8) | (value << 16),
        );
      };
      addControl(BANK_MSB);
      addControl(BANK_LSB);
      if (program !== undefined) {
        batch.addShort(timeMs, device, PROGRAM_CHANGE | channel | (program << 8));
      }
      for (const controller of controllers.keys()) {
        if (controller !== BANK_MSB && controller !== BANK_LSB) addControl(controller);
      }
      if (pitchBend !== undefined) batch.addShort(timeMs, device, PITCH_BEND | channel | pitchBend);
      if (pressure !== undefined) {
        batch.addShort(timeMs, device, CHANNEL_PRESSURE | channel | (pressure << 8));
      }
    }
  }

  /** A copy that lives its own life. */
  clone(): ChannelState {
    const copy = new ChannelState();
    for (const [key, channel] of this.#channels) {
      copy.#channels.set(key, { ...channel, controllers: new Map(channel.controllers) });
    }
    return copy;
  }

  #control(device: number, packed: number, controller: number, value: number): void {
    const { controllers } = this.#channel(device, packed);
    if (controller === RESET_ALL_CONTROLLERS) this.#reset(this.#channel(device, packed));
    else if (controller <= LAST_CONTROLLER && !ENTRIES.has(controller)) {
      controllers.set(controller, value);
    }
  }

  #reset(channel: Channel): void {
    for (const controller of channel.controllers.keys()) {
      if (!isKeptAtReset(controller)) channel.controllers.delete(controller);
    }
    channel.pitchBend = undefined;
    channel.pressure = undefined;
  }

  #channel(device: number, packed: number): Channel {
    const key = (device << 4) | (packed & 0x0f);
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = {
        controllers: new Map(),
        program: undefined,
        pitchBend: undefined,
        pressure: undefined,
      };
      this.#channels.set(key, channel);
    }
    return channel;
  }
}
