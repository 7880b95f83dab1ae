/** `midirec doctor`: its options. */

import { type Command, Option } from 'commander';
import { usage } from '../../midi/errors.js';
import type { OptionsOf } from '../command.js';
import { parsePresetName } from '../files/own-presets.js';
import { parseDuration } from '../options/option-values.js';

export type DoctorOptions = OptionsOf<typeof defineDoctor>;

export function defineDoctor(command: Command) {
  // commander takes the last of the two, in silence.
  let listens: unknown;
  for (const flag of ['listen', 'no-listen']) {
    command.on(`option:${flag}`, () => {
      listens ??= flag;
      if (listens === flag) return;
      throw usage('--listen and --no-listen cannot be combined', 'choose one of them');
    });
  }
  return command
    .description('Find out why nothing arrives: look at system, devices and settings, and listen.')
    .addOption(
      new Option('--listen <time>', 'how long to listen to every input')
        .argParser(parseDuration)
        .default(3000, '3s'),
    )
    .option('--no-listen', 'open no device')
    .addOption(
      new Option(
        '--cable <output>',
        'try a cable from this output to an input, in half a minute or two: does sysex come through whole?',
      ).conflicts('listen'),
    )
    .option('--from <input>', 'where that cable ends (default: the input named like the output)')
    .option('--beside <output>', 'send sysex through this output of the interface at the same time')
    .option(
      '--save <name>',
      'keep the pace that was found, as a preset of that name (see sysex-send, restore, backup)',
      parsePresetName,
    )
    .option('--json', 'as one JSON document, for a report of a fault');
}
