/** `midirec sysex-send`: its options, and the pace that they make. Times are milliseconds. */
import { type Command, Option } from 'commander';
import type { Pace } from '../../output/pacing.js';
import { SEND_PRESETS } from '../../output/send-presets.js';
import { presetOption } from '../capturing/preset-option.js';
import type { OptionsOf } from '../command.js';
import { ownPresetNames } from '../files/own-presets.js';
import { parseDuration, wholeNumber } from '../options/option-values.js';
import { deviceNumberOption, fixChecksumOption, forceOption } from '../options/shared-options.js';
import { wrapFor } from '../terminal/standard-streams.js';
import { parseMessageNumbers, parsePatchName } from './message-selection.js';

export type SysexSendOptions = OptionsOf<typeof defineSysexSend>;

/** Larger than any buffer that old drivers take. */
const LARGEST_CHUNK = 65_536;
const HIGHEST_RATE = 10_000_000;

export function defineSysexSend(command: Command) {
  const presets = () => [
    ...SEND_PRESETS.map(({ name, what }) => `  ${name.padEnd(10)} ${what}`),
    ...ownPresetNames().map((name) => `  ${name.padEnd(10)} your own`),
  ];
  return command
    .description('Send the sysex messages of a file to an output, one after the other.')
    .argument(
      '<file>',
      '.syx, hex text, the sysex of a .mid, or "F0 … F7" itself; - for standard input',
    )
    .option(
      '-d, --device <output>',
      'output to send to: id, or part of the name (default: the only one that is there)',
    )
    .addOption(
      new Option(
        '--messages <numbers>',
        'only these, as midirec show numbers them: 2,5-7',
      ).argParser(parseMessageNumbers),
    )
    .addOption(
      new Option('--patch <name>', 'only the patch of this name; of a bank as a message of its own')
        .argParser(parsePatchName)
        .conflicts('messages'),
    )
    .optionsGroup('Pace:')
    .option('--delay <time>', 'pause between messages: 50ms, 1s', parseDuration)
    .option(
      '--chunk <bytes>',
      'send a message in pieces of at most this many bytes',
      wholeNumber(1, LARGEST_CHUNK),
    )
    .option(
      '--rate <bytes/s>',
      'send no faster than this; a MIDI cable carries 3125',
      wholeNumber(1, HIGHEST_RATE),
    )
    .addOption(presetOption('pace by name'))
    .optionsGroup('Options:')
    .addOption(
      new Option(
        '--wait-reply [time]',
        'after each message, wait this long for a sysex in reply (default: 2s)',
      )
        .argParser(parseDuration)
        .preset('2s'),
    )
    .option('--from <input>', 'where replies come from (default: the input named like the output)')
    .addOption(deviceNumberOption())
    .addOption(fixChecksumOption())
    .option('--dry-run', 'show what would be sent, and when; send nothing')
    .addOption(
      forceOption('send the whole messages of a damaged file, and those with a wrong checksum'),
    )
    .option(
      '--limit <time>',
      'how long the driver may take for one piece (default: twice its time on a cable, and 5s)',
      parseDuration,
    )
    .addHelpText('after', () => {
      const lines = presets().map((line) => wrapFor(process.stdout, line));
      return `\nPresets:\n${lines.join('\n')}\n`;
    });
}

/** What is given with an option of its own counts more than what the preset says. */
export function paceOf({ preset, chunk, rate, delay }: SysexSendOptions): Pace {
  return {
    chunkBytes: chunk ?? preset?.chunkBytes,
    chunkDelayMs: preset?.chunkDelayMs ?? 0,
    messageDelayMs: delay ?? preset?.messageDelayMs ?? 0,
    bytesPerSecond: rate ?? preset?.bytesPerSecond,
  };
}
