/**
 * Registered and non-registered parameters of a channel, such as the range of its pitch wheel: what each
 * was set to, and which one data entry is meant for.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "Registered and Non-Registered Parameter Numbers".
 */
import { Controller, NO_PARAMETER } from './controller-names.js';

/** Controllers that choose a parameter: the lower half of its number, then the upper one. */
const REGISTERED = [Controller.RPN_LSB, Controller.RPN_MSB] as const;
const NON_REGISTERED = [Controller.NRPN_LSB, Controller.NRPN_LSB + 1] as const;
/** Of an editor that sets thousands, the last ones are enough. */
const MOST_PARAMETERS = 512;

/** Whether a controller is part of setting a parameter: what it does depends on those before it. */
export function isOfParameter(controller: number): boolean {
  return (
    controller === Controller.DATA_MSB ||
    controller === Controller.DATA_LSB ||
    (controller >= Controller.DATA_INCREMENT && controller <= REGISTERED[1])
  );
}

interface Choice {
  controllers: typeof REGISTERED | typeof NON_REGISTERED;
  /** Halves that have not been sent are undefined. */
  halves: [number | undefined, number | undefined];
}

export class ParameterState {
  #registered: Choice = { controllers: REGISTERED, halves: [undefined, undefined] };
  #nonRegistered: Choice = { controllers: NON_REGISTERED, halves: [undefined, undefined] };
  #chosen: Choice | undefined;
  /**
   * By the bits 14 to 21 the lower of the controllers that choose it, by the others its number: data
   * entry as it was sent, the last one at the end.
   */
  readonly #values = new Map<number, Map<number, number>>();

  /** @param controller - one of those that isOfParameter names; increments change what is not known */
  update(controller: number, value: number): void {
    const { DATA_INCREMENT, DATA_DECREMENT } = Controller;
    if (controller === DATA_INCREMENT || controller === DATA_DECREMENT) return;
    if (controller !== Controller.DATA_MSB && controller !== Controller.DATA_LSB) {
      const choice = controller >= REGISTERED[0] ? this.#registered : this.#nonRegistered;
      choice.halves[controller - choice.controllers[0]] = value;
      this.#chosen = choice;
      return;
    }
    const key = this.#chosenKey();
    if (key === undefined || (key & NO_PARAMETER) === NO_PARAMETER) return;
    const values = this.#values.get(key) ?? new Map<number, number>();
    values.delete(controller);
    values.set(controller, value);
    this.#values.delete(key);
    this.#values.set(key, values);
    if (this.#values.size > MOST_PARAMETERS) this.#values.delete(this.#values.keys().next().value!);
  }

  /** Reset All Controllers leaves parameters as they are, and chooses none. */
  reset(): void {
    if (this.#chosen === undefined) return;
    this.#registered.halves = [0x7f, 0x7f];
    this.#chosen = this.#registered;
  }

  /** Calls `add` for each controller that brings an instrument into this state, in order. */
  forEach(add: (controller: number, value: number) => void): void {
    const choose = (key: number) => {
      const lower = key >>> 14;
      add(lower + 1, (key >>> 7) & 0x7f);
      add(lower, key & 0x7f);
    };
    for (const [key, values] of this.#values) {
      choose(key);
      for (const [controller, value] of values) add(controller, value);
    }
    const chosen = this.#chosenKey();
    if (chosen !== undefined) choose(chosen);
  }

  /** A copy that lives its own life. */
  clone(): ParameterState {
    const copy = new ParameterState();
    copy.#registered = { ...this.#registered, halves: [...this.#registered.halves] };
    copy.#nonRegistered = { ...this.#nonRegistered, halves: [...this.#nonRegistered.halves] };
    if (this.#chosen !== undefined) {
      copy.#chosen = this.#chosen === this.#registered ? copy.#registered : copy.#nonRegistered;
    }
    for (const [key, values] of this.#values) copy.#values.set(key, new Map(values));
    return copy;
  }

  #chosenKey(): number | undefined {
    const [lower, upper] = this.#chosen?.halves ?? [];
    if (this.#chosen === undefined || lower === undefined || upper === undefined) return undefined;
    return (this.#chosen.controllers[0] << 14) | (upper << 7) | lower;
  }
}
