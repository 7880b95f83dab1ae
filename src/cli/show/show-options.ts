/** `midirec show`: its options. */
import type { Command } from 'commander';
import type { CommandAction } from '../program.js';

export interface ShowOptions {
  /** The argument: a path, or - for standard input. */
  file: string;
  svg?: string;
  force?: boolean;
  json?: boolean;
}

export function addShowCommand(
  program: Command,
  runAction: (action: CommandAction<ShowOptions>) => (options: ShowOptions) => Promise<void>,
): void {
  const run = runAction(async (options, context) => {
    const { show } = await import('./show.js');
    return show(options, context);
  });
  program
    .command('show')
    .description('Show what is in a .mid or .syx file, or which takes are in a folder.')
    .argument('<file>', '.mid, .syx or hex text, or a folder; - for standard input')
    .option(
      '--svg <file>',
      'also draw the piano roll as SVG; - for standard output, and nothing else',
    )
    .option('-f, --force', 'overwrite the SVG file if it exists')
    .option('--json', 'as one JSON document')
    .action((file: string, options: Omit<ShowOptions, 'file'>) => run({ ...options, file }));
}
