/** How `--help` looks: what the command does, examples, then the options. */
import {
  type Argument,
  type CommandUnknownOpts,
  Help,
  type HelpConfiguration,
  Option,
} from 'commander';
import { EXAMPLES, type Example } from './examples.js';

const COLUMNS = 80;
const MARGIN = '  ';
/** Descriptions narrower than this stand below what they describe. */
const FEWEST_COLUMNS = 24;
/** How far they are indented there. */
const INDENT = ' '.repeat(6);

/** For commander's `configureHelp`. */
export const HELP_STYLE: HelpConfiguration = {
  showGlobalOptions: true,
  // Narrower than this, commander leaves it to the terminal, which breaks words.
  minWidthToWrap: 16,
  commandDescription(this: Help, command) {
    const examples = EXAMPLES[nameOf(command)] ?? [];
    return examples.length === 0
      ? command.description()
      : `${command.description()}\n\nExamples:\n${layOut(examples, this.helpWidth).join('\n')}`;
  },
  formatItem(this: Help, term, termWidth, description, helper) {
    const columns = this.helpWidth ?? COLUMNS;
    const left = columns - termWidth - 2 * MARGIN.length;
    if (left >= FEWEST_COLUMNS || description === '') {
      return Help.prototype.formatItem.call(this, term, termWidth, description, helper);
    }
    const lines = helper.boxWrap(description, columns - INDENT.length).split('\n');
    return [`${MARGIN}${term}`, ...lines.map((line) => `${INDENT}${line}`)].join('\n');
  },
  optionDescription: describeOption,
  argumentDescription: (argument) => argument.description,
};

/** A command's name with those of the commands above it: `midirec record`. */
export function nameOf(command: CommandUnknownOpts): string {
  return command.parent === null ? command.name() : `${nameOf(command.parent)} ${command.name()}`;
}

/** What an option does, with its default. */
export function describeOption(option: Option): string {
  const { description, defaultValue, defaultValueDescription = defaultValue } = option;
  const isPlain = ['number', 'string'].includes(typeof defaultValueDescription);
  return isPlain ? `${description} (default: ${defaultValueDescription})` : description;
}

/** What stands for the value in help: `file` of `--output <file>`; empty if there is none. */
export function placeholderOf(definition: Option | Argument): string {
  if (!(definition instanceof Option)) return definition.name();
  return /[<[](.+?)(?:\.{3})?[>\]]/.exec(definition.flags)?.[1] ?? '';
}

/** Two columns; an example that is too long for them stands under what it does. */
export function layOut(examples: readonly Example[], columns = COLUMNS): string[] {
  const inColumns = examples.toSorted(([a], [b]) => b.length - a.length);
  const widthOf = () => inColumns[0]?.[0].length ?? 0;
  const isTooWide = () =>
    inColumns.some(([, what]) => `${MARGIN}${MARGIN}# ${what}`.length + widthOf() > columns);
  while (isTooWide()) inColumns.shift();
  return examples.map((example) => {
    const [line, what] = example;
    return inColumns.includes(example)
      ? `${MARGIN}${line.padEnd(widthOf())}${MARGIN}# ${what}`
      : `${MARGIN}# ${what}\n${MARGIN}${line}`;
  });
}
