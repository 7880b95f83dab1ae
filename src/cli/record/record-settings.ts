/** The options of `midirec record` as values. */
import { parseTrigger } from '../../takes/trigger.js';
import { ALL_CHANNELS } from '../capturing/event-filter.js';
import { usage } from '../exit-codes.js';
import {
  parseBpm,
  parseBuffers,
  parseChannels,
  parseChoice,
  parseDuration,
  parseOptional,
  parseTimeSignature,
  parseWhole,
} from '../options/option-values.js';
import { refuseTerminal } from '../terminal/standard-streams.js';
import type { RecordOptions } from './record-options.js';
import { readThruSettings } from './record-thru-settings.js';

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
    trackPer: readTrackPer(options),
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
    ...readMode(options),
    tempo: readTempo(options),
    ...readThruSettings(options),
    reconnect: options.reconnect,
    json: options.json ?? false,
  };
}

const TRACK_PER = ['device', 'channel', 'none'] as const;

function readTrackPer({ format, trackPer }: RecordOptions) {
  if (trackPer !== undefined && format === '0') {
    throw usage('--track-per needs --format 1', 'a file of format 0 has one track');
  }
  return trackPer === undefined ? 'device' : parseChoice('--track-per', trackPer, TRACK_PER);
}

function checkStandardOutput(options: RecordOptions): void {
  if (options.json && options.output === '-') {
    throw usage(
      '--json and -o - both want standard output',
      'name a file with -o, or leave one of the two away',
    );
  }
  if (options.output === '-') refuseTerminal();
}

/** How long `--keep-last` keeps if it is not told. */
const KEEP_MS = 30 * 60_000;

/** What decides where a take begins and ends. */
function readMode(options: RecordOptions) {
  const splitIdleMs = parseOptional('--split-idle', options.splitIdle, parseDuration);
  const keepMs =
    options.keepLast === true
      ? KEEP_MS
      : parseOptional('--keep-last', options.keepLast, parseDuration);
  if (splitIdleMs !== undefined && keepMs !== undefined) {
    throw usage('--split-idle and --keep-last exclude each other', 'choose one of them');
  }
  if (options.output === '-' && (splitIdleMs ?? keepMs) !== undefined) {
    throw usage(
      'many takes do not go to standard output',
      'name a file with -o, with {date}, {time} or {take} in it',
    );
  }
  if (keepMs === undefined && (options.on ?? options.commands) !== undefined) {
    const option = options.on === undefined ? '--commands' : '--on';
    throw usage(
      `${option} needs --keep-last`,
      'a take that is being written needs not be asked for',
    );
  }
  const mode: 'single' | 'split' | 'keep' =
    splitIdleMs !== undefined ? 'split' : keepMs !== undefined ? 'keep' : 'single';
  return {
    mode,
    splitIdleMs: splitIdleMs ?? 0,
    keepMs: keepMs ?? 0,
    triggers: (options.on ?? []).map((text) => parseTrigger('--on', text)),
    commands: options.commands,
  };
}

type Tempo =
  | { from: 'option' | 'clock' | 'guess' }
  | { from: 'tap'; rule: ReturnType<typeof parseTrigger> };

function readTempo({ clock, tap, guessTempo }: RecordOptions): Tempo {
  const given = [clock && '--clock', tap !== undefined && '--tap', guessTempo && '--guess-tempo'];
  const names = given.filter((name) => typeof name === 'string');
  if (names.length > 1) {
    throw usage(`${names.join(' and ')} exclude each other`, 'the tempo comes from one of them');
  }
  if (tap !== undefined) return { from: 'tap', rule: parseTrigger('--tap', tap) };
  return { from: clock ? 'clock' : guessTempo ? 'guess' : 'option' };
}
