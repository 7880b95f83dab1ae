/** `midirec record`: its options. */
import { type Command, Option } from 'commander';
import { DEFAULT_BUFFER_SIZE, DEFAULT_BUFFERS } from '../../capture/buffer-defaults.js';
import { collect } from '../option-values.js';
import type { CommandAction } from '../program.js';

/** As typed; record.ts makes numbers of them. */
export interface RecordOptions {
  device?: string[];
  output?: string;
  force?: boolean;
  duration?: string;
  untilIdle?: string;
  format?: string;
  bpm: string;
  ppq: string;
  timeSignature: string;
  channel?: string;
  sysex: boolean;
  keepRealtime?: boolean;
  buffers: string;
  bufferSize: string;
  splitIdle?: string;
  keepLast?: string | true;
  on?: string[];
  commands?: string;
  json?: boolean;
}

export function addRecordCommand(
  program: Command,
  runAction: (action: CommandAction<RecordOptions>) => (options: RecordOptions) => Promise<void>,
): void {
  program
    .command('record')
    .description('Record MIDI inputs to a Standard MIDI File until Ctrl-C.')
    .option(
      '-d, --device <input>',
      'input to record; may be given more than once (default: all)',
      collect,
    )
    .option(
      '-o, --output <file>',
      'file to write, - for standard output; may hold {date}, {time}, {take} (default: take-{date}-{time}.mid)',
    )
    .option('-f, --force', 'overwrite the file if it exists')
    .option('--duration <time>', 'stop after this time: 500ms, 10s, 2m, 1h')
    .option('--until-idle <time>', 'stop after this much silence, once something was played')
    .option(
      '--split-idle <time>',
      'listen for as long as it runs, and begin a new take after this much silence',
    )
    .option(
      '--keep-last [time]',
      'keep what was played last, and save it when asked: Enter, SIGUSR1, --on, --commands (default: 30m)',
    )
    .option(
      '--on <trigger>',
      'save when this is played: "cc 64 x3", "note C2", "pc 127", "chord C2+E2+G2"; may be given more than once',
      collect,
    )
    .option('--commands <file>', 'obey lines of this file or FIFO: save [NAME], stop')
    .addOption(
      new Option('--format <number>', 'SMF format: 0 one track, 1 a track per input (default: 1)'),
    )
    .option('--bpm <number>', 'tempo to note in the file', '120')
    .option('--ppq <number>', 'ticks per quarter note', '960')
    .option('--time-signature <n/d>', 'time signature to note in the file', '4/4')
    .option('--channel <list>', 'record only these channels: 1,2,10-12')
    .option('--no-sysex', 'leave sysex out')
    .option('--keep-realtime', 'keep clock, start, stop, active sensing … as escapes')
    .option('--buffers <number>', 'sysex buffers in flight for each input', String(DEFAULT_BUFFERS))
    .option('--buffer-size <bytes>', 'size of one sysex buffer', String(DEFAULT_BUFFER_SIZE))
    .option('--json', 'also write every message to standard output, one JSON object a line')
    .action(
      runAction(async (options, context) => {
        const { record } = await import('./record.js');
        return record(options, context);
      }),
    );
}
