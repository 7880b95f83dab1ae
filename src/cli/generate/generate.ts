/** `midirec generate`: completions, to standard output. */
import type { CommandContext } from '../command.js';
import { renderCompletions } from '../completions/completions.js';
import type { Shell } from '../completions/completions-shells.js';
import { ExitCode } from '../exit-codes.js';

export async function generateCompletions(
  shell: Shell,
  _options: object,
  { program }: CommandContext,
): Promise<number> {
  process.stdout.write(renderCompletions(program, shell));
  return ExitCode.DONE;
}
