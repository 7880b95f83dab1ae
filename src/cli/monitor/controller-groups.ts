/**
 * Controllers that say one thing together, as one text: 14-bit controllers, registered and non-registered parameters, MPE
 * zones.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "Control Change", "Registered and Non-Registered Parameter Numbers"; MIDI
 * Polyphonic Expression 1.0, "MPE Configuration Message".
 */
import {
  Controller,
  controllerName,
  LOW_HALVES,
  NO_PARAMETER,
} from '../../midi/controller-names.js';
import type { EventBatch } from '../../midi/event-batch.js';
import { EventKind } from '../../midi/event-batch.js';
import { isOfParameter } from '../../midi/parameter-state.js';
import { CONTROL_CHANGE } from '../../midi/status.js';
import type { MessageText } from '../capturing/message-text.js';
import { formatCount } from '../terminal/figures.js';

const LOWER_MASTER = 0;
const UPPER_MASTER = 15;
const MPE_ZONE = 6;

const PARAMETERS: Readonly<Record<number, string>> = {
  0: 'pitch bend range',
  1: 'fine tuning',
  2: 'coarse tuning',
  3: 'tuning program',
  4: 'tuning bank',
  5: 'modulation depth range',
  [MPE_ZONE]: 'MPE zone',
};

const CHANGES: Readonly<Record<number, string>> = {
  [Controller.DATA_INCREMENT]: 'one step up',
  [Controller.DATA_DECREMENT]: 'one step down',
};

interface Channel {
  /** The last high half of each 14-bit controller. */
  high: Map<number, number>;
  isRegistered: boolean;
  /** Halves of the parameter that is chosen: high, low. */
  number: [number | undefined, number | undefined];
  /** Halves of what it was set to. */
  data: [number | undefined, number | undefined];
}

export class ControllerGroups {
  /** device << 4 | channel */
  readonly #channels = new Map<number, Channel>();

  /**
   * Takes note of a row.
   *
   * @returns what it and those before it say together; 'open' if the row behind it says the rest; undefined if it speaks
   *   for itself
   */
  take(batch: EventBatch, row: number): MessageText | 'open' | undefined {
    const control = controlOf(batch, row);
    if (control === undefined) return undefined;
    const { key, controller, value } = control;
    const channel = this.#channel(key);
    const next = controlOf(batch, row + 1);
    const follows = next?.key === key ? next.controller : -1;
    if (isOfParameter(controller)) {
      choose(channel, controller, value);
      if (goesOn(controller, follows)) return 'open';
      return parameterText(channel, key & 0x0f, controller);
    }
    if (controller < LOW_HALVES) {
      channel.high.set(controller, value);
      return follows === controller + LOW_HALVES ? 'open' : undefined;
    }
    const high = channel.high.get(controller - LOW_HALVES);
    if (controller >= 2 * LOW_HALVES || high === undefined) return undefined;
    const name = controllerName(controller - LOW_HALVES);
    const number = String(controller - LOW_HALVES).padEnd(3);
    return {
      name: 'control',
      detail: `${number}  ${name} ${formatCount((high << 7) | value)} of 16,383`,
    };
  }

  #channel(key: number): Channel {
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      const none = (): [undefined, undefined] => [undefined, undefined];
      channel = { high: new Map(), isRegistered: true, number: none(), data: none() };
      this.#channels.set(key, channel);
    }
    return channel;
  }
}

/** The controller of a row; undefined if it is something else. */
function controlOf(batch: EventBatch, row: number) {
  if (row >= batch.count || batch.kind[row] !== EventKind.SHORT) return undefined;
  const packed = batch.packed[row]!;
  if ((packed & 0xf0) !== CONTROL_CHANGE) return undefined;
  return {
    key: (batch.device[row]! << 4) | (packed & 0x0f),
    controller: (packed >>> 8) & 0x7f,
    value: (packed >>> 16) & 0x7f,
  };
}

function isChoice(controller: number): boolean {
  return controller >= Controller.NRPN_LSB && controller <= Controller.RPN_MSB;
}

/** Whether the controller behind this one adds to it: what is chosen is set, or the low half follows the high one. */
function goesOn(controller: number, next: number): boolean {
  if (isChoice(controller)) return isOfParameter(next);
  return controller === Controller.DATA_MSB && next === Controller.DATA_LSB;
}

function choose(channel: Channel, controller: number, value: number): void {
  if (!isChoice(controller)) {
    if (controller === Controller.DATA_LSB) channel.data[1] = value;
    // By how much an increment changes it is up to the instrument: what it is set to is not known then.
    else channel.data = [controller === Controller.DATA_MSB ? value : undefined, undefined];
    return;
  }
  const isRegistered = controller >= Controller.RPN_LSB;
  if (isRegistered !== channel.isRegistered) channel.number = [undefined, undefined];
  channel.isRegistered = isRegistered;
  channel.number[controller % 2 === 1 ? 0 : 1] = value;
  channel.data = [undefined, undefined];
}

/** Undefined as long as it is not known which parameter is meant. */
function parameterText(
  channel: Channel,
  number: number,
  controller: number,
): MessageText | undefined {
  const { isRegistered, data } = channel;
  const [high, low] = channel.number;
  if (high === undefined || low === undefined) return undefined;
  const parameter = (high << 7) | low;
  const name = isRegistered ? 'RPN' : 'NRPN';
  if (parameter === NO_PARAMETER) return { name, detail: 'none' };
  const known = isRegistered ? PARAMETERS[parameter] : undefined;
  const what = known === undefined ? formatCount(parameter) : `${parameter}  ${known}`;
  if (data[0] === undefined && data[1] === undefined) {
    return { name, detail: `${what}, ${CHANGES[controller] ?? 'chosen'}` };
  }
  return { name, detail: `${what} ${valueText(isRegistered ? parameter : -1, data, number)}` };
}

/** @param parameter - a registered one; -1 for another */
function valueText(parameter: number, [high, low]: Channel['data'], channel: number): string {
  if (high === undefined) return `low half ${low}`;
  if (parameter === 0) return `${high} semitones${low ? `, ${low} cents` : ''}`;
  if (parameter === MPE_ZONE && channel === LOWER_MASTER) {
    return high === 0 ? 'lower, off' : `lower, channels 2 to ${high + 1}`;
  }
  if (parameter === MPE_ZONE && channel === UPPER_MASTER) {
    return high === 0 ? 'upper, off' : `upper, channels ${16 - high} to 15`;
  }
  return low === undefined ? `${high}` : `${formatCount((high << 7) | low)} of 16,383`;
}
