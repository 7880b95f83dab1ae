/** `midirec monitor`: its options. */
import type { Command } from 'commander';
import { DEFAULT_BUFFER_SIZE, DEFAULT_BUFFERS } from '../../capture/buffers/buffer-defaults.js';
import type { OptionsOf } from '../command.js';
import { collect } from '../options/option-values.js';

export type MonitorOptions = OptionsOf<typeof defineMonitor>;

export function defineMonitor(command: Command) {
  return command
    .description('Print what arrives, a readable line for each message; record nothing.')
    .optionsGroup('What to print:')
    .option(
      '-d, --device <input>',
      'input to listen to: id, or part of the name; repeatable (default: all)',
      collect,
    )
    .option(
      '--channel <channels>',
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
    .option('--buffer-size <bytes>', 'size of one sysex buffer', String(DEFAULT_BUFFER_SIZE));
}
