/** The manual page: every command and option of the program, with what manual-text.ts and manual-topics.ts have to say. */
import type { Command } from 'commander';
import { EXAMPLES, type Example } from './manual-examples.js';
import {
  type Block,
  escapeArguments,
  renderBlock,
  renderBlocks,
  renderText,
} from './manual-roff.js';
import { COMMAND_TEXT, DESCRIPTION, MANUAL_DATE, ONE_LINE } from './manual-text.js';
import * as topics from './manual-topics.js';
import {
  type ArgumentEntry,
  type CommandEntry,
  flatten,
  leaves,
  type OptionEntry,
  readTree,
} from './manual-tree.js';

/** The page in mdoc(7), with a line feed at its end. */
export function renderManual(program: Command): string {
  const tree = readTree(program);
  const lines = [
    '.\\" Made by "midirec generate man" from the program itself: change that, not this.',
    `.Dd ${MANUAL_DATE}`,
    `.Dt ${tree.name.toUpperCase()} 1`,
    '.Os',
    '.Sh NAME',
    `.Nm ${tree.name}`,
    `.Nd ${ONE_LINE}`,
    '.Sh SYNOPSIS',
    ...leaves(tree).flatMap((command) => renderSynopsis(command)),
    '.Sh DESCRIPTION',
    ...renderBlocks(DESCRIPTION),
    '.Pp',
    'Every command takes these options:',
    ...renderOptions(tree.options),
    '.Sh COMMANDS',
    ...flatten(tree)
      .slice(1)
      .flatMap((command) => renderCommand(command)),
    ...topics.TOPICS.flatMap(([title, blocks]) => [`.Sh ${title}`, ...renderBlocks(blocks)]),
    '.Sh ENVIRONMENT',
    ...renderBlock(topics.ENVIRONMENT),
    '.Sh FILES',
    ...renderBlocks(topics.FILES),
    '.Sh EXIT STATUS',
    ...renderBlocks(topics.EXIT_STATUS),
    '.Sh EXAMPLES',
    ...renderBlocks([...examplesOf(tree), ...topics.PIPELINES]),
    '.Sh SEE ALSO',
    ...renderBlocks(topics.SEE_ALSO),
    '.Sh STANDARDS',
    ...renderBlocks(topics.STANDARDS),
    '.Sh BUGS',
    ...renderBlocks(topics.BUGS),
  ];
  return `${lines.join('\n')}\n`;
}

function renderSynopsis(command: CommandEntry): string[] {
  return [
    `.Nm midirec`,
    ...(command.path === '' ? [] : [`.Cm ${escapeArguments(command.path)}`]),
    ...(optionsOf(command).length > 0 ? ['.Op Ar options'] : []),
    ...command.arguments.map(renderArgument),
  ];
}

function renderCommand(command: CommandEntry): string[] {
  return [
    `.Ss ${escapeArguments(command.path)}`,
    ...renderText(asSentence(command.description)),
    ...(COMMAND_TEXT[command.name] ?? []).flatMap(renderBlock),
    ...renderArguments(command.arguments.filter(({ description }) => description !== '')),
    ...renderOptions(optionsOf(command)),
    ...renderExamples(EXAMPLES[command.name] ?? []),
  ];
}

/** Its own; that every command has --help is said once. */
function optionsOf(command: CommandEntry): OptionEntry[] {
  return command.options.filter(({ long }) => long !== '--help');
}

function renderArgument(argument: ArgumentEntry): string {
  const dots = argument.isRepeatable ? ' ...' : '';
  const name = renderPlaceholder(argument.name);
  return argument.isOptional ? `.Op ${name}${dots}` : `.${name}${dots}`;
}

function renderArguments(entries: readonly ArgumentEntry[]): string[] {
  if (entries.length === 0) return [];
  return [
    '.Bl -tag -width Ds',
    ...entries.flatMap((entry) => [
      `.It ${renderPlaceholder(entry.name)}`,
      ...renderText(asSentence(entry.description)),
    ]),
    '.El',
  ];
}

/** A list for each heading of help, with the heading if there are several. */
function renderOptions(options: readonly OptionEntry[]): string[] {
  const groups = [...new Set(options.map(({ group }) => group))];
  return groups.flatMap((group) => [
    ...(groups.length === 1 ? [] : ['.Pp', ...renderText(group)]),
    '.Bl -tag -width Ds',
    ...options
      .filter((option) => option.group === group)
      .flatMap((option) => [
        `.It ${renderOption(option)}`,
        ...renderText(asSentence(option.description)),
      ]),
    '.El',
  ]);
}

function renderOption({ short, long, value }: OptionEntry): string {
  const flags = [short, long]
    .filter((flag) => flag !== undefined)
    .map((flag) => `Fl ${escapeArguments(flag.slice(1))}`)
    .join(' , ');
  if (value === undefined) return flags;
  const placeholder = renderPlaceholder(value.name);
  return value.isOptional ? `${flags} Oo ${placeholder} Oc` : `${flags} ${placeholder}`;
}

/** `file` is to be replaced by something; of `0|1`, one is to be typed. */
function renderPlaceholder(name: string): string {
  return name.includes('|')
    ? name
        .split('|')
        .map((word) => `Cm ${escapeArguments(word)}`)
        .join(' | ')
    : `Ar ${escapeArguments(name)}`;
}

function renderExamples(examples: readonly Example[]): string[] {
  if (examples.length === 0) return [];
  return ['.Pp', 'Examples:', ...renderBlock(asCode(examples))];
}

function examplesOf(program: CommandEntry): Block[] {
  const examples = EXAMPLES[program.name] ?? [];
  return examples.length === 0 ? [] : [asCode(examples)];
}

function asCode(examples: readonly Example[]): Block {
  return { kind: 'code', lines: examples.flatMap(({ what, command }) => [`# ${what}`, command]) };
}

/** `input to record` becomes `Input to record.` */
function asSentence(description: string): string {
  const sentence = `${description.charAt(0).toUpperCase()}${description.slice(1)}`;
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
