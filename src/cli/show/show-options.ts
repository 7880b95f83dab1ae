/** `midirec show`: its options. */
import type { Command } from 'commander';
import type { OptionsOf } from '../command.js';
import { charsetOption, forceOption } from '../options/shared-options.js';

export type ShowOptions = OptionsOf<typeof defineShow>;

export function defineShow(command: Command) {
  return command
    .description('Show what is in a .mid or .syx file, or which takes and dumps are in a folder.')
    .argument('<file>', '.mid, .json, .syx or hex text, or a folder; - for standard input')
    .option(
      '--svg <file>',
      'also draw the piano roll as SVG; - for standard output, and nothing else',
    )
    .addOption(forceOption('overwrite the SVG file if it exists'))
    .addOption(charsetOption())
    .option('--json', 'as one JSON document');
}
