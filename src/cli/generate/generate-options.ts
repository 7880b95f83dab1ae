/** `midirec generate`: completions for shells. */
import { Argument, type Command } from 'commander';
import { type Shell, STUBS } from '../completions/stubs.js';

const SHELLS = Object.keys(STUBS) as Shell[];

export function defineGenerate(command: Command) {
  return command
    .description('Print completions for a shell.')
    .helpCommand(false)
    .command('completions')
    .description('Print completions for a shell.')
    .addArgument(new Argument('<shell>', `the shell: ${SHELLS.join(', ')}`).choices(SHELLS));
}
