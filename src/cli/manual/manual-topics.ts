/** Sections of the manual that are about more than one command. How they are written: manual-roff.ts. */
import { type Block, code, list, paragraph } from './manual-roff.js';

/** Sections between the commands and ENVIRONMENT. */
export const TOPICS: readonly (readonly [title: string, blocks: readonly Block[]])[] = [
  [
    'DEVICES',
    [
      paragraph(
        'Wherever a device is wanted, its id will do, or its name, or the beginning of its name, or ' +
          'a part of it; upper and lower case are the same. ' +
          'They are tried in this order, and the first that fits any device decides. ' +
          'If several fit equally, that is an error which lists them.',
      ),
      paragraph(
        'A request goes to the output that is named like the only chosen input, unless `--to` says ' +
          'otherwise.',
      ),
    ],
  ],
  [
    'BACKENDS',
    [
      list(
        [
          '`winmm`',
          'Windows: the functions of winmm.dll, and so every device that Windows knows. ' +
            'The default there. ' +
            'The callback that the driver calls is a few machine instructions that put each message ' +
            'in a ring; where that cannot be, a slower one is used, and `--verbose` says why.',
        ],
        [
          '`embedded`',
          'The same functions inside midirec, over drivers inside midirec. ' +
            'It works on every system, and is the default where there is no winmm.dll.',
        ],
      ),
      paragraph(
        'On Linux the embedded backend finds the raw MIDI devices of ALSA. ' +
          'With `--port` any FIFO, serial or character device becomes one of its devices, ' +
          'and so does standard input as `--port -`; ' +
          'a command that names no device uses these. ' +
          'A file can be named as well, and is only ever read. ' +
          'A FIFO leads one way: for an instrument that answers, name two. ' +
          'And it always has three devices more:',
      ),
      list(
        [
          'Demo keyboard',
          'An input at which somebody plays eight bars, again and again: ' +
            'chords, sustain pedal, pitch bend, program changes and a sysex, on three channels.',
        ],
        [
          'midirec demo synth',
          'An input and an output: a synthesizer that answers requests, at the speed of a MIDI ' +
            'line, and keeps what is sent back to it until midirec ends.',
        ],
        ['midirec loopback', 'An input and an output: what goes out comes in, within one midirec.'],
      ),
      paragraph('The demo synth understands:'),
      list(
        ['`F0 7E 7F 06 01 F7`', 'Who are you? It answers with an identity reply.'],
        ['`F0 7D 01 00 F7`', 'Send a voice: 163 bytes.'],
        ['`F0 7D 01 01 F7`', 'Send a bank of 32 voices as one message: 4,104 bytes, 1.3 s.'],
        ['`F0 7D 01 02 F7`', 'Send sample data: 300,008 bytes, 96 s.'],
        ['`F0 7D 01 03 F7`', 'Send the bank as 32 messages of 136 bytes.'],
      ),
      paragraph(
        'With 01 before the F7, as in `F0 7D 01 02 01 F7`, it sends as fast as it can. ' +
          'A dump that has the right length and checksum replaces what it had.',
      ),
    ],
  ],
  [
    'TIME STAMPS',
    [
      paragraph(
        'The time of a message is the one that the driver gave it, in milliseconds since the input ' +
          'was started, not the time at which midirec got round to it. ' +
          'Several inputs share one clock: the start of each is placed on it. ' +
          'A time stamp that cannot be right is replaced by the time of arrival, and counted as a ' +
          'loss.',
      ),
    ],
  ],
  [
    'INPUTS THAT COME AND GO',
    [
      paragraph(
        'An input that is unplugged is noticed within two seconds and said. ' +
          'The others go on, and in the take a marker stands at the place. ' +
          'When a device of the same name is there again, it is recorded on: in the same take, on ' +
          'the same clock, behind a second marker. ' +
          'What was played meanwhile is missing, so the exit status is 3. ' +
          'With `--no-reconnect` an input that has gone stays away, ' +
          'and the capture ends, saved, when it was the last.',
      ),
      paragraph(
        'A FIFO has gone when its path is not there any more, or is that of another one. ' +
          'As long as it stays, writers may come and go. ' +
          'Standard input, a file, and a pipe such as that of `<(...)` are over at their end: ' +
          'that is no loss, and when nothing else is left the capture ends, saved.',
      ),
    ],
  ],
  [
    'OUTPUT FOR PROGRAMS',
    [
      paragraph(
        'With `--json`, `midirec list` writes one document: `backend`, `inputs` and `outputs`, ' +
          'each device with `id`, `name`, `manufacturerId`, `productId` and `driverVersion`, outputs ' +
          'with `technology` too.',
      ),
      paragraph(
        'With `--json`, `midirec record` and `midirec sysex-dump` write one object a line while ' +
          'messages arrive:',
      ),
      code(
        '{"type":"begin","version":...,"backend":...,"file":...,"devices":[...]}',
        '{"type":"message","timeMs":1.234,"bytes":"90 3c 40","device":0}',
        '{"type":"message","timeMs":2,"bytes":"f0 7e","device":0,"incomplete":true}',
        '{"type":"marker","timeMs":3,"text":"Keystation went away","device":0}',
        '{"type":"end",...,"losses":[],"stoppedBy":"duration","exitCode":0}',
      ),
      paragraph(
        'Times are milliseconds from the start of the capture. ' +
          'Devices are counted from 0 in the order in which the first line names them. ' +
          'A message with `incomplete` is a sysex of which something is missing. ' +
          'A marker is a remark of midirec: an input went away, or is back. ' +
          'The last line has the counters; each of its losses has `kind`, `device`, `count`, ' +
          '`firstMs`, `lastMs` and `detail`. That of a dump with `--verify` has `verified`, and the ' +
          'numbers of the messages that differ in `differences`.',
      ),
    ],
  ],
];

export const ENVIRONMENT: Block = list(
  ['`MIDIREC_BACKEND`', 'The backend, if `--backend` does not name one: winmm or embedded.'],
  [
    '`MIDIREC_CALLBACK`',
    'If it is register, winmm.dll calls JavaScript itself, which is slow, but works where no machine ' +
      'code may be made at run time.',
  ],
  ['`NO_COLOR`', 'If it is not empty: no colour, unless `--color` says otherwise.'],
  ['`FORCE_COLOR`', 'If it is not empty: colour, also without a terminal; none if it is 0.'],
  [
    '`TERM`',
    'If it is dumb: no colour, no animated line, and pictures in ASCII, as they are in a locale that ' +
      'is not UTF-8. Notes in them are made of the sign of their channel, 1 to 9 and then A to G.',
  ],
  ['`COLUMNS`', 'How wide a picture is that does not go to a terminal; 80 if it is not set.'],
);

export const FILES: readonly Block[] = [
  list(
    [
      '`take-YYYYMMDD-HHMMSS.mid`',
      'A take that was not given a name, in the working directory, named after the local time at ' +
        'which it began.',
    ],
    [
      '`dump-001.syx`',
      'The first message of a dump with `--split`; with `--output` the number is put into the name ' +
        'given.',
    ],
    ['`dump.incomplete.syx`', 'What arrived without its beginning or its end, beside `dump.syx`.'],
  ),
  paragraph(
    'A file is never replaced without `--force`, and then only once there is something to put in ' +
      'its place. ' +
      'A file that has come there since the recording began is not replaced at all: the take stands ' +
      'beside it, as `NAME-2.mid`. ' +
      'A path that cannot be written to is an error before any device is opened.',
  ),
  paragraph(
    'A take is on the disk while it is played: at most the last second of it is only in memory. ' +
      'At every moment the file is a Standard MIDI File that any program can open, ' +
      'whatever ends midirec. ' +
      'When the take ends, the file is rewritten in its final form. ' +
      'A dump is on the disk message by message in the same way; only if midirec is killed while it ' +
      'writes, the beginning of one more message may stand at its end. ' +
      'If the disk is full or fails, up to 64 MiB wait in memory while writing is tried again, ' +
      'and what can be saved in the end is saved, in the temporary directory if need be.',
  ),
];

export const EXIT_STATUS: readonly Block[] = [
  list(
    ['0', 'Done; also if Ctrl-C stopped a recording, and it was saved.'],
    ['1', 'Failed; nothing that was captured has been thrown away.'],
    ['2', 'Wrong usage: an unknown option, a bad value, no such device.'],
    ['3', 'Saved, but incomplete: something was lost, and the summary says what and where.'],
    [
      '128+n',
      'Ended by signal n. ' +
        'SIGTERM (143) and SIGHUP (129) save first; ' +
        'a second Ctrl-C (130) leaves what is on the disk.',
    ],
  ),
];

/** After the examples of the commands. */
export const PIPELINES: readonly Block[] = [
  paragraph('The names of all inputs:'),
  code("midirec list --json | jq -r '.inputs[].name'"),
  paragraph('Ten seconds of the demo keyboard: which notes, and how often each:'),
  code(
    'midirec record -d demo --json --duration 10s -o demo.mid |',
    '  jq -r \'select(.type == "message") | .bytes\' |',
    "  grep '^9' | cut -d ' ' -f 2 | sort | uniq -c",
  ),
  paragraph('A take straight to another program:'),
  code('midirec record -d demo -o - --duration 10s | timidity -'),
  paragraph('One message as hex:'),
  code('midirec sysex-dump --count 1 | xxd'),
  paragraph('Ask every day, and keep a dump only if it is complete:'),
  code(
    'midirec sysex-dump -q -d synth --request request.syx --verify \\',
    '  -o "backup-$(date +%F).syx" || echo "backup failed: $?"',
  ),
];

export const SEE_ALSO: readonly Block[] = [
  paragraph('aplaymidi(1), arecordmidi(1), jq(1), timidity(1)'),
];

export const STANDARDS: readonly Block[] = [
  paragraph('MIDI 1.0 Detailed Specification, version 4.2. Standard MIDI Files 1.0.'),
];

export const BUGS: readonly Block[] = [
  paragraph(
    'The time stamps of WinMM have a resolution of one millisecond, and so have the takes. ' +
      'A driver gives a sysex buffer back when it is full or when the message ends: ' +
      'of a message under way, less than a buffer is not seen yet. ' +
      'With most drivers of Windows, one program at a time can open an input. ' +
      'Names of WinMM devices are cut at 31 characters and need not be unique: use the id then.',
  ),
];
