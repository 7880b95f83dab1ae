/** The commands and options of the program as plain data, for what is generated from them. */
import type { Argument, CommandUnknownOpts, Option } from 'commander';
import { describeOption, nameOf } from './manual-help.js';

/** What a value is, as far as a shell can help to type it. */
export type ValueKind = 'choice' | 'command' | 'file' | 'input' | 'output' | 'text';

export interface ValueEntry {
  /** As help shows it, without brackets. */
  readonly name: string;
  readonly kind: ValueKind;
  /** The words of a `choice`; empty otherwise. */
  readonly choices: readonly string[];
  /** True if it may be left away. */
  readonly isOptional: boolean;
}

export interface OptionEntry {
  /** The heading that help puts it under. */
  readonly group: string;
  /** `-o`, where there is one. */
  readonly short: string | undefined;
  /** `--output`. */
  readonly long: string;
  /** Undefined for an option that takes none. */
  readonly value: ValueEntry | undefined;
  readonly isRepeatable: boolean;
  readonly description: string;
}

export interface ArgumentEntry extends ValueEntry {
  readonly isRepeatable: boolean;
  readonly description: string;
}

export interface CommandEntry {
  /** Names from the program's down: `midirec`, `midirec generate completions`. */
  readonly name: string;
  /** What to type after `midirec` for it: empty, `record`, `generate completions`. */
  readonly path: string;
  readonly description: string;
  /** Its own; those of the program, which every command takes too, are with the program. */
  readonly options: readonly OptionEntry[];
  readonly arguments: readonly ArgumentEntry[];
  readonly commands: readonly CommandEntry[];
}

/** Reads the tree. Hidden commands and options are left out. */
export function readTree(command: CommandUnknownOpts): CommandEntry {
  const help = command.createHelp();
  const name = nameOf(command);
  return {
    name,
    path: name.split(' ').slice(1).join(' '),
    description: command.description(),
    options: help.visibleOptions(command).map(readOption),
    arguments: command.registeredArguments.map(readArgument),
    commands: help.visibleCommands(command).map(readCommand(command)),
  };
}

/** All commands, the program first, each before those under it. */
export function flatten(entry: CommandEntry): CommandEntry[] {
  return [entry, ...entry.commands.flatMap(flatten)];
}

/** commander's own help command hangs under nothing. */
function readCommand(parent: CommandUnknownOpts): (command: CommandUnknownOpts) => CommandEntry {
  return (command) => {
    if (command.parent !== null) return readTree(command);
    const entry = readTree(command);
    return { ...entry, name: `${nameOf(parent)} ${command.name()}`, path: command.name() };
  };
}

function readOption(option: Option): OptionEntry {
  const takesValue = option.required || option.optional;
  const placeholder = /[<[](.+?)(?:\.{3})?[>\]]/.exec(option.flags)?.[1] ?? 'value';
  return {
    group: option.helpGroupHeading ?? 'Options:',
    short: option.short,
    long: option.long ?? option.short ?? option.flags,
    value: takesValue ? readValue(placeholder, option.optional, option.argChoices) : undefined,
    // An option with a parser gathers what it is given; a choice's parser only looks at it.
    isRepeatable:
      option.variadic || (option.parseArg !== undefined && option.argChoices === undefined),
    description: describeOption(option),
  };
}

function readArgument(argument: Argument): ArgumentEntry {
  return {
    ...readValue(argument.name(), !argument.required, argument.argChoices),
    isRepeatable: argument.variadic,
    description: argument.description,
  };
}

/** What the placeholder says of the value: `file` or `path`, `input`, `output`, or the words themselves, `0|1`. */
function readValue(
  name: string,
  isOptional: boolean,
  choices: readonly string[] | undefined,
): ValueEntry {
  const words = choices ?? (name.includes('|') ? name.split('|') : []);
  return { name, kind: words.length > 0 ? 'choice' : kindOf(name), choices: words, isOptional };
}

function kindOf(placeholder: string): ValueKind {
  const words = placeholder.split(/\W+/);
  if (words.includes('path')) return 'file';
  const kinds: readonly ValueKind[] = ['command', 'file', 'input', 'output'];
  return kinds.find((kind) => words.includes(kind)) ?? 'text';
}
