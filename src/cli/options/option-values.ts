/** The values of options as people type them, turned into numbers; what is wrong is said in one line. */
import {
  FEWEST_BUFFERS,
  MOST_BUFFER_BYTES,
  MOST_BUFFERS,
  SMALLEST_BUFFER_SIZE,
} from '../../capture/buffers/buffer-defaults.js';
import { usage } from '../exit-codes.js';

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** setTimeout's limit, 24.8 days. */
const LONGEST_MS = 0x7fff_ffff;

/**
 * `500ms`, `10s`, `2m`, `1.5h` as milliseconds.
 *
 * @throws MidirecError USAGE
 */
export function parseDuration(option: string, text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text.trim());
  if (match === null) {
    const isNumber = /^\d+(?:\.\d+)?$/.test(text.trim());
    const hint = 'times are written 500ms, 10s, 2m or 1h';
    throw usage(
      `${option}: '${text}' ${isNumber ? 'has no unit' : 'is no time'}`,
      isNumber ? `for seconds: ${option} ${text.trim()}s; ${hint}` : hint,
    );
  }
  const ms = Number(match[1]) * UNIT_MS[match[2]!]!;
  if (ms < 1) throw usage(`${option}: ${text} is too short`, 'the shortest time is 1ms');
  if (ms > LONGEST_MS) throw usage(`${option}: ${text} is too long`, 'the longest time is 596h');
  return ms;
}

/**
 * A whole number within bounds.
 *
 * @throws MidirecError USAGE
 */
export function parseWhole(option: string, text: string, from: number, to: number): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to)) {
    throw usage(
      `${option}: '${text}' is not a whole number from ${from} to ${to}`,
      `for example ${option} ${from}`,
    );
  }
  return value;
}

/**
 * Beats a minute. An SMF holds them as microseconds per quarter note in 24 bits, which sets the
 * lower bound.
 *
 * @throws MidirecError USAGE
 */
export function parseBpm(option: string, text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : Number.NaN;
  if (!(value >= 4 && value <= 1000)) {
    throw usage(`${option}: '${text}' is no tempo from 4 to 1000`, `for example ${option} 120`);
  }
  return value;
}

export interface TimeSignature {
  numerator: number;
  /** A power of two: 4 means quarter notes. */
  denominator: number;
}

/** @throws MidirecError USAGE */
export function parseTimeSignature(option: string, text: string): TimeSignature {
  const match = /^(\d{1,2})\/(\d{1,2})$/.exec(text.trim());
  const numerator = Number(match?.[1]);
  const denominator = Number(match?.[2]);
  if (!(numerator >= 1 && numerator <= 99 && [1, 2, 4, 8, 16, 32, 64].includes(denominator))) {
    throw usage(
      `${option}: '${text}' is no time signature`,
      'write it as 4/4, 3/4 or 6/8; the second number is 1, 2, 4, 8, 16, 32 or 64',
    );
  }
  return { numerator, denominator };
}

/**
 * A list of MIDI channels, `1,2,10-12`, as a bit mask: bit 0 is channel 1.
 *
 * @throws MidirecError USAGE
 */
export function parseChannels(option: string, text: string): number {
  let mask = 0;
  for (const part of text.split(',')) {
    const match = /^\s*(\d{1,2})(?:\s*-\s*(\d{1,2}))?\s*$/.exec(part);
    const from = Number(match?.[1]);
    const to = Number(match?.[2] ?? match?.[1]);
    if (!(from >= 1 && to <= 16 && from <= to)) {
      throw usage(
        `${option}: '${text}' is no list of channels`,
        `channels are 1 to 16, for example ${option} 1,2,10-12`,
      );
    }
    for (let channel = from; channel <= to; channel++) mask |= 1 << (channel - 1);
  }
  return mask;
}

/**
 * One of a few words.
 *
 * @throws MidirecError USAGE
 */
export function parseChoice<T extends string>(
  option: string,
  text: string,
  choices: readonly T[],
): T {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw usage(
      `${option}: '${text}' is not one of ${choices.join(', ')}`,
      `for example ${option} ${choices[0]}`,
    );
  }
  return found;
}

/**
 * `--buffers` and `--buffer-size`, together in bounds.
 *
 * @throws MidirecError USAGE
 */
export function parseBuffers(
  buffersText: string,
  bufferSizeText: string,
): { buffers: number; bufferSize: number } {
  const buffers = parseWhole('--buffers', buffersText, FEWEST_BUFFERS, MOST_BUFFERS);
  const bufferSize = parseWhole(
    '--buffer-size',
    bufferSizeText,
    SMALLEST_BUFFER_SIZE,
    MOST_BUFFER_BYTES,
  );
  if (buffers * bufferSize > MOST_BUFFER_BYTES) {
    throw usage(
      `--buffers ${buffers} of --buffer-size ${bufferSize} are more than 64 MiB`,
      'give fewer or smaller buffers',
    );
  }
  return { buffers, bufferSize };
}

/** `parse`, if the option was given. */
export function parseOptional<T>(
  option: string,
  text: string | undefined,
  parse: (option: string, text: string) => T,
): T | undefined {
  return text === undefined ? undefined : parse(option, text);
}

/** For an option that may be given more than once. */
export function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}
