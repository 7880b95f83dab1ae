/** `midirec trim`: its options. */
import type { Command } from 'commander';
import type { OptionsOf } from '../command.js';
import { parseDuration, parsePosition } from '../options/option-values.js';
import { forceOption } from '../options/shared-options.js';

export type TrimOptions = OptionsOf<typeof defineTrim>;

export function defineTrim(command: Command) {
  return command
    .description('Make a shorter copy of a .mid, which stays as it is.')
    .argument('<file>', '.mid or .json; - for standard input')
    .option('--silence', 'take out the silence before the first note and after the last')
    .option('--keep <time>', 'how much of that silence is left (default: 500ms)', parseDuration)
    .option('--gaps <time>', 'shorten silences in the middle to this', parseDuration)
    .option('--from <position>', 'leave out what is before: 90s, 1.5m, 1:30', parsePosition)
    .option('--to <position>', 'leave out what is after', parsePosition)
    .option(
      '-o, --output <file>',
      'file to write, - for standard output (default: FILE-trimmed.mid)',
    )
    .addOption(forceOption());
}
