/** `midirec backup`: its options. */
import type { Command } from 'commander';
import { presetOption } from '../capturing/preset-option.js';
import type { OptionsOf } from '../command.js';
import { repeatable } from '../options/option-values.js';
import { allowSleepOption, deviceNumberOption } from '../options/shared-options.js';

export type BackupOptions = OptionsOf<typeof defineBackup>;

export function defineBackup(command: Command) {
  return command
    .description('Save everything that the instruments can be asked for.')
    .option(
      '-d, --device <output>',
      'output to ask: id, or part of the name; repeatable (default: all)',
      repeatable((text) => text),
      [] as string[],
    )
    .option(
      '--instrument <instrument>',
      'one that does not answer who it is: dx7, or dx7@um-one at that output; repeatable',
      repeatable((text) => text),
      [] as string[],
    )
    .addOption(
      deviceNumberOption(
        'of the instruments that are named, as their panels show it (default: as delivered)',
      ),
    )
    .addOption(presetOption('send requests at this pace, not at that of the instrument'))
    .option('--verify', 'ask for everything twice and compare')
    .option('-o, --output <folder>', 'folder for the folder of this backup', 'backup')
    .option('--json', 'print what backup.json says, and the folder where it is')
    .addOption(allowSleepOption());
}
