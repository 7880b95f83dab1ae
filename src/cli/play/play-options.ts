/** `midirec play`: its options. */
import type { Command } from 'commander';
import type { CommandAction } from '../program.js';

/** As typed; play-settings.ts makes numbers of them. */
export interface PlayOptions {
  /** The argument: a path, or - for standard input. */
  file: string;
  device?: string;
  from?: string;
  to?: string;
  speed: string;
  loop?: boolean;
  mute?: string;
}

export function addPlayCommand(
  program: Command,
  runAction: (action: CommandAction<PlayOptions>) => (options: PlayOptions) => Promise<void>,
): void {
  const run = runAction(async (options, context) => {
    const { play } = await import('./play.js');
    return play(options, context);
  });
  program
    .command('play')
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
    .option('--mute <channels>', 'leave these channels out: 1,2,10-12')
    .action((file: string, options: Omit<PlayOptions, 'file'>) => run({ ...options, file }));
}
