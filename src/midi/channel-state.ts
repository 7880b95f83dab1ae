/** The state that instruments are in: the last program, controllers, parameters, pitch bend and pressure of each channel. */
import { Controller, isBank } from './controller-names.js';
import type { EventBatch } from './event-batch.js';
import { isOfParameter, ParameterState } from './parameter-state.js';
import { CHANNEL_PRESSURE, CONTROL_CHANGE, PITCH_BEND, PROGRAM_CHANGE } from './status.js';

/**
 * What Controller.RESET_ALL leaves alone: volume, pan, sound and effect controllers
 * (MIDI recommended practice RP-015).
 */
const isKeptAtReset = (controller: number) =>
  isBank(controller) ||
  controller === 7 ||
  controller === 10 ||
  (controller >= 70 && controller <= 79) ||
  (controller >= 91 && controller <= 95);

interface Channel {
  /** By controller number; undefined as long as it was not moved. */
  controllers: Map<number, number>;
  /** Undefined as long as none was set. */
  parameters: ParameterState | undefined;
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
    for (const [key, each] of this.#channels) {
      const { controllers, parameters, program, pitchBend, pressure } = each;
      const device = key >>> 4;
      const channel = key & 0x0f;
      const add = (controller: number, value: number) => {
        const packed = CONTROL_CHANGE | channel | (controller << 8) | (value << 16);
        batch.addShort(timeMs, device, packed);
      };
      const addControl = (controller: number) => {
        const value = controllers.get(controller);
        if (value !== undefined) add(controller, value);
      };
      addControl(Controller.BANK_MSB);
      addControl(Controller.BANK_LSB);
      if (program !== undefined) {
        batch.addShort(timeMs, device, PROGRAM_CHANGE | channel | (program << 8));
      }
      for (const controller of controllers.keys()) {
        if (!isBank(controller)) addControl(controller);
      }
      // Before the bend: one of them is its range.
      parameters?.forEach(add);
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
      const { controllers, parameters } = channel;
      copy.#channels.set(key, {
        ...channel,
        controllers: new Map(controllers),
        parameters: parameters?.clone(),
      });
    }
    return copy;
  }

  #control(device: number, packed: number, controller: number, value: number): void {
    const channel = this.#channel(device, packed);
    if (controller === Controller.RESET_ALL) this.#reset(channel);
    else if (isOfParameter(controller)) {
      channel.parameters ??= new ParameterState();
      channel.parameters.update(controller, value);
    } else if (controller < Controller.FIRST_CHANNEL_MODE)
      channel.controllers.set(controller, value);
  }

  #reset(channel: Channel): void {
    for (const controller of channel.controllers.keys()) {
      if (!isKeptAtReset(controller)) channel.controllers.delete(controller);
    }
    channel.parameters?.reset();
    channel.pitchBend = undefined;
    channel.pressure = undefined;
  }

  #channel(device: number, packed: number): Channel {
    const key = (device << 4) | (packed & 0x0f);
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = {
        controllers: new Map(),
        parameters: undefined,
        program: undefined,
        pitchBend: undefined,
        pressure: undefined,
      };
      this.#channels.set(key, channel);
    }
    return channel;
  }
}
