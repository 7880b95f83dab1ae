/** `midirec sysex-dump`: its options. Times are milliseconds. */

import { type Command, Option } from 'commander';
import { DEFAULT_BUFFER_SIZE } from '../../capture/buffers/buffer-defaults.js';
import { withEnding } from '../../files/disk/endings.js';
import { usage } from '../../midi/errors.js';
import { MIDI_BYTES_PER_SECOND } from '../../output/send-presets.js';
import type { OptionsOf } from '../command.js';
import { parseDuration, wholeNumber } from '../options/option-values.js';
import {
  allowSleepOption,
  bufferSizeOption,
  buffersOption,
  checkBuffers,
  commandsOption,
  deviceNumberOption,
  forceOption,
  inputsOption,
  noReconnectOption,
  requireOption,
} from '../options/shared-options.js';

export type SysexDumpOptions = OptionsOf<typeof defineSysexDump>;

const SMALLEST_CHOSEN_BUFFER = 256;

export function defineSysexDump(command: Command) {
  return command
    .description('Save every sysex that arrives, whole and byte for byte.')
    .optionsGroup('What to receive:')
    .addOption(inputsOption('input to listen to'))
    .addOption(
      new Option(
        '--request <hex or file>',
        'send this first: the dump request of a synthesizer',
      ).implies({ timeout: 10_000, untilIdle: 2000 }),
    )
    .addOption(
      new Option('--instrument <instrument>', 'send the request of this instrument: dx7')
        .conflicts('request')
        .implies({ timeout: 10_000, untilIdle: 2000 }),
    )
    .option('--what <dump>', 'what to ask it for (midirec instruments dx7 lists it)')
    .option(
      '--patch <number>',
      'the patch to ask for (default: all, one after the other)',
      wholeNumber(0, 16_383),
    )
    .option('--bank <number>', 'the bank to ask for (default: all)', wholeNumber(0, 127))
    .addOption(
      deviceNumberOption('which of several devices, as its panel shows it (default: as delivered)'),
    )
    .option('--to <output>', 'where the request goes (default: the output named like the input)')
    .option('--verify', 'request the dump twice and compare')
    .optionsGroup('When to stop:')
    .option('--count <number>', 'stop after this many messages', wholeNumber(1, 1_000_000))
    .option(
      '--timeout <time>',
      'give up if nothing comes for this long (default: 10s with a request)',
      parseDuration,
    )
    .option(
      '--until-idle <time>',
      'stop after this much silence (default: 2s with a request)',
      parseDuration,
    )
    .addOption(noReconnectOption())
    .addOption(commandsOption())
    .addOption(allowSleepOption())
    .optionsGroup('Where it goes:')
    .option('-o, --output <file>', '.syx file to write, or - (default: standard output)')
    .addOption(forceOption())
    .option('--split', 'a file for each message: dump-001.syx, dump-002.syx, …')
    .addOption(
      new Option('--hex', 'print the messages as hex, with what they are').conflicts('json'),
    )
    .option('--json', 'print one JSON object for each message')
    .optionsGroup('Options:')
    .addOption(buffersOption())
    .addOption(bufferSizeOption(' (default: 4096, less for a short --until-idle)'));
}

/** @throws MidirecError USAGE for options that do nothing, or cannot be obeyed, together */
export function checkDumpOptions(options: SysexDumpOptions): void {
  const { output, split, hex, json } = options;
  checkBuffers(buffersOf(options));
  if (options.instrument === undefined) {
    const hint = 'for example --instrument dx7; there is nothing to send otherwise';
    for (const name of ['verify', 'to'] as const) {
      if (options[name] === undefined || options.request !== undefined) continue;
      throw usage(`--${name} needs --request or --instrument`, hint);
    }
  }
  for (const name of ['what', 'patch', 'bank', 'deviceNumber'] as const) {
    requireOption(options, name, 'instrument', 'for example --instrument dx7');
  }
  if (split && output === '-') {
    throw usage('--split makes files, -o - does not', 'give a file name with -o');
  }
  if ((hex || json) && output === '-') {
    throw usage(
      `--${hex ? 'hex' : 'json'} and -o - both want standard output`,
      'name a file with -o, or omit -o',
    );
  }
  if (viewOf(options) === 'binary' && process.stdout.isTTY) {
    throw usage(
      'standard output is a terminal: sysex is not text',
      'name a file with -o, or use --hex',
    );
  }
}

export const SYX_ENDINGS = ['.syx'];

/** The .syx file; undefined if there is to be none. */
export function fileOf({ output, split }: SysexDumpOptions): string | undefined {
  if (output === '-') return undefined;
  if (output !== undefined) return withEnding(output, SYX_ENDINGS).path;
  return split ? 'dump.syx' : undefined;
}

/** What goes to standard output; undefined if nothing does. */
export function viewOf(options: SysexDumpOptions): 'binary' | 'hex' | 'json' | undefined {
  if (options.json) return 'json';
  if (options.hex) return 'hex';
  return fileOf(options) === undefined ? 'binary' : undefined;
}

/** A buffer must fill well within the silence that ends a dump, or the next message looks like silence. */
export function buffersOf({ buffers, bufferSize, untilIdle = Infinity }: SysexDumpOptions) {
  const mostBytes = (untilIdle * 0.7 * MIDI_BYTES_PER_SECOND) / 1000;
  let chosen = DEFAULT_BUFFER_SIZE;
  while (chosen > SMALLEST_CHOSEN_BUFFER && chosen > mostBytes) chosen /= 2;
  return { buffers, bufferSize: bufferSize ?? chosen };
}
