/** `midirec join`: its options. */
import { type Command, Option } from 'commander';
import type { OptionsOf } from '../command.js';
import { parseDuration } from '../options/option-values.js';
import { forceOption } from '../options/shared-options.js';

export type JoinOptions = OptionsOf<typeof defineJoin>;

export function defineJoin(command: Command) {
  return command
    .description(
      'Make one file of several .mid or .syx, one after the other; they stay as they are.',
    )
    .argument('<file...>', '.mid or .json files, or .syx files and hex text, in order')
    .requiredOption('-o, --output <file>', 'file to write, - for standard output')
    .option('--pause <time>', 'silence between one and the next (default: none)', parseDuration)
    .addOption(
      new Option(
        '--together',
        'side by side from the beginning, with tempo and bars of the first',
      ).conflicts('pause'),
    )
    .addOption(forceOption());
}
