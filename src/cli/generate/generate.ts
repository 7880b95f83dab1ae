/** `midirec generate`: completions for shells, to standard output. */
import { Argument, type Command } from 'commander';
import { type Shell, STUBS } from '../completions/stubs.js';
import { ExitCode } from '../exit-codes.js';
import { printRaw } from '../terminal/standard-streams.js';

const SHELLS = Object.keys(STUBS) as Shell[];

export function defineGenerate(command: Command) {
  return command
    .description('Print completions for a shell.')
    .helpCommand(false)
    .command('completions')
    .description('Print completions for a shell.')
    .addArgument(new Argument('<shell>', `the shell: ${SHELLS.join(', ')}`).choices(SHELLS));
}

export async function generateCompletions(shell: Shell): Promise<number> {
  printRaw(STUBS[shell]);
  return ExitCode.DONE;
}
