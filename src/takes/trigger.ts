/**
 * Messages that ask for something: a pedal pressed three times, a note, a chord.
 *
 * Grammar, words apart by spaces, upper and lower case alike:
 *
 * ```
 * trigger = what [ "ch" CHANNEL ] [ "x" TIMES ]
 * what    = "cc" NUMBER | "pc" NUMBER | "note" KEY | "chord" KEY { "+" KEY }
 * KEY     = NUMBER | name with octave, C4 = 60: C4, F#3, Bb2
 * ```
 *
 * `cc 64 x3` is the sustain pedal pressed three times; presses count if no two of them are more
 * than a second apart. A controller is pressed when its value rises to 64 or above.
 */

import { MidirecError } from '../midi/errors.js';
import { type EventBatch, EventKind } from '../midi/event-batch.js';
import { HeldKeys } from '../midi/held-keys.js';
import { CONTROL_CHANGE, isNoteOn, PROGRAM_CHANGE } from '../midi/status.js';

/** Presses further apart than this begin to count anew. */
const PRESS_AGAIN_MS = 1000;
const PRESSED = 64;

export interface TriggerRule {
  kind: 'cc' | 'pc' | 'note' | 'chord';
  /** The controller, the program, or the keys of the chord. */
  numbers: number[];
  /** 0 to 15; undefined is any. */
  channel: number | undefined;
  times: number;
}

/** @throws MidirecError USAGE */
export function parseTrigger(text: string): TriggerRule {
  const match = /^(cc|pc|note|chord)\s+(\S+)(?:\s+ch\s*(\d{1,2}))?(?:\s+x\s*(\d{1,2}))?$/i.exec(
    text.trim(),
  );
  if (match === null) throw badTrigger(text);
  const kind = match[1]!.toLowerCase() as TriggerRule['kind'];
  const parts = kind === 'chord' ? match[2]!.split('+') : [match[2]!];
  const numbers = parts.map((part) =>
    kind === 'note' || kind === 'chord' ? parseKey(part) : parseNumber(part),
  );
  const channel = match[3] === undefined ? undefined : Number(match[3]) - 1;
  const times = match[4] === undefined ? 1 : Number(match[4]);
  const isGood =
    numbers.every((number) => number !== undefined) &&
    (channel === undefined || (channel >= 0 && channel < 16)) &&
    times >= 1;
  if (!isGood) throw badTrigger(text);
  return { kind, numbers: numbers as number[], channel, times };
}

function badTrigger(text: string): MidirecError {
  return new MidirecError('USAGE', `'${text}' is not a trigger`, {
    hint: 'write it as "cc 64 x3", "note C2", "pc 127" or "chord C2+E2+G2", with "ch 10" for a channel',
    exitCode: 2,
  });
}

function parseNumber(text: string): number | undefined {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  return number <= 127 ? number : undefined;
}

const STEPS: Record<string, number> = { c: 0, d: 2, e: 4, f: 5, g: 7, a: 9, b: 11 };

function parseKey(text: string): number | undefined {
  const name = /^([a-g])([#b]?)(-?\d)$/i.exec(text);
  if (name === null) return parseNumber(text);
  const sharp = name[2] === '#' ? 1 : name[2] === '' ? 0 : -1;
  const key = (Number(name[3]) + 1) * 12 + STEPS[name[1]!.toLowerCase()]! + sharp;
  return key >= 0 && key <= 127 ? key : undefined;
}

/** Watches events for one trigger. */
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
