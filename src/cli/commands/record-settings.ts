/** The options of `midirec record` as values. */
import { MidirecError } from '../../midi/errors.js';
import { ALL_CHANNELS } from '../event-filter.js';
import {
  parseBpm,
  parseBuffers,
  parseChannels,
  parseDuration,
  parseOptional,
  parseTimeSignature,
  parseWhole,
} from '../option-values.js';
import type { RecordOptions } from './record-options.js';

export type RecordSettings = ReturnType<typeof readRecordSettings>;

/** @throws MidirecError USAGE */
export function readRecordSettings(options: RecordOptions) {
  checkStandardOutput(options);
  return {
    devices: options.device,
    ...parseBuffers(options.buffers, options.bufferSize),
    /** Undefined: a name after date and time. `-`: standard output. */
    output: options.output,
    overwrite: options.force ?? false,
    format: (options.format === undefined ? 1 : parseWhole('--format', options.format, 0, 1)) as
      | 0
      | 1,
    bpm: parseBpm('--bpm', options.bpm),
    ppq: parseWhole('--ppq', options.ppq, 24, 32_767),
    timeSignature: parseTimeSignature('--time-signature', options.timeSignature),
    durationMs: parseOptional('--duration', options.duration, parseDuration),
    idleMs: parseOptional('--until-idle', options.untilIdle, parseDuration),
    filter: {
      channelMask: parseOptional('--channel', options.channel, parseChannels) ?? ALL_CHANNELS,
      keepSysex: options.sysex,
    },
    keepRealtime: options.keepRealtime ?? false,
    json: options.json ?? false,
  };
}

function checkStandardOutput(options: RecordOptions): void {
  if (options.json && options.output === '-') {
    throw new MidirecError('USAGE', '--json and -o - both want standard output', {
      hint: 'name a file with -o, or leave one of the two away',
      exitCode: 2,
    });
  }
  if (options.output === '-' && process.stdout.isTTY) {
    throw new MidirecError(
      'USAGE',
      'standard output is a terminal: a MIDI file would only garble it',
      { hint: 'name a file with -o, or pipe the output into a program', exitCode: 2 },
    );
  }
}
