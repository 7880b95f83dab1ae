/** `midirec generate`: the manual or the completions, to standard output. */
import type { Command } from 'commander';
import { renderCompletions } from '../completions/completions.js';
import { SHELLS } from '../completions/completions-shells.js';
import { renderManual } from '../manual/manual.js';
import { parseChoice } from '../options/option-values.js';
import type { GenerateCompletionsOptions } from './generate-options.js';

export function generateManual(program: Command): number {
  process.stdout.write(renderManual(program));
  return 0;
}

/** @throws MidirecError USAGE */
export function generateCompletions(
  program: Command,
  { shell }: GenerateCompletionsOptions,
): number {
  process.stdout.write(renderCompletions(program, parseChoice('the shell', shell, SHELLS)));
  return 0;
}
