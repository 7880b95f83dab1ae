/** `midirec split`: its options. */
import type { Command } from 'commander';
import { SPLIT_KINDS } from '../../editing/split-kinds.js';
import type { CommandAction } from '../program.js';

export interface SplitOptions {
  /** The argument: a path, or - for standard input. */
  file: string;
  by: string;
  silence: string;
  output?: string;
  force?: boolean;
}

export function addSplitCommand(
  program: Command,
  runAction: (action: CommandAction<SplitOptions>) => (options: SplitOptions) => Promise<void>,
): void {
  const run = runAction(async (options, context) => {
    const { split } = await import('./split.js');
    return split(options, context);
  });
  program
    .command('split')
    .description('Make several files of one .mid, which stays as it is.')
    .argument('<file>', '.mid; - for standard input')
    .option(`--by <${SPLIT_KINDS.join('|')}>`, 'what a new file begins with', 'silence')
    .option('--silence <time>', 'how much silence there is between two files', '2s')
    .option('-o, --output <folder>', 'folder to write to (default: that of the file)')
    .option('-f, --force', 'overwrite files that exist')
    .action((file: string, options: Omit<SplitOptions, 'file'>) => run({ ...options, file }));
}
