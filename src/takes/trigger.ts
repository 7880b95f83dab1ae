/** Watches events for a trigger. */
import { type EventBatch, EventKind } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { CONTROL_CHANGE, isNoteOn, PROGRAM_CHANGE } from '../midi/status.js';
import type { TriggerRule } from './trigger-rule.js';

/** Presses further apart than this begin to count anew. */
const PRESS_AGAIN_MS = 1000;
const PRESSED = 64;

export class Trigger {
  readonly #rule: TriggerRule;
  readonly #held = new HeldKeys();
  /** Controllers that are pressed: device << 4 | channel. */
  readonly #pressed = new Set<number>();
  #presses = 0;
  #lastPressMs = Number.NEGATIVE_INFINITY;

  constructor(rule: TriggerRule) {
    this.#rule = rule;
  }

  /** When the trigger was pulled in these events, in their milliseconds. */
  pullsIn(batch: EventBatch): number[] {
    const pulledMs: number[] = [];
    for (let row = 0; row < batch.count; row++) {
      if (batch.kind[row] !== EventKind.SHORT) continue;
      if (!this.#isPress(batch.device[row]!, batch.packed[row]!)) continue;
      const timeMs = batch.timeMs[row]!;
      this.#presses = timeMs - this.#lastPressMs > PRESS_AGAIN_MS ? 1 : this.#presses + 1;
      this.#lastPressMs = timeMs;
      if (this.#presses < this.#rule.times) continue;
      this.#presses = 0;
      pulledMs.push(timeMs);
    }
    return pulledMs;
  }

  #isPress(device: number, packed: number): boolean {
    const { kind, numbers, channel } = this.#rule;
    if (channel !== undefined && (packed & 0x0f) !== channel) return false;
    const command = packed & 0xf0;
    const first = (packed >>> 8) & 0x7f;
    const second = (packed >>> 16) & 0x7f;
    if (kind === 'pc') return command === PROGRAM_CHANGE && first === numbers[0];
    if (kind === 'cc') {
      if (command !== CONTROL_CHANGE || first !== numbers[0]) return false;
      const place = (device << 4) | (packed & 0x0f);
      const was = this.#pressed.has(place);
      if (second >= PRESSED) this.#pressed.add(place);
      else this.#pressed.delete(place);
      return !was && second >= PRESSED;
    }
    this.#held.update(device, packed);
    if (!isNoteOn(packed) || !numbers.includes(first)) return false;
    return numbers.every((key) => this.#held.isHeld(device, (packed & 0x0f) | (key << 8)));
  }
}
