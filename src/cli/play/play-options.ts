/** `midirec play`: its options. Times are milliseconds. */
import type { Command } from 'commander';
import type { OptionsOf } from '../command.js';
import { decimal, parseChannels, parsePosition } from '../options/option-values.js';

export type PlayOptions = OptionsOf<typeof definePlay>;

export function definePlay(command: Command) {
  return command
    .description('Play a Standard MIDI File through an output.')
    .argument('<file>', '.mid or .json; - for standard input')
    .option(
      '-d, --device <output>',
      'output to play through: id, or part of the name (default: the only one that is there)',
    )
    .option(
      '--from <position>',
      'where to begin: 90s, 1.5m, 1:30; instruments are set as they are there',
      parsePosition,
    )
    .option('--to <position>', 'where to end', parsePosition)
    .option('--speed <factor>', '0.5 is half as fast, 2 twice as fast', decimal(0.05, 20, 0.5), 1)
    .option('--loop', 'again and again, until Ctrl-C')
    .option('--mute <channels>', 'leave these channels out: 1,2,10-12', parseChannels);
}
