/** `midirec monitor`: its options. */
import type { Command } from 'commander';
import { DEFAULT_BUFFER_SIZE, DEFAULT_BUFFERS } from '../../capture/buffers/buffer-defaults.js';
import { collect } from '../options/option-values.js';
import type { CommandAction } from '../program.js';

/** As typed; monitor.ts makes numbers of them. */
export interface MonitorOptions {
  device?: string[];
  channel?: string;
  only?: string;
  count?: string;
  duration?: string;
  reconnect: boolean;
  hex?: boolean;
  json?: boolean;
  buffers: string;
  bufferSize: string;
}

export function addMonitorCommand(
  program: Command,
  runAction: (action: CommandAction<MonitorOptions>) => (options: MonitorOptions) => Promise<void>,
): void {
  program
    .command('monitor')
    .description('Print what arrives, a readable line for each message; record nothing.')
    .optionsGroup('What to print:')
    .option(
      '-d, --device <input>',
      'input to listen to: id, or part of the name; repeatable (default: all)',
      collect,
    )
    .option(
      '--channel <list>',
      'print only these channels: 1,2,10-12; what has no channel only if --only names it',
    )
    .option(
      '--only <kinds>',
      'print only these, separated by commas: note, cc, pc, pb, at, sysex, clock, transport, sense, system, all (default: all but clock and sense)',
    )
    .optionsGroup('When:')
    .option('--duration <time>', 'stop after this time: 500ms, 10s, 2m, 1h')
    .option('--count <number>', 'stop after so many messages')
    .option('--no-reconnect', 'do not wait for an input that is unplugged to come back')
    .optionsGroup('Options:')
    .option('--hex', 'print the bytes too')
    .option('--json', 'print one JSON object a line instead')
    .option('--buffers <number>', 'sysex buffers in flight for each input', String(DEFAULT_BUFFERS))
    .option('--buffer-size <bytes>', 'size of one sysex buffer', String(DEFAULT_BUFFER_SIZE))
    .action(
      runAction(async (options, context) => {
        const { monitor } = await import('./monitor.js');
        return monitor(options, context);
      }),
    );
}
