/** `midirec sysex-send`: its options. */
import { type Command, Option } from 'commander';
import { SEND_PRESETS } from '../../output/send-presets.js';
import type { OptionsOf } from '../command.js';

export type SysexSendOptions = OptionsOf<typeof defineSysexSend>;

export function defineSysexSend(command: Command) {
  const presets = SEND_PRESETS.map(({ name, what }) => `  ${name.padEnd(10)} ${what}`);
  return command
    .description('Send the sysex messages of a file to an output, one after the other.')
    .argument('<file>', '.syx, hex text, or the sysex of a .mid; - for standard input')
    .option('-d, --device <output>', 'output to send to: id, or part of the name')
    .optionsGroup('Pace:')
    .option('--delay <time>', 'pause between messages: 50ms, 1s')
    .option('--chunk <bytes>', 'send a message in pieces of at most this many bytes')
    .option('--rate <bytes/s>', 'send no faster than this; a MIDI cable carries 3125')
    .addOption(
      new Option(
        '--preset <preset>',
        `pace by name: ${SEND_PRESETS.map(({ name }) => name).join(', ')}`,
      )
        .choices(SEND_PRESETS.map(({ name }) => name))
        // What is chosen is looked at later, with an error of our own.
        .argParser((text: string) => text),
    )
    .optionsGroup('Options:')
    .option(
      '--wait-reply [time]',
      'after each message, wait this long for a sysex in reply (default: 2s)',
    )
    .option('--from <input>', 'where replies come from (default: the input named like the output)')
    .option('--dry-run', 'show what would be sent, and when; send nothing')
    .option('-f, --force', 'send the whole messages of a damaged file')
    .option(
      '--limit <time>',
      'how long the driver may take for one piece (default: twice its time on a cable, and 5s)',
    )
    .addHelpText('after', `\nPresets:\n${presets.join('\n')}\n`);
}
