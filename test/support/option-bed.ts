/** The options of a command as its action gets them, from a command line. */
import { Command, type OptionValues } from 'commander';
import type { CommandDefinition } from '../../src/cli/command.js';
import { nameInErrors } from '../../src/cli/options/option-values.js';

/**
 * @param args - what follows the name of the command
 * @throws MidirecError USAGE, and CommanderError
 */
export function optionsFrom<Args extends unknown[], Options extends OptionValues>(
  define: CommandDefinition<Args, Options>,
  args: readonly string[],
): Options {
  const command = define(new Command('test').exitOverride());
  command.configureOutput({ writeErr: () => {} });
  command.options.forEach(nameInErrors);
  command.parse([...args], { from: 'user' });
  return command.opts();
}
