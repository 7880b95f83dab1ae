/** `midirec play`: its options. */
import type { Command } from 'commander';
import type { OptionsOf } from '../command.js';

export type PlayOptions = OptionsOf<typeof definePlay>;

export function definePlay(command: Command) {
  return command
    .description('Play a Standard MIDI File through an output.')
    .argument('<file>', '.mid; - for standard input')
    .option('-d, --device <output>', 'output to play through: id, or part of the name')
    .option(
      '--from <place>',
      'where to begin: 90s, 1.5m, 1:30; instruments are set as they are there',
    )
    .option('--to <place>', 'where to end')
    .option('--speed <factor>', '0.5 is half as fast, 2 twice as fast', '1')
    .option('--loop', 'again and again, until Ctrl-C')
    .option('--mute <channels>', 'leave these channels out: 1,2,10-12');
}
