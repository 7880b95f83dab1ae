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
import { type MidirecError, usage } from '../midi/errors.js';

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
  return usage(
    `'${text}' is not a trigger`,
    'write it as "cc 64 x3", "note C2", "pc 127" or "chord C2+E2+G2", with "ch 10" for a channel',
  );
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
