/** `midirec convert`: its options. */
import { type Command, Option } from 'commander';
import { parseTrigger } from '../../takes/trigger-rule.js';
import type { OptionsOf } from '../command.js';
import { decimal, oneOf, parseTimeSignature } from '../options/option-values.js';
import { forceOption } from '../options/shared-options.js';

export type ConvertOptions = OptionsOf<typeof defineConvert>;

export const TARGETS = ['mid', 'json', 'syx', 'hex'] as const;

export function defineConvert(command: Command) {
  return command
    .description('Turn a file into one of another kind, or of another tempo.')
    .argument('<file>', '.mid, .rmi, .json, .syx or hex text; - for standard input')
    .option(
      '-o, --output <file>',
      'file to write, .mid, .json, .syx or .hex; - for standard output',
    )
    .addOption(
      new Option(
        '--to <mid|json|syx|hex>',
        'what to make of it (default: as the name of --output ends)',
      ).choices(TARGETS),
    )
    .addOption(forceOption())
    .optionsGroup('Of a .mid:')
    .addOption(
      new Option('--format <0|1>', '0: one track, 1: one for each channel').argParser(
        oneOf([0, 1]),
      ),
    )
    .addOption(
      new Option('--bpm <number>', 'lay bars of this tempo over what was played')
        .argParser(decimal(4, 1000, 120))
        .conflicts(['guessTempo', 'tap']),
    )
    .addOption(
      new Option('--guess-tempo', 'the same, with the tempo that the playing has').conflicts('tap'),
    )
    .addOption(
      new Option(
        '--tap <trigger>',
        'the same, with beats that were tapped with this: "cc 64", "note C2"',
      ).argParser(parseTrigger),
    )
    .option(
      '--time-signature <n/d>',
      'time signature of these bars (default: that of the file)',
      parseTimeSignature,
    );
}
