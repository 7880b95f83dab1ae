/** A command line that is being typed: which command it has come to, and what may follow. */
import type { Argument, CommandUnknownOpts, Option } from 'commander';

/** What whole words lead to. */
export interface LineState {
  command: CommandUnknownOpts;
  /** The option that the next word is the value of. */
  option: Option | undefined;
  /** The argument that the next word is otherwise; undefined: there is none left. */
  argument: Argument | undefined;
  takesCommand: boolean;
  /** The arguments that were given, in order. */
  operands: string[];
  /** Whether options may follow: not after `--`. */
  takesOptions: boolean;
  /** The options that were given, in order, with their values; one without a value has the empty one. */
  given: [option: Option, value: string][];
}

/**
 * Reads words as commander does, but never complains: what it does not know is passed over.
 *
 * @param words - without the program's name
 */
export function readLine(program: CommandUnknownOpts, words: readonly string[]): LineState {
  const line: LineState = {
    command: program,
    option: undefined,
    argument: undefined,
    takesCommand: true,
    operands: [],
    takesOptions: true,
    given: [],
  };
  for (const word of words) {
    const { command, option } = line;
    if (option !== undefined && canBeValue(word, option)) {
      // bash makes three words of --color=never.
      if (word === '=') continue;
      line.given.push([option, word]);
      line.option = undefined;
    } else if (line.takesOptions && word.startsWith('-')) {
      line.takesOptions = word !== '--';
      const { found, value } = readOption(word, optionsOf(command, program));
      line.option = value === undefined && (found?.required || found?.optional) ? found : undefined;
      if (found && line.option === undefined) line.given.push([found, value ?? '']);
    } else {
      line.option = undefined;
      const under = line.takesCommand
        ? [...commandsOf(command), ...command.commands].find((each) => each.name() === word)
        : undefined;
      if (under === undefined) line.operands.push(word);
      line.command = under ?? command;
      line.takesCommand = line.operands.length === 0 && line.command.commands.length > 0;
    }
  }
  const all = line.command.registeredArguments;
  line.argument = all[line.operands.length] ?? (all.at(-1)?.variadic ? all.at(-1) : undefined);
  return line;
}

/** A word that begins with a dash as one of the options, and what stands behind its equals sign. */
export function readOption(
  word: string,
  options: readonly Option[],
): { found: Option | undefined; value: string | undefined } {
  const [, flag = word, value] = /^(--[^=]+)=(.*)$/s.exec(word) ?? [];
  return { found: options.find(({ short, long }) => short === flag || long === flag), value };
}

/** An option that need not have a value leaves what begins with a dash alone. */
export function canBeValue(word: string, option: Option): boolean {
  return option.required || !word.startsWith('-');
}

/** A command's options, then those of the program, which may stand after every command. */
export function optionsOf(command: CommandUnknownOpts, program: CommandUnknownOpts): Option[] {
  const own = command.createHelp().visibleOptions(command);
  const others = program.createHelp().visibleOptions(program);
  return [...own, ...others.filter(({ long }) => !own.some((each) => each.long === long))];
}

/** The commands under a command that help shows; commander's own help command is one of them. */
export function commandsOf(command: CommandUnknownOpts): CommandUnknownOpts[] {
  return command.createHelp().visibleCommands(command);
}
