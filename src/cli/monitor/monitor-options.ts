/** `midirec monitor`: its options. Times are milliseconds. */
import { type Command, Option } from 'commander';
import { DEFAULT_BUFFER_SIZE } from '../../capture/buffers/buffer-defaults.js';
import { MESSAGE_KINDS, type MessageKind } from '../capturing/message-kinds.js';
import type { OptionsOf } from '../command.js';
import { oneOf, parseDuration, wholeNumber } from '../options/option-values.js';
import {
  bufferSizeOption,
  buffersOption,
  channelOption,
  commandsOption,
  inputsOption,
  noReconnectOption,
} from '../options/shared-options.js';

export type MonitorOptions = OptionsOf<typeof defineMonitor>;

export function defineMonitor(command: Command) {
  return command
    .description('Print what arrives, a readable line for each message; record nothing.')
    .optionsGroup('What to print:')
    .addOption(inputsOption('input to listen to'))
    .addOption(
      channelOption(
        'print only these channels: 1,2,10-12, and what has no channel if --only names it',
      ),
    )
    .option(
      '--only <kinds>',
      'print only these, separated by commas: note, cc, pc, pb, at, sysex, clock, transport, sense, system, all (default: all but clock and sense)',
      parseKinds,
    )
    .optionsGroup('When:')
    .option('--duration <time>', 'stop after this time: 500ms, 10s, 2m, 1h', parseDuration)
    .option('--count <number>', 'stop after this many messages', wholeNumber(1, 1_000_000_000))
    .addOption(noReconnectOption())
    .addOption(commandsOption('stop, mark [TEXT]'))
    .optionsGroup('Options:')
    .addOption(new Option('--hex', 'print the bytes too').conflicts('json'))
    .option('--json', 'print one JSON object a line instead')
    .addOption(buffersOption())
    .addOption(bufferSizeOption().default(DEFAULT_BUFFER_SIZE));
}

function parseKinds(text: string): ReadonlySet<MessageKind> {
  const parse = oneOf([...MESSAGE_KINDS, 'all']);
  const named = text.split(',').map(parse);
  return new Set(named.flatMap((kind) => (kind === 'all' ? MESSAGE_KINDS : [kind])));
}
