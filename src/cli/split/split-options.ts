/** `midirec split`: its options. */
import { type Command, Option } from 'commander';
import { SPLIT_KINDS } from '../../editing/split-kinds.js';
import type { OptionsOf } from '../command.js';
import { parseDuration } from '../options/option-values.js';
import { charsetOption, forceOption } from '../options/shared-options.js';

export type SplitOptions = OptionsOf<typeof defineSplit>;

export function defineSplit(command: Command) {
  return command
    .description('Make several files of one .mid or .syx, which stays as it is.')
    .argument(
      '<file>',
      '.mid or .json; .syx or hex text, for a file of each patch; - for standard input',
    )
    .addOption(
      new Option(
        '--by <silence|marker|channel|track>',
        'what a new file of music begins with (default: silence)',
      ).choices(SPLIT_KINDS),
    )
    .option(
      '--silence <time>',
      'how much silence there is between two files (default: 2s)',
      parseDuration,
    )
    .addOption(charsetOption())
    .option('-o, --output <folder>', 'folder to write to (default: that of the file)')
    .addOption(forceOption('overwrite files that exist'));
}
