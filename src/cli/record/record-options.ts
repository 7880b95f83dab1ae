/** `midirec record`: its options. */
import type { Command } from 'commander';
import { DEFAULT_BUFFER_SIZE, DEFAULT_BUFFERS } from '../../capture/buffers/buffer-defaults.js';
import type { OptionsOf } from '../command.js';
import { collect } from '../options/option-values.js';

export type RecordOptions = OptionsOf<typeof defineRecord>;

export function defineRecord(command: Command) {
  return command
    .description('Record MIDI inputs to a Standard MIDI File until Ctrl-C.')
    .optionsGroup('What to record:')
    .option(
      '-d, --device <input>',
      'input to record: id, or part of the name; repeatable (default: all)',
      collect,
    )
    .option('--channel <channels>', 'record only these channels: 1,2,10-12')
    .option('--no-sysex', 'leave sysex out')
    .option('--keep-realtime', 'keep clock, start, stop, active sensing … as escapes')
    .optionsGroup('When:')
    .option('--duration <time>', 'stop after this time: 500ms, 10s, 2m, 1h')
    .option('--until-idle <time>', 'stop after this much silence, once something was played')
    .option('--split-idle <time>', 'begin a new take after this much silence, for ever')
    .option(
      '--keep-last [time]',
      'keep what was played last, and save it when asked: Enter, SIGUSR1, --on, --commands (default: 30m)',
    )
    .option(
      '--on <trigger>',
      'save when this is played: "cc 64 x3", "note C2", "pc 127", "chord C2+E2+G2"; repeatable',
      collect,
    )
    .option('--no-reconnect', 'do not wait for an input that is unplugged to come back')
    .option('--commands <file>', 'obey lines of this file or FIFO: save [NAME], stop')
    .optionsGroup('The file:')
    .option(
      '-o, --output <file>',
      'file to write, - for standard output; may hold {date}, {time}, {take} (default: take-{date}-{time}.mid)',
    )
    .option('-f, --force', 'overwrite the file if it exists')
    .option('--format <0|1>', '0: one track, 1: one for each input (default: 1)')
    .option('--track-per <device|channel|none>', 'what has a track of its own (default: device)')
    .option('--bpm <number>', 'tempo to write in the file', '120')
    .option('--ppq <number>', 'resolution: ticks per quarter note', '960')
    .option('--time-signature <n/d>', 'time signature to write in the file', '4/4')
    .optionsGroup('Tempo:')
    .option('--clock', 'follow incoming MIDI clock: tempo changes, and the first bar at Start')
    .option('--tap <trigger>', 'beats are tapped with this: "cc 64", "note C2"')
    .option('--guess-tempo', 'estimate tempo and first beat from the playing, at the end')
    .option('--metronome <output>', 'click the beats of --bpm; OUTPUT:CHANNEL for another than 10')
    .option('--count-in <bars>', 'begin the take after so many bars of the metronome')
    .optionsGroup('Passing on:')
    .option('--thru <output>', 'pass on what comes in: id, or part of the name')
    .option('--thru-channel <map>', 'to this channel: 5; or by channel: 1:3,2:10')
    .optionsGroup('Options:')
    .option('--json', 'also print every message, one JSON object a line')
    .option('--buffers <number>', 'sysex buffers in flight for each input', String(DEFAULT_BUFFERS))
    .option('--buffer-size <bytes>', 'size of one sysex buffer', String(DEFAULT_BUFFER_SIZE));
}
