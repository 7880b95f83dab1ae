/** `midirec generate`: completions, to standard output. */
import { type Shell, STUBS } from '../completions/stubs.js';
import { ExitCode } from '../exit-codes.js';
import { printRaw } from '../terminal/standard-streams.js';

export async function generateCompletions(shell: Shell): Promise<number> {
  printRaw(STUBS[shell]);
  return ExitCode.DONE;
}
