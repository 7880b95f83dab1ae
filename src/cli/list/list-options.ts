/** `midirec list`: its options. */
import type { Command } from 'commander';
import type { CommandAction } from '../program.js';

export interface ListOptions {
  json?: boolean;
  inputs?: boolean;
  outputs?: boolean;
}

export function addListCommand(
  program: Command,
  runAction: (action: CommandAction<ListOptions>) => (options: ListOptions) => Promise<void>,
): void {
  program
    .command('list')
    .description('List the MIDI inputs and outputs.')
    .option('--inputs', 'inputs only')
    .option('--outputs', 'outputs only')
    .option('--json', 'print one JSON document')
    .action(
      runAction(async (options, context) => {
        const { list } = await import('./list.js');
        return list(options, context);
      }),
    );
}
