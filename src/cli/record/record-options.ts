/** `midirec record`: its options. Times are milliseconds. */

import { type Command, Option } from 'commander';
import { DEFAULT_BUFFER_SIZE } from '../../capture/buffers/buffer-defaults.js';
import { usage } from '../../midi/errors.js';
import { MAX_PPQ } from '../../midi/ticks.js';
import { parseTrigger } from '../../takes/trigger-rule.js';
import type { OptionsOf } from '../command.js';
import {
  decimal,
  oneOf,
  parseDuration,
  parseTimeSignature,
  repeatable,
  wholeNumber,
} from '../options/option-values.js';
import {
  allowSleepOption,
  bufferSizeOption,
  buffersOption,
  channelOption,
  checkBuffers,
  commandsOption,
  forceOption,
  inputsOption,
  noReconnectOption,
  RARE,
  requireOption,
} from '../options/shared-options.js';
import { refuseTerminal } from '../terminal/standard-streams.js';

export type RecordOptions = OptionsOf<typeof defineRecord>;

/** A map of channels that changes none. */
export const SAME_CHANNELS = Uint8Array.from({ length: 16 }, (_, channel) => channel);

const MOST_BARS = 16;
/** The channel of drums, from 0 on. */
const DRUMS = 9;

export function defineRecord(command: Command) {
  return command
    .description('Record MIDI inputs to a Standard MIDI File until Ctrl-C.')
    .optionsGroup('What to record:')
    .addOption(inputsOption('input to record'))
    .addOption(channelOption('record only these channels: 1,2,10-12'))
    .option('--no-sysex', 'leave sysex out')
    .optionsGroup('When:')
    .option('--duration <time>', 'stop after this time: 500ms, 10s, 2m, 1h', parseDuration)
    .option(
      '--until-idle <time>',
      'stop after this much silence, once something was played',
      parseDuration,
    )
    .option(
      '--split-idle <time>',
      'start a new take after this much silence, until stopped',
      parseDuration,
    )
    .addOption(
      new Option(
        '--keep-last [time]',
        'keep what was played last, and save it when asked: Enter, SIGUSR1, --on, --commands (default: 30m)',
      )
        .argParser(parseDuration)
        .preset('30m')
        .conflicts('splitIdle'),
    )
    .addOption(
      new Option(
        '--on <trigger>',
        'save when this is played: "cc 64 x3", "note C2", "pc 127", "chord C2+E2+G2"; repeatable',
      )
        .argParser(repeatable(parseTrigger))
        .default<ReturnType<typeof parseTrigger>[]>([]),
    )
    .addOption(
      new Option(
        '--mark <trigger>',
        'set a marker when this is played: "chord C2+E2+G2", "cc 66"; repeatable; Enter sets one, too',
      )
        .argParser(repeatable(parseTrigger))
        .default<ReturnType<typeof parseTrigger>[]>([]),
    )
    .addOption(noReconnectOption())
    .addOption(allowSleepOption())
    .optionsGroup('The file:')
    .option(
      '-o, --output <file>',
      'file to write, - for standard output; may hold {date}, {time}, {take}, {device}, {title}; FOLDER/ for the usual name there (default: take-{date}-{time}.mid)',
    )
    .option('--title <text>', 'what the take is called: in the file, and for {title}')
    .option(
      '--then <command>',
      'run this for each finished take: $MIDIREC_FILE, _SECONDS, _NOTES and _TITLE tell which',
    )
    .addOption(forceOption())
    .option('--bpm <number>', 'tempo to write in the file', decimal(4, 1000, 120), 120)
    .addOption(
      new Option('--time-signature <n/d>', 'time signature to write in the file')
        .argParser(parseTimeSignature)
        .default({ numerator: 4, denominator: 4 }, '4/4'),
    )
    .optionsGroup('Tempo:')
    .addOption(
      new Option(
        '--clock',
        'follow incoming MIDI clock: tempo changes, and the first bar at Start',
      ).conflicts(['tap', 'guessTempo']),
    )
    .addOption(
      new Option('--tap <trigger>', 'beats are tapped with this: "cc 64", "note C2"')
        .argParser(parseTrigger)
        .conflicts('guessTempo'),
    )
    .addOption(
      new Option(
        '--guess-tempo',
        'estimate tempo and first beat from the playing, at the end',
      ).conflicts('bpm'),
    )
    .addOption(
      new Option(
        '--metronome <output>',
        'click the beats of --bpm; OUTPUT:CHANNEL for a channel other than 10',
      )
        .argParser(parseClickOutput)
        .conflicts(['clock', 'tap', 'guessTempo']),
    )
    .addOption(
      new Option('--count-in <bars>', 'begin the take after this many bars of the metronome')
        .argParser(wholeNumber(1, MOST_BARS))
        .conflicts(['splitIdle', 'keepLast']),
    )
    .optionsGroup('Passing on, and playing along:')
    .option(
      '--thru [output]',
      'pass on what comes in: id, or part of the name (default: the only one that is there)',
    )
    .addOption(
      new Option(
        '--play <file>',
        'play this .mid from the beginning of the take on, which gets its tempo and bars',
      ).conflicts([
        ...['bpm', 'timeSignature', 'clock', 'tap', 'guessTempo'],
        ...['splitIdle', 'keepLast'],
      ]),
    )
    .option('--play-to <output>', 'output to play it through (default: the only one that is there)')
    .option('--thru-channel <map>', 'to this channel: 5; or by channel: 1:3,2:10', parseChannelMap)
    .optionsGroup('Options:')
    .option('--json', 'also print every message, one JSON object a line')
    .optionsGroup(RARE)
    .option('--keep-realtime', 'keep clock, start, stop, active sensing … as escapes', false)
    .addOption(commandsOption('stop, mark [TEXT]; with --keep-last also save [NAME]'))
    .addOption(
      new Option('--format <0|1>', '0: one track, 1: one for each input')
        .argParser(oneOf([0, 1]))
        .default(1),
    )
    .addOption(
      new Option(
        '--track-per <device|channel|none>',
        'what has a track of its own (default: device)',
      ).choices(['device', 'channel', 'none']),
    )
    .option('--ppq <number>', 'resolution: ticks per quarter note', wholeNumber(24, MAX_PPQ), 960)
    .addOption(buffersOption())
    .addOption(bufferSizeOption().default(DEFAULT_BUFFER_SIZE));
}

/** @throws MidirecError USAGE for options that do nothing, or cannot be obeyed, together */
export function checkRecordOptions(options: RecordOptions): void {
  checkBuffers(options);
  const isWritten = 'a take that is being written need not be asked for';
  requireOption(options, 'on', 'keepLast', isWritten);
  requireOption(options, 'thruChannel', 'thru', 'nothing is passed on otherwise');
  requireOption(options, 'playTo', 'play', 'nothing is played otherwise');
  requireOption(options, 'countIn', 'metronome', 'for example --metronome 0:10 --count-in 1');
  if (options.trackPer !== undefined && options.format === 0) {
    throw usage('--track-per needs --format 1', 'a file of format 0 has one track');
  }
  if (options.then?.trim() === '') {
    throw usage('--then needs a command', 'for example --then \'echo "$MIDIREC_FILE"\'');
  }
  if (options.output !== '-') return;
  if (options.then !== undefined) {
    throw usage('--then needs a file', 'name one with -o, instead of -');
  }
  if (options.json) {
    throw usage(
      '--json and -o - both want standard output',
      'name a file with -o, or omit one of the two',
    );
  }
  if (!isSingle(options)) {
    throw usage(
      'several takes cannot go to standard output',
      'name a file with -o, with {date}, {time} or {take} in it',
    );
  }
  refuseTerminal();
}

/** Whether the recording is one take from its beginning to its end. */
export function isSingle({ splitIdle, keepLast }: RecordOptions): boolean {
  return splitIdle === undefined && keepLast === undefined;
}

/** What to say of the end at the beginning. */
export function howItEnds({ keepLast }: RecordOptions): string {
  if (keepLast !== undefined) {
    return process.stdin.isTTY
      ? ' (Enter saves what was played, Ctrl-C saves the rest and ends)'
      : ' (Ctrl-C saves what was played, and ends)';
  }
  return ' (Ctrl-C stops and saves)';
}

/**
 * `5`: everything to channel 5. `1:3,2:10`: channel 1 to 3, 2 to 10, the others as they are.
 *
 * @returns by the channel that a message comes in on, the one that it goes out on; both from 0 to 15
 * @throws MidirecError USAGE
 */
export function parseChannelMap(text: string): Uint8Array {
  const map = SAME_CHANNELS.slice();
  if (isChannel(text.trim())) return map.fill(Number(text) - 1);
  for (const pair of text.split(',')) {
    const [from = '', to = '', ...rest] = pair.split(':').map((part) => part.trim());
    if (!isChannel(from) || !isChannel(to) || rest.length > 0) {
      throw usage(
        `'${text}' is neither a channel nor a map of channels`,
        'channels are 1 to 16: 5 for all, or 1:3,2:10',
      );
    }
    map[Number(from) - 1] = Number(to) - 1;
  }
  return map;
}

/** `synth:9` is channel 9 of synth; without a channel it is the one of drums. */
export function parseClickOutput(text: string): { name: string; channel: number } {
  const [, name, channel = ''] = /^(.+):(\d+)$/.exec(text) ?? [];
  if (name !== undefined && isChannel(channel)) return { name, channel: Number(channel) - 1 };
  // ALSA's own number of a port, 14:0, is a name.
  if (name === undefined || /^\d+$/.test(name)) return { name: text, channel: DRUMS };
  throw usage(`'${channel}' is not a channel`, `channels are 1 to 16, for example "${name}:10"`);
}

function isChannel(text: string): boolean {
  return /^\d{1,2}$/.test(text) && Number(text) >= 1 && Number(text) <= 16;
}
