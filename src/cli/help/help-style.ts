/** How `--help` looks: what the command does, examples, then the options. */
import {
  type Argument,
  type CommandUnknownOpts,
  Help,
  type HelpConfiguration,
  Option,
} from 'commander';
import { RARE } from '../options/shared-options.js';
import { wrapWords } from '../terminal/word-wrap.js';
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
  formatHelp(this: Help, command, helper) {
    if (command.parent === null) return formatProgram(command, helper);
    if (command.optsWithGlobals().verbose === true) {
      return Help.prototype.formatHelp.call(helper, command, helper);
    }
    const rare = helper.visibleOptions(command).filter(isRare);
    const brief: Help = Object.assign(Object.create(helper), {
      visibleOptions: () => helper.visibleOptions(command).filter((option) => !isRare(option)),
      visibleGlobalOptions: () => [],
    });
    const name = nameOf(command);
    return [
      Help.prototype.formatHelp.call(brief, command, brief),
      ...namesOnly(`In rare cases (${name} --help -v explains them):`, rare, helper),
      ...namesOnly(
        'For every command (midirec --help explains them):',
        helper.visibleGlobalOptions(command),
        helper,
      ),
    ].join('\n');
  },
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

/** The commands first: whoever asks for the help of all does not know them yet. */
function formatProgram(program: CommandUnknownOpts, helper: Help): string {
  const text = Help.prototype.formatHelp.call(helper, program, helper).trimEnd();
  const blocks = text.split(/\n\n(?=\S)/);
  const isOptions = (block: string) => block.startsWith('Options:');
  const [options, others] = [blocks.filter(isOptions), blocks.filter((each) => !isOptions(each))];
  return `${[...others, ...options].join('\n\n')}\n`;
}

function isRare({ helpGroupHeading }: Option): boolean {
  return helpGroupHeading === RARE;
}

/** A paragraph of options without what they do; nothing if there are none. */
function namesOnly(heading: string, options: readonly Option[], helper: Help): string[] {
  if (options.length === 0) return [];
  const columns = helper.helpWidth ?? COLUMNS;
  const names = options.map(({ long, short }) => long ?? short).join(', ');
  const lines = helper.boxWrap(names, columns - MARGIN.length).split('\n');
  return [helper.boxWrap(heading, columns), ...lines.map((line) => MARGIN + line), ''];
}

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
      : [`${MARGIN}# ${what}`, ...wrapWords(MARGIN + line, columns)].join('\n');
  });
}
