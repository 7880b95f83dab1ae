/** `midirec list`: its options. */
import type { Command } from 'commander';
import type { OptionsOf } from '../command.js';

export type ListOptions = OptionsOf<typeof defineList>;

export function defineList(command: Command) {
  return command
    .description('List the MIDI inputs and outputs.')
    .option('--inputs', 'inputs only')
    .option('--outputs', 'outputs only')
    .option('--json', 'print one JSON document');
}
