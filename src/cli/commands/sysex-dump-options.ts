/** `midirec sysex-dump`: its options. */
import type { Command } from 'commander';
import { DEFAULT_BUFFERS } from '../../capture/buffer-defaults.js';
import { collect } from '../option-values.js';
import type { CommandAction } from '../program.js';

/** As typed; sysex-dump.ts makes numbers of them. */
export interface SysexDumpOptions {
  device?: string[];
  output?: string;
  force?: boolean;
  request?: string;
  to?: string;
  verify?: boolean;
  count?: string;
  timeout?: string;
  untilIdle?: string;
  split?: boolean;
  hex?: boolean;
  json?: boolean;
  buffers: string;
  bufferSize?: string;
}

export function addSysexDumpCommand(
  program: Command,
  runAction: (
    action: CommandAction<SysexDumpOptions>,
  ) => (options: SysexDumpOptions) => Promise<void>,
): void {
  program
    .command('sysex-dump')
    .description('Save every sysex that arrives, whole and byte for byte.')
    .option(
      '-d, --device <input>',
      'input to listen to; may be given more than once (default: all)',
      collect,
    )
    .option(
      '-o, --output <file>',
      '.syx file to write, - for standard output (default: standard output)',
    )
    .option('-f, --force', 'overwrite the file if it exists')
    .option('--request <hex or file>', 'send this first: the dump request of a synthesizer')
    .option('--to <output>', 'output for the request (default: the one named like the input)')
    .option('--verify', 'request the dump twice and compare')
    .option('--count <number>', 'stop after this many messages')
    .option(
      '--timeout <time>',
      'how long to wait for the first message (default: 10s with --request)',
    )
    .option('--until-idle <time>', 'stop after this much silence (default: 2s with --request)')
    .option('--split', 'one file a message: dump-001.syx, dump-002.syx, …')
    .option('--hex', 'show the messages as text')
    .option('--json', 'write one JSON object a message to standard output')
    .option('--buffers <number>', 'sysex buffers in flight for each input', String(DEFAULT_BUFFERS))
    .option(
      '--buffer-size <bytes>',
      'size of one sysex buffer (default: 4096, less for a short --until-idle)',
    )
    .action(
      runAction(async (options, context) => {
        const { sysexDump } = await import('./sysex-dump.js');
        return sysexDump(options, context);
      }),
    );
}
