/** Completions for fish, 3.1 and newer. */
import type { CommandEntry, OptionEntry, ValueEntry } from '../manual/manual-tree.js';
import { deviceOptions, flagsOf, lastWord, listCommands } from './completions-commands.js';

/** The script for `source`. Source: fish's complete(1). */
export function renderFish(tree: CommandEntry): string {
  const commands = listCommands(tree);
  const withValue = commands.flatMap(({ options }) =>
    options.filter(({ value }) => value !== undefined && !value.isOptional).flatMap(flagsOf),
  );
  return `# Completions of midirec for fish, made by "midirec generate completions fish".

# Whether the words so far lead to a command, given word by word; and to none below it.
function __midirec_at
    set -l words (commandline -opc)
    set -l path
    set -l skip
    for word in $words[2..-1]
        if test -n "$skip"
            set skip
            continue
        end
        switch $word
            case ${[...new Set(withValue)].join(' ')}
                set skip 1
            case '-*'
            case '*'
                set -a path $word
        end
    end
    set -l known ${commands.flatMap(({ path }) => (path === '' ? [] : [quote(path)])).join(' ')}
    # What follows the command's name are its arguments.
    while test (count $path) -gt 0; and not contains -- "$path" $known
        set -e path[-1]
    end
    test "$path" = "$argv"
end

# Names of devices, one a line. First argument: inputs or outputs.
function __midirec_devices
    set -l words (commandline -opc)
    set -l global
    for i in (seq 2 (math (count $words) - 1))
        if contains -- $words[$i] ${deviceOptions(tree).join(' ')}
            set -a global $words[$i] $words[(math $i + 1)]
        end
    end
    $words[1] $global list --json --$argv[1] 2>/dev/null </dev/null |
        string replace -rf '^ *"name": "(.*)",?$' '$1' | string replace -ra '\\\\\\\\(["\\\\\\\\])' '$1'
end

complete -c midirec -f
${tree.options.map((option) => renderOption('', option)).join('\n')}
${commands.map((command) => renderCommand(command, tree)).join('\n')}
`;
}

function renderCommand(command: CommandEntry, tree: CommandEntry): string {
  const condition = ` -n ${quote(`__midirec_at ${command.path}`.trim())}`;
  const own = command.options.filter(
    ({ long }) => !tree.options.some((global) => global.long === long),
  );
  const lines = [
    ...command.commands.map(
      (child) =>
        `complete -c midirec${condition} -a ${lastWord(child)} -d ${quote(child.description)}`,
    ),
    ...own.map((option) => renderOption(condition, option)),
    ...command.arguments.map((argument) => renderArgument(condition, argument, tree)),
  ];
  return lines.join('\n');
}

function renderOption(condition: string, option: OptionEntry): string {
  const { short, long, value, description } = option;
  const names = `${short === undefined ? '' : ` -s ${short.slice(1)}`} -l ${long.slice(2)}`;
  const end = ` -d ${quote(description)}`;
  return `complete -c midirec${condition}${names}${value === undefined ? '' : describeValue(value)}${end}`;
}

function describeValue(value: ValueEntry): string {
  const offered = offeredBy(value);
  if (value.isOptional) return offered === '' ? '' : ` -a ${offered}`;
  if (value.kind === 'file') return ' -r -F';
  return offered === '' ? ' -x' : ` -x -a ${offered}`;
}

function renderArgument(condition: string, argument: ValueEntry, tree: CommandEntry): string {
  if (argument.kind === 'file') return `complete -c midirec${condition} -F`;
  const offered =
    argument.kind === 'command'
      ? quote(tree.commands.map(({ path }) => path).join(' '))
      : offeredBy(argument);
  return offered === '' ? '' : `complete -c midirec${condition} -a ${offered}`;
}

function offeredBy({ kind, choices }: ValueEntry): string {
  if (kind === 'input' || kind === 'output') return `'(__midirec_devices ${kind}s)'`;
  return kind === 'choice' ? quote(choices.join(' ')) : '';
}

/** In fish's single quotes, backslashes and quotes take a backslash. */
function quote(text: string): string {
  return `'${text.replaceAll(/[\\']/g, '\\$&')}'`;
}
