/** `midirec restore`: its options. */
import type { Command } from 'commander';
import { presetOption } from '../capturing/preset-option.js';
import type { OptionsOf } from '../command.js';
import { deviceNumberOption, fixChecksumOption, forceOption } from '../options/shared-options.js';

export type RestoreOptions = OptionsOf<typeof defineRestore>;

export function defineRestore(command: Command) {
  return command
    .description('Put a backup, or a .syx file, back into its instrument, and compare.')
    .argument('<folder or file>', 'of a backup, or of one instrument in it; or a .syx file')
    .option('-d, --device <output>', 'output to send to (default: the one of the backup)')
    .option('--from <input>', 'where answers come from (default: the input named like the output)')
    .option(
      '--instrument <instrument>',
      'what a .syx file is for (default: what it says); of a backup, only this one',
    )
    .addOption(presetOption('send at this pace, not at that of the instrument'))
    .addOption(deviceNumberOption())
    .addOption(fixChecksumOption())
    .option('--dry-run', 'show what would be sent; send nothing')
    .option('--json', 'print what became of each dump')
    .option('-y, --yes', 'overwrite memories without asking')
    .addOption(
      forceOption(
        'the same, and send also what is damaged, has a wrong checksum or is for another model',
      ).implies({ yes: true }),
    );
}
