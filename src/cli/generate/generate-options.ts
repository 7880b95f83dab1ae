/** `midirec generate`: completions for shells. */
import { Argument, type Command } from 'commander';
import { SHELLS } from '../completions/completions-shells.js';
import type { CommandAction } from '../program.js';

export interface GenerateCompletionsOptions {
  shell: string;
}

export function addGenerateCommand(
  program: Command,
  runAction: <Options>(action: CommandAction<Options>) => (options: Options) => Promise<void>,
): void {
  const generate = program
    .command('generate')
    .description('Print completions for a shell.')
    .helpCommand(false);
  generate
    .command('completions')
    .description('Print completions for a shell.')
    .addArgument(new Argument('<shell>', `the shell: ${SHELLS.join(', ')}`).choices(SHELLS))
    .action((shell: string) =>
      runAction<GenerateCompletionsOptions>(async (options) => {
        const { generateCompletions } = await import('./generate.js');
        return generateCompletions(program, options);
      })({ shell }),
    );
}
