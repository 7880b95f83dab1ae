/**
 * The values of options as people type them: parsers for commander, each with an error that says what would have been
 * right, MidirecError USAGE. The program puts the option's name before what they say, see `nameInErrors`.
 */
import type { Option } from 'commander';
import type { TimeSignature } from '../../files/growing/take-journal.js';
import { MidirecError, usage } from '../../midi/errors.js';

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** setTimeout's limit, 24.8 days. */
const LONGEST_MS = 0x7fff_ffff;

/** All 16 channels, as `parseChannels` would have them. */
export const ALL_CHANNELS = 0xffff;

/** `500ms`, `10s`, `2m`, `1.5h`, `1:30` as milliseconds: 1 to LONGEST_MS. */
export function parseDuration(text: string): number {
  const ms = timeOf(text);
  if (ms === undefined) {
    const isNumber = /^\d+(\.\d+)?$/.test(text.trim());
    const problem = isNumber ? 'has no unit' : 'is not a valid time';
    const example = isNumber ? `for example ${text.trim()}s; ` : '';
    throw usage(`'${text}' ${problem}`, `${example}times are written 500ms, 10s, 2m, 1h or 1:30`);
  }
  if (ms < 1) throw usage(`${text} is too short`, 'the shortest time is 1ms');
  if (ms > LONGEST_MS) throw usage(`${text} is too long`, 'the longest time is 596h');
  return ms;
}

/** A position in a file as milliseconds from its beginning: `0s`, `90s`, `1.5m`; `1:30`, `1:02:03.5`. */
export function parsePosition(text: string): number {
  const ms = timeOf(text);
  if (ms !== undefined) return ms;
  throw usage(`'${text}' is not a position in a file`, 'write it as 90s, 1.5m or 1:30');
}

/** With a unit, or as a counter shows it: `1:30`, `1:02:03.5`. */
function timeOf(text: string): number | undefined {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim()) ?? [];
  if (unit !== undefined) return Number(number) * UNIT_MS[unit]!;
  const counter = /^(?:(\d+):)?(\d{1,2}):(\d{2}(?:\.\d+)?)$/.exec(text.trim());
  const [, hours = '0', minutes, seconds] = counter ?? [];
  if (minutes === undefined || Number(minutes) >= 60 || Number(seconds) >= 60) return undefined;
  return Number(hours) * UNIT_MS.h! + Number(minutes) * UNIT_MS.m! + Number(seconds) * UNIT_MS.s!;
}

/** Makes a parser of whole numbers from `from` to `to`, both included. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => parseNumber(text, /^\d+$/, from, to, `whole number from ${from} to ${to}`, from);
}

/** Makes a parser of numbers from `from` to `to`, both included. */
export function decimal(from: number, to: number, example: number): (text: string) => number {
  return (text) =>
    parseNumber(text, /^\d+(\.\d+)?$/, from, to, `number from ${from} to ${to}`, example);
}

function parseNumber(
  text: string,
  form: RegExp,
  from: number,
  to: number,
  what: string,
  example: number,
): number {
  const value = form.test(text.trim()) ? Number(text) : Number.NaN;
  if (value >= from && value <= to) return value;
  throw usage(`'${text}' is not a ${what}`, `for example ${example}`);
}

/** Makes a parser of a few words or numbers. (commander's own, `choices`, knows words only.) */
export function oneOf<const T extends string | number>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const found = choices.find((choice) => String(choice) === text.trim());
    if (found !== undefined) return found;
    throw usage(`'${text}' is not one of ${choices.join(', ')}`, `for example ${choices[0]}`);
  };
}

/**
 * A character set as TextDecoder names it: WHATWG's Encoding Standard.
 *
 * @throws MidirecError USAGE
 */
export function parseCharset(text: string): string {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    throw usage(
      `'${text}' is not a character set`,
      'for example shift_jis, gbk, big5, euc-kr, windows-1251, koi8-r or latin1',
    );
  }
}

/** Makes a parser of an option that may be given more than once, of that for one; its default is `[]`. */
export function repeatable<T>(parse: (text: string) => T): (text: string, before: T[]) => T[] {
  return (text, before) => [...before, parse(text)];
}

/** `6/8`; the second number, a power of two, says what kind of note is counted: 4 means quarter notes. */
export function parseTimeSignature(text: string): TimeSignature {
  const match = /^(\d{1,2})\/(\d{1,2})$/.exec(text.trim());
  const numerator = Number(match?.[1]);
  const denominator = Number(match?.[2]);
  if (!(numerator >= 1 && numerator <= 99 && [1, 2, 4, 8, 16, 32, 64].includes(denominator))) {
    throw usage(
      `'${text}' is not a time signature`,
      'write it as 4/4, 3/4 or 6/8; the second number is 1, 2, 4, 8, 16, 32 or 64',
    );
  }
  return { numerator, denominator };
}

/** A list of MIDI channels, `1,2,10-12`, as a bit mask: bit 0 is channel 1. */
export function parseChannels(text: string): number {
  let mask = 0;
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,2})(?:\s*-\s*(\d{1,2}))?\s*$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!(from >= 1 && to <= 16 && from <= to)) {
      throw usage(
        `'${text}' is not a list of channels`,
        'channels are 1 to 16, for example 1,2,10-12',
      );
    }
    for (let channel = from; channel <= to; channel++) mask |= 1 << (channel - 1);
  }
  return mask;
}

/** Lets what the parser of `option` throws begin with its name: `'x' is …` becomes `--duration: 'x' is …`. */
export function nameInErrors(option: Option): void {
  const parse = option.parseArg;
  if (parse === undefined) return;
  option.argParser((text, before) => {
    try {
      return parse(text, before);
    } catch (error) {
      if (!(error instanceof MidirecError) || error.hint === undefined) throw error;
      const hint = error.hint.replace(/\bfor example (?!-)/, `$&${option.long} `);
      throw usage(`${option.long}: ${error.message}`, hint);
    }
  });
}
