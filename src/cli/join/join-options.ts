/** `midirec join`: its options. */
import type { Command } from 'commander';
import type { CommandAction } from '../program.js';

export interface JoinOptions {
  /** The arguments: paths, - for standard input. */
  files: string[];
  output: string;
  pause?: string;
  force?: boolean;
}

export function addJoinCommand(
  program: Command,
  runAction: (action: CommandAction<JoinOptions>) => (options: JoinOptions) => Promise<void>,
): void {
  const run = runAction(async (options, context) => {
    const { join } = await import('./join.js');
    return join(options, context);
  });
  program
    .command('join')
    .description('Make one file of several .mid, one after the other; they stay as they are.')
    .argument('<file...>', '.mid files, in order')
    .requiredOption('-o, --output <file>', 'file to write, - for standard output')
    .option('--pause <time>', 'silence between one and the next (default: none)')
    .option('-f, --force', 'overwrite the file if it exists')
    .action((files: string[], options: Omit<JoinOptions, 'files'>) => run({ ...options, files }));
}
