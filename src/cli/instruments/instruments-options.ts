/** `midirec instruments`: its options. */
import { type Command, Option } from 'commander';
import type { OptionsOf } from '../command.js';

export type InstrumentsOptions = OptionsOf<typeof defineInstruments>;

export function defineInstruments(command: Command) {
  return command
    .description('List the instruments that midirec knows, or what it knows of one.')
    .argument('[instrument]', 'one of them: dx7, "juno 106"')
    .addOption(
      new Option(
        '--check <file>',
        'check a .json file of instruments, and say what is wrong',
      ).conflicts('json'),
    )
    .option('--json', 'as one JSON document');
}
