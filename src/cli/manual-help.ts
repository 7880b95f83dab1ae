/** How `--help` looks: what the command does, examples, then the options. */
import type { Command, HelpConfiguration, Option } from 'commander';
import { EXAMPLES, type Example } from './manual-examples.js';

/** For commander's `configureHelp`. */
export const HELP_STYLE: HelpConfiguration = {
  showGlobalOptions: true,
  // Narrower than this, commander leaves it to the terminal, which breaks words.
  minWidthToWrap: 16,
  commandDescription: (command) => {
    const examples = EXAMPLES[nameOf(command)] ?? [];
    return examples.length === 0
      ? command.description()
      : `${command.description()}\n\nExamples:\n${layOut(examples).join('\n')}`;
  },
  optionDescription: describeOption,
  argumentDescription: (argument) => argument.description,
};

/** A command's name with those of the commands above it: `midirec record`. */
export function nameOf(command: Command): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

/** What an option does, with its default. */
export function describeOption(option: Option): string {
  const isSaid = option.defaultValue === undefined || typeof option.defaultValue === 'boolean';
  return isSaid ? option.description : `${option.description} (default: ${option.defaultValue})`;
}

const COLUMNS = 80;
const MARGIN = '  ';

/** Two columns; an example that is too long for them stands under what it does. */
export function layOut(examples: readonly Example[]): string[] {
  const inColumns = examples.toSorted((a, b) => b.command.length - a.command.length);
  const widthOf = () => inColumns[0]?.command.length ?? 0;
  const isTooWide = () =>
    inColumns.some(({ what }) => `${MARGIN}${MARGIN}# ${what}`.length + widthOf() > COLUMNS);
  while (isTooWide()) inColumns.shift();
  return examples.map((example) =>
    inColumns.includes(example)
      ? `${MARGIN}${example.command.padEnd(widthOf())}${MARGIN}# ${example.what}`
      : `${MARGIN}# ${example.what}\n${MARGIN}${example.command}`,
  );
}
