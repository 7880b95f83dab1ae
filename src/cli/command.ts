/** What a command is: a definition, from which commander reads its options, and an action, which gets their values. */
import type { Command, OptionValues } from 'commander';
import type { Backend, BackendChoice } from './backend.js';
import type { ConsoleOutput } from './terminal/console-output.js';

/** What every action is given besides the arguments and options of its command. */
export interface CommandContext {
  console: ConsoleOutput;
  backend: BackendChoice;
  /** @throws MidirecError NO_BACKEND, UNKNOWN_DEVICE */
  createBackend(): Promise<Backend>;
}

/**
 * Gives a command its description, arguments and options.
 *
 * @returns the command; or the one under it that does something
 */
export type CommandDefinition<Args extends unknown[], Options extends OptionValues> = (
  command: Command,
) => Command<Args, Options>;

/** Does what a command is for. @returns the exit code */
export type CommandAction<Args extends unknown[], Options extends OptionValues> = (
  ...given: [...Args, options: Options, context: CommandContext]
) => Promise<number>;

/** The values that a definition's options have. */
export type OptionsOf<Definition extends (command: Command) => { opts(): unknown }> = ReturnType<
  ReturnType<Definition>['opts']
>;
