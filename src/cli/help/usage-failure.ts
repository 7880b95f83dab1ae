/** A command line that commander cannot read: what is wrong with it, in midirec's words, and what was perhaps meant. */
import { existsSync } from 'node:fs';
import type { CommandUnknownOpts, Option } from 'commander';

/** What commander says, and what midirec says. */
const WORDINGS: [RegExp, string, hint?: string][] = [
  [
    /^too many arguments for '(.*)'\. Expected (\d+) arguments? but got (\d+)\.$/,
    "too many arguments: '$1' takes $2, not $3",
  ],
  [/^missing required argument '(.*)'$/, '<$1> is missing'],
  [/^option '(?:-\w, )?(--\S+) (.*)' argument missing$/, '$1 needs $2'],
  [/^required option '(?:-\w, )?(--\S+) (.*)' not specified$/, '$1 $2 is missing'],
  [
    /^option '(?:-\w, )?(--\S+) .*' argument '(.*)' is invalid\. Allowed choices are (([^,]+).*)\.$/,
    "$1: '$2' is not one of $3",
    'for example $1 $4',
  ],
  [
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/,
    "$2: '$1' is not one of $3",
  ],
  [
    /^option '(?:-\w, )?(--[\w-]+).*' cannot be used with option '(?:-\w, )?(--[\w-]+).*'$/,
    '$1 and $2 cannot be combined',
    'choose one of them',
  ],
];

/** What other programs call commands and options, by what midirec calls them. */
export const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  list: ['devices', 'device', 'ports', 'inputs', 'outputs', 'ls'],
  record: ['rec', 'capture', 'arecordmidi'],
  'sysex-dump': ['dump', 'receive', 'save', 'sysex', 'syx'],
  'sysex-send': ['send', 'load', 'upload'],
  instruments: ['synths', 'models'],
  monitor: ['listen', 'watch', 'receivemidi', 'aseqdump'],
  play: ['playback', 'aplaymidi'],
  diff: ['compare', 'cmp'],
  show: ['info', 'cat', 'view', 'print', 'open', 'display', 'inspect'],
  split: ['cut', 'explode'],
  join: ['merge', 'concat', 'append'],
  trim: ['crop', 'shorten'],
  convert: ['export', 'import', 'transform'],
  doctor: ['check', 'diagnose', 'test', 'debug'],
  '--device': ['--input', '--in', '--dev', '--from-device', '-i', '-p', '--out-device'],
  '--output': ['--out', '--file', '--outfile', '--name', '--to-file'],
  '--bpm': ['--tempo', '--speed'],
  '--duration': ['--time', '--length', '--seconds', '-t'],
  '--force': ['--overwrite', '-y'],
  '--until-idle': ['--idle', '--silence'],
  '--metronome': ['--click'],
  '--thru': ['--through', '--echo'],
  '--ppq': ['--ticks', '--resolution', '--tpq'],
};

/** Options that only other commands have, and what does there what was perhaps wanted. */
const ELSEWHERE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'sysex-send': {
    '--instrument':
      'midirec sysex-dump --instrument dx7 asks for a dump and keeps it, midirec restore --instrument dx7 puts one back',
    '--what': 'midirec sysex-dump --instrument dx7 --what bank asks for a dump and keeps it',
    '--request': 'midirec sysex-dump --request sends it and keeps the answer',
  },
  backup: { '--what': 'midirec sysex-dump --instrument dx7 --what bank asks for one thing alone' },
};

/** Bytes written as hex, as a message that was given without quotes. */
const HEX_BYTE = /^[0-9a-f]{2}$/i;
export const FILE_NAME = /\.(midi?|syx|rmi|json)$|^\.{0,2}[/\\]|^[a-z]:\\/i;

/**
 * commander's `error: …` as midirec says it, with the hint on a line of its own.
 *
 * @param program - as far as it is built: all of it, unless the first word is a command
 * @param first - the first word of the command line
 */
export function usageFailure(
  text: string,
  program: CommandUnknownOpts,
  first: string | undefined,
): string[] {
  const [head = '', ...rest] = text.trim().split('\n');
  const message = head.replace(/^error: /, '');
  const [pattern, wording, hint] = WORDINGS.find(([pattern]) => pattern.test(message)) ?? ['', ''];
  const commandOf = (word: string | undefined) =>
    program.commands.find((other) => other.name() === word);
  // Behind options for every command it is what commander found.
  const command = commandOf(first) ?? commandOf(program.args[0]);
  const suggestion =
    hint === undefined
      ? rest.join(' ').replace(/^\(Did (.*)\)$/, 'did $1')
      : message.replace(pattern, hint);
  const meant = suggestion === '' ? whatWasMeant(message, program, command) : suggestion;
  const help = command === undefined ? 'midirec --help' : `midirec ${command.name()} --help`;
  return [
    `midirec: ${message.replace(pattern, wording)}`,
    `hint: ${meant ?? `${help} tells what there is`}`,
  ];
}

/** The hint for a word that there is not; undefined if it tells nothing. */
function whatWasMeant(
  message: string,
  program: CommandUnknownOpts,
  command: CommandUnknownOpts | undefined,
): string | undefined {
  const [, what, word = ''] = /^unknown (command|option) '(.+)'$/.exec(message) ?? [];
  if (what === 'command') {
    const name = namesOf(word).find((own) => program.commands.some((one) => one.name() === own));
    if (name !== undefined) return `did you mean midirec ${name}?`;
    return FILE_NAME.test(word) ? `midirec show ${word} tells what is in it` : undefined;
  }
  if (what === 'option' && existsSync(word)) return `the file is ./${word}`;
  if (what === 'option' && command !== undefined) {
    const name = namesOf(word).find((own) => has(command, own));
    return ELSEWHERE[command.name()]?.[word] ?? (name && `did you mean ${name}?`);
  }
  if (what === 'option') {
    const owner = program.commands.find((one) => has(one, word));
    return owner && `give it to a command, for example midirec ${owner.name()} ${word}`;
  }
  if (command === undefined || !message.startsWith('too many arguments')) return undefined;
  return forUnquoted(program.args, command) ?? forExcess(command);
}

/**
 * For arguments that are too many because something with blanks is not in quotes: the value of an option that takes it
 * as a whole, or the name of a file or an instrument.
 *
 * @param words - the command line behind midirec
 */
function forUnquoted(
  words: readonly string[],
  { args, options, registeredArguments: [argument] }: CommandUnknownOpts,
): string | undefined {
  for (const [at, word] of words.entries()) {
    const next = words[at + 2];
    const option = options.find(({ long, short }) => word === long || word === short);
    if (option === undefined || option.isBoolean() || next === undefined) continue;
    if (!args.includes(next) || FILE_NAME.test(next)) continue;
    const rest = words.slice(at + 1);
    const end = rest.findIndex((each) => each.startsWith('-'));
    const value = rest.slice(0, end < 0 ? rest.length : end).join(' ');
    if (takes(option, value)) return `did you mean ${word} "${value}"?`;
  }
  const name = args.join(' ');
  const isName = argument?.name() === 'instrument' || (args.length > 1 && existsSync(name));
  return isName ? `did you mean "${name}"?` : undefined;
}

function takes({ parseArg }: Option, value: string): boolean {
  try {
    parseArg?.(value, []);
    return true;
  } catch {
    return false;
  }
}

/** For arguments that a command does not take. */
function forExcess(command: CommandUnknownOpts): string | undefined {
  const [file = '', ...others] = command.args;
  if (command.registeredArguments.length > 0) {
    const isHex = command.args.length > 1 && command.args.every((word) => HEX_BYTE.test(word));
    if (isHex) return `put the bytes in quotes: "${[file, ...others].join(' ')}"`;
    return undefined;
  }
  if (FILE_NAME.test(file) && has(command, '--output')) return `did you mean -o ${file}?`;
  return has(command, '--device') ? `did you mean -d ${quoted(file)}?` : undefined;
}

function namesOf(word: string): string[] {
  const found = Object.entries(OTHER_NAMES).filter(([, others]) => others.includes(word));
  return found.map(([name]) => name);
}

function has(command: CommandUnknownOpts, flag: string): boolean {
  return command.options.some(({ long, short }) => long === flag || short === flag);
}

function quoted(word: string): string {
  return /\s/.test(word) ? `"${word}"` : word;
}
