/** `midirec split`: its options. */
import type { Command } from 'commander';
import { SPLIT_KINDS } from '../../editing/split-kinds.js';
import type { OptionsOf } from '../command.js';

export type SplitOptions = OptionsOf<typeof defineSplit>;

export function defineSplit(command: Command) {
  return command
    .description('Make several files of one .mid, which stays as it is.')
    .argument('<file>', '.mid; - for standard input')
    .option(`--by <${SPLIT_KINDS.join('|')}>`, 'what a new file begins with', 'silence')
    .option('--silence <time>', 'how much silence there is between two files', '2s')
    .option('-o, --output <folder>', 'folder to write to (default: that of the file)')
    .option('-f, --force', 'overwrite files that exist');
}
