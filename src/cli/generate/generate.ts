/** `midirec generate`: completions, to standard output. */
import type { Command } from 'commander';
import { renderCompletions } from '../completions/completions.js';
import { SHELLS } from '../completions/completions-shells.js';
import { parseChoice } from '../options/option-values.js';
import type { GenerateCompletionsOptions } from './generate-options.js';

/** @throws MidirecError USAGE */
export function generateCompletions(
  program: Command,
  { shell }: GenerateCompletionsOptions,
): number {
  process.stdout.write(renderCompletions(program, parseChoice('the shell', shell, SHELLS)));
  return 0;
}
