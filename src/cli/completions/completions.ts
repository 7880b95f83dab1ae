/** Completions for shells: from the commands and options of the program to a script. */
import type { CommandUnknownOpts } from 'commander';
import { type CommandEntry, readTree } from '../manual/manual-tree.js';
import { renderBash } from './completions-bash.js';
import { renderFish } from './completions-fish.js';
import { renderPowerShell } from './completions-powershell.js';
import type { Shell } from './completions-shells.js';
import { renderZsh } from './completions-zsh.js';

const RENDERERS: Readonly<Record<Shell, (tree: CommandEntry) => string>> = {
  bash: renderBash,
  zsh: renderZsh,
  fish: renderFish,
  powershell: renderPowerShell,
};

/** The script for a shell, with a line feed at its end. */
export function renderCompletions(program: CommandUnknownOpts, shell: Shell): string {
  return RENDERERS[shell](readTree(program));
}
