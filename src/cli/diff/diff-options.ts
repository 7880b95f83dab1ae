/** `midirec diff`: its options. */
import type { Command } from 'commander';
import type { OptionsOf } from '../command.js';

export type DiffOptions = OptionsOf<typeof defineDiff>;

export function defineDiff(command: Command) {
  return command
    .description('Compare two sysex files, or two folders of them, patch by patch.')
    .argument('<before>', '.syx, hex text, the sysex of a .mid, or a folder of .syx files')
    .argument('<after>', 'the same kind')
    .option('--json', 'as one JSON document');
}
