/** `midirec generate`: completions, to standard output. */
import { type Shell, STUBS } from '../completions/stubs.js';
import { ExitCode } from '../exit-codes.js';

export async function generateCompletions(shell: Shell): Promise<number> {
  process.stdout.write(STUBS[shell]);
  return ExitCode.DONE;
}
