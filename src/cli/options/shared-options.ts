/** Options that several commands have, and rules about several options. */

import { Option } from 'commander';
import {
  DEFAULT_BUFFERS,
  FEWEST_BUFFERS,
  MOST_BUFFER_BYTES,
  MOST_BUFFERS,
  SMALLEST_BUFFER_SIZE,
} from '../../capture/buffers/buffer-defaults.js';
import { usage } from '../../midi/errors.js';
import {
  ALL_CHANNELS,
  parseChannels,
  parseCharset,
  repeatable,
  wholeNumber,
} from './option-values.js';

/** The group of options that `--help` only names, unless it is given with --verbose; the manual has all of them. */
export const RARE = 'In rare cases:';

/** @param purpose - what the inputs are for: `input to record` */
export function inputsOption(purpose: string) {
  return new Option(
    '-d, --device <input>',
    `${purpose}: id, or part of the name; repeatable (default: all)`,
  )
    .argParser(repeatable((text) => text))
    .default<string[]>([]);
}

export function channelOption(what: string) {
  return new Option('--channel <channels>', what)
    .argParser(parseChannels)
    .default(ALL_CHANNELS, 'all');
}

export function charsetOption() {
  return new Option(
    '--charset <name>',
    'character set of the names and texts, as shift_jis, gbk or windows-1251 (default: found out)',
  ).argParser(parseCharset);
}

export function deviceNumberOption(
  what = 'send it to the device with this number, as its panel shows it (default: as in the file)',
) {
  return new Option('--device-number <number>', what).argParser(wholeNumber(0, 127));
}

export function fixChecksumOption() {
  return new Option('--fix-checksum', 'make wrong checksums right, where the maker defines them');
}

export function forceOption(what = 'overwrite the file if it exists') {
  return new Option('-f, --force', what).default(false);
}

export function noReconnectOption() {
  return new Option(
    '--no-reconnect',
    'do not wait for an input that is unplugged to come back',
  ).helpGroup(RARE);
}

export function commandsOption(known = 'stop') {
  return new Option('--commands <file>', `obey lines of this file or FIFO: ${known}`).helpGroup(
    RARE,
  );
}

export function allowSleepOption() {
  return new Option('--allow-sleep', 'let Windows fall asleep meanwhile')
    .default(false)
    .helpGroup(RARE);
}

export function buffersOption() {
  return new Option('--buffers <number>', 'sysex buffers in flight for each input, 65536 in all')
    .argParser(wholeNumber(FEWEST_BUFFERS, MOST_BUFFERS))
    .default(DEFAULT_BUFFERS)
    .helpGroup(RARE);
}

/** @param how - what it is if it is not given, where that has to be said */
export function bufferSizeOption(how = '') {
  return new Option('--buffer-size <bytes>', `size of one sysex buffer${how}`)
    .argParser(wholeNumber(SMALLEST_BUFFER_SIZE, MOST_BUFFER_BYTES))
    .helpGroup(RARE);
}

/**
 * For `--buffers` and `--buffer-size` together.
 *
 * @throws MidirecError USAGE
 */
export function checkBuffers(options: { buffers: number; bufferSize: number }): void {
  const { buffers, bufferSize } = options;
  if (buffers * bufferSize <= MOST_BUFFER_BYTES) return;
  throw usage(
    `--buffers ${buffers} of --buffer-size ${bufferSize} are more than 64 MiB`,
    'give fewer or smaller buffers',
  );
}

/**
 * For an option that does nothing without another one.
 *
 * @param why - the hint
 * @throws MidirecError USAGE if it is given, and the other is not
 */
export function requireOption<Options extends object>(
  options: Options,
  name: keyof Options & string,
  other: keyof Options & string,
  why: string,
): void {
  if (isGiven(options[name]) && !isGiven(options[other])) {
    throw usage(`${flagOf(name)} needs ${flagOf(other)}`, why);
  }
}

export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== false && !(Array.isArray(value) && value.length === 0);
}

/** `thruChannel` is `--thru-channel`. */
function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
