/**
 * What the manual says of midirec and its commands beyond their options.
 *
 * How it is written: manual-roff.ts. Examples: manual-examples.ts. Everything else: manual-topics.ts.
 */
import { SEND_PRESETS } from '../../output/send-presets.js';
import { type Block, list, paragraph } from './manual-roff.js';

/** The month of the last change to what the manual says, for its foot. */
export const MANUAL_DATE = 'November 20, 2026';

export const ONE_LINE = 'record MIDI, save and restore sysex dumps';

export const DESCRIPTION: readonly Block[] = [
  paragraph(
    'midirec records what arrives at MIDI inputs to a Standard MIDI File, ' +
      'and saves the system exclusive dumps of synthesizers and puts them back. ' +
      'It uses the multimedia interface of Windows, winmm.dll; ' +
      'elsewhere, or with `--backend embedded`, it has drivers of its own. ' +
      'Whatever may have been lost on the way is counted and said, and makes the exit status 3.',
  ),
  paragraph(
    'Data goes to standard output, everything else to standard error. ' +
      'An animated line shows how a capture goes, but only if standard error is a terminal. ' +
      'A program that reads standard output and stops early ends midirec quietly. ' +
      'Times are written `500ms`, `10s`, `2m` or `1h`.',
  ),
];

/** By the command's name: what it does in full, after its description and before its options. */
export const COMMAND_TEXT: Readonly<Record<string, readonly Block[]>> = {
  'midirec list': [
    paragraph(
      'Each device is shown with its id and its name. ' +
        'Ids change when devices come and go: a script had better use names. ' +
        'For what `--json` writes, see OUTPUT FOR PROGRAMS.',
    ),
  ],
  'midirec record': [
    paragraph(
      'Records until Ctrl-C, until `--duration` is over, or until nothing has been played for ' +
        '`--until-idle`. ' +
        'Without `--device` every input that can be opened is recorded, all on one clock ' +
        '(of the embedded backend, the demo devices only if there is no other); ' +
        'an input that another program holds is named in a warning.',
    ),
    paragraph(
      'Every millisecond has its own tick with the default tempo and resolution, ' +
        'and ticks are counted from the beginning of the take, so that nothing drifts. ' +
        'In format 1 there is a track for the tempo, then one for each input, named after it. ' +
        'Sysex that arrives is part of the take. ' +
        'Clock, start, stop, active sensing and the other messages that a Standard MIDI File has no ' +
        'event for are left out, unless `--keep-realtime` keeps them as escapes (F7). ' +
        'Notes still held at the end get no note-off that nobody played.',
    ),
    paragraph(
      'With `--split-idle` midirec goes on for ever: a take begins half a second before its first ' +
        'note and ends when nothing has been played for so long and no key and no pedal is held. ' +
        'Programs, controllers, registered and non-registered parameters and pitch bend from before ' +
        'a take stand at its head, so that it sounds as it was played. ' +
        'A key or pedal that nobody lets go of holds a take open for ten minutes at most.',
    ),
    paragraph(
      'With `--keep-last` nothing is written until somebody asks for what was played before: ' +
        'with Enter, with SIGUSR1, with a trigger, or with a line of the `--commands` file. ' +
        'What has been saved is not saved again; what has not is saved when midirec ends, however it ' +
        'is asked to, unless it is nothing but keys and pedals that were let go of. ' +
        'Until then it is in memory only: what has to survive a power cut is recorded with ' +
        '`--split-idle`. ' +
        'A trigger is a controller pressed (`cc 64`), a program change (`pc 127`), ' +
        'a key (`note C2`; C4 is 60) or a chord (`chord C2+E2+G2`), ' +
        'followed by `ch 10` for a channel and by `x3` for three times, each within a second of ' +
        'the last.',
    ),
    paragraph(
      'A tempo says where the beats are; the times of what was played stay what they were. ' +
        'With `--clock` each beat of MIDI clock gets its tempo, smoothed over the ticks around it, and ' +
        'each Start is the beginning of a bar of `--time-signature`; a clock that goes away is said, ' +
        'and the tempo stays. ' +
        'With `--tap` each press of a controller or key is a quarter note; the first is the beginning ' +
        'of a bar, and a pause of more than two seconds is counted in beats as they were before. ' +
        'With `--guess-tempo` one tempo and the first beat are worked out from the notes at the end, ' +
        'and midirec says how sure it is, as the part of the notes that are on the grid of beats or ' +
        'even parts of them, and which other tempos are likely. ' +
        'MIDI time code that comes in becomes the SMPTE offset of the take, whatever the options.',
    ),
    paragraph(
      'With `--thru` every message that comes in goes out again as soon as it is seen, which is ' +
        'looked for every millisecond: half of them within a millisecond, sysex when it is whole. ' +
        '`--channel` and `--no-sysex` are for the take only. ' +
        'What would go round for ever, because the output leads back to an input that is recorded, ' +
        'is noticed and stopped. ' +
        'At the end, whatever sounds there is let go of. ' +
        'With `--verbose` midirec says how late messages went out.',
    ),
    paragraph(
      'With `--metronome` the beats of `--bpm` and `--time-signature` are clicked, wood blocks on ' +
        'channel 10 (`synth:1` clicks on channel 1), and the take begins on a beat, the first of a ' +
        'bar, after `--count-in` bars if it is given. ' +
        'Keys that are held at that beat begin there, and so do programs, controllers, pitch bends ' +
        'and sysex from before it; notes that have ended by then are not in the take, and midirec ' +
        'says how many. ' +
        'Clicks that come back through an input are not recorded.',
    ),
    paragraph(
      'The name of a file may have placeholders: `{date}`, `{time}`, `{year}`, `{month}`, `{day}`, ' +
        '`{hour}`, `{minute}`, `{second}` of when the take began, in local time, and `{take}`, its ' +
        'number. ' +
        'Directories are made as needed, and a number is added if there is such a file.',
    ),
  ],
  'midirec sysex-dump': [
    paragraph(
      'Every sysex that arrives is written as it is, one after the other, and nothing else is. ' +
        'Without `--output` it goes to standard output, which must not be a terminal unless ' +
        '`--hex` or `--json` is given. ' +
        'At the end each message is named: its manufacturer, what it is, whether its checksum is ' +
        'right, wrong, or not known.',
    ),
    paragraph(
      'A request is one or more sysex messages, as hex text such as `F0 7E 7F 06 01 F7` or in a ' +
        'file, and is sent before the dump begins. ' +
        'With a request, 10 seconds without an answer are an error, and 2 seconds of silence end ' +
        'the dump.',
    ),
    paragraph(
      'A message whose beginning or end is missing goes to a file beside the dump, ' +
        '`dump.incomplete.syx` for `dump.syx`, so that the dump itself can be sent back as it is.',
    ),
  ],
  'midirec sysex-send': [
    paragraph(
      'Every message of the file is sent whole, byte for byte, in the order of the file. ' +
        'Old synthesizers lose what comes faster than they can think; pauses help: ' +
        'between messages with `--delay`, within them with `--chunk` and `--rate`, ' +
        'or all at once with a preset. ' +
        'An option given beside a preset counts more than the preset. There are:',
    ),
    list(...SEND_PRESETS.map(({ name, what }): [string, string] => [`\`${name}\``, `${what}.`])),
    paragraph(
      'Ctrl-C lets the message under way come to its end; a second one breaks it off. ' +
        'A file with bytes outside of sysex, or with a last message that is cut off, is not sent ' +
        'unless `--force` asks for the messages in it that are whole.',
    ),
  ],
  'midirec play': [
    paragraph(
      'Plays formats 0 and 1 with all their tracks together, and the patterns of format 2 one after ' +
        'the other. ' +
        'At the end, on Ctrl-C, and when the terminal goes away, whatever sounds is let go: ' +
        'a note-off for each key that is held, pedals up, pitch bend to its centre. ' +
        'With `--from` the instruments are first given the programs, controllers and pitch bends ' +
        'that they have at that place; sysex from before it is not sent.',
    ),
    paragraph(
      'Every message has its time from the beginning, so that nothing drifts. ' +
        'A delay of up to 30 ms is caught up, with distances no shorter than half of what they are; ' +
        'after a longer one the music goes on where it stood still, and midirec says so. ' +
        'Pauses behind sysex and between the parts of one are kept, at any speed. ' +
        'With `--verbose` midirec says how exact it was.',
    ),
  ],
  'midirec monitor': [
    paragraph(
      'A line has the time since the start, the input if there are several, the channel, and what ' +
        'the message says: middle C, key 60, is C4. ' +
        'Clock and active sensing, which come by themselves all the time, are left out unless ' +
        '`--only` names them. ' +
        'What `--only` may name: `note`; `cc`, controllers; `pc`, program changes; `pb`, pitch bend; ' +
        '`at`, the pressure of keys and channels; `sysex`; `clock`; `transport`, which is start, stop, ' +
        'continue, song position and song select; `sense`, active sensing; `system`, which is all ' +
        'others; and `all`.',
    ),
  ],
  'midirec show': [
    paragraph(
      'Of a .mid: a piano roll as wide as the terminal, its range, what is on each channel, the ' +
        'tempo. ' +
        'Of a .syx: its messages, each with its manufacturer, length and checksum. ' +
        'Of a folder: the takes in it and in its folders, three deep, the oldest first, each with date, ' +
        'length, notes, usual tempo, and how dense the notes are from beginning to end. ' +
        'If the file is damaged, what can be read is shown, and the exit status is 3.',
    ),
  ],
  'midirec split': [
    paragraph(
      'By silence, a new file begins where nothing has been played for `--silence` and no key and no ' +
        'pedal is held; by marker, at each marker, whose text becomes part of the name; ' +
        'by channel or track, there is a file for each. ' +
        'The files are called FILE-1.mid, FILE-2.mid …, FILE-ch01.mid …',
    ),
    paragraph(
      'A part begins with the tempo, the time signature, the names, the programs, controllers and ' +
        'pitch bends that hold where it begins. ' +
        'Notes that go on behind a part end with it. ' +
        'Sysex is in the part that it stands in; by channel, in each file that has its track.',
    ),
  ],
  'midirec join': [
    paragraph(
      'Tracks of the same name become one track. ' +
        'Each file keeps its tempo and its time signature. ' +
        'What sounds on at the end of a file is let go there. ' +
        'The resolution is one that all of them go into; if there is none, midirec says that times ' +
        'are rounded.',
    ),
  ],
  'midirec trim': [
    paragraph(
      'Silence is where no key and no pedal is held and nothing is played. ' +
        'Programs, controllers and sysex before the first note stay, with less silence between ' +
        'them.',
    ),
  ],
  'midirec doctor': [
    paragraph(
      'It says which backend is used and why, how callbacks reach midirec, which devices there are and ' +
        'which of them share a name, whether you may use the sound devices, which environment ' +
        'variables matter, and what arrives at each input while it listens; then it advises. ' +
        'An input that another program holds is named. ' +
        'Each finding is `ok`, a `note`, or a `problem`; with a problem the exit status is 1.',
    ),
  ],
  'midirec generate': [
    paragraph('Both are made from the definitions that midirec reads its command line by.'),
  ],
  'midirec generate completions': [
    paragraph(
      'The names of devices are asked for when they are needed, with `midirec list --json`.',
    ),
  ],
};
