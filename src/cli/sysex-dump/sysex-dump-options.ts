/** `midirec sysex-dump`: its options. */
import type { Command } from 'commander';
import { DEFAULT_BUFFERS } from '../../capture/buffers/buffer-defaults.js';
import type { OptionsOf } from '../command.js';
import { collect } from '../options/option-values.js';

export type SysexDumpOptions = OptionsOf<typeof defineSysexDump>;

export function defineSysexDump(command: Command) {
  return command
    .description('Save every sysex that arrives, whole and byte for byte.')
    .optionsGroup('What to receive:')
    .option(
      '-d, --device <input>',
      'input to listen to: id, or part of the name; repeatable (default: all)',
      collect,
    )
    .option('--request <hex or file>', 'send this first: the dump request of a synthesizer')
    .option('--to <output>', 'where the request goes (default: the output named like the input)')
    .option('--verify', 'request the dump twice and compare')
    .optionsGroup('When to stop:')
    .option('--count <number>', 'stop after this many messages')
    .option(
      '--timeout <time>',
      'give up if nothing comes for so long (default: 10s with --request)',
    )
    .option('--until-idle <time>', 'stop after this much silence (default: 2s with --request)')
    .option('--no-reconnect', 'do not wait for an input that is unplugged to come back')
    .optionsGroup('Where it goes:')
    .option('-o, --output <file>', '.syx file to write, or - (default: standard output)')
    .option('-f, --force', 'overwrite the file if it exists')
    .option('--split', 'a file for each message: dump-001.syx, dump-002.syx, …')
    .option('--hex', 'print the messages as hex, with what they are')
    .option('--json', 'print one JSON object for each message')
    .optionsGroup('Options:')
    .option('--buffers <number>', 'sysex buffers in flight for each input', String(DEFAULT_BUFFERS))
    .option(
      '--buffer-size <bytes>',
      'size of one sysex buffer (default: 4096, less for a short --until-idle)',
    );
}
