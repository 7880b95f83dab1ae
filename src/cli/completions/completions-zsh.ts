/** Completions for zsh. */
import type {
  ArgumentEntry,
  CommandEntry,
  OptionEntry,
  ValueEntry,
} from '../manual/manual-tree.js';
import { deviceOptions, flagsOf, lastWord, listCommands, quote } from './completions-commands.js';

/** The script, for `source` as for a folder of `fpath`. Source: zshcompsys(1), zshcompwid(1). */
export function renderZsh(tree: CommandEntry): string {
  const commands = listCommands(tree);
  return `#compdef midirec
# Completions of midirec for zsh, made by "midirec generate completions zsh".

${commands.map((command) => renderFunction(command, tree)).join('\n')}
${DEVICES.replace('DEVICE_OPTIONS', deviceOptions(tree).join(' | '))}
if [[ \${funcstack[1]} == _midirec ]]; then
  _midirec "$@"
else
  compdef _midirec midirec
fi
`;
}

const DEVICES =
  String.raw`# Names of devices. $1: inputs or outputs; the rest is what _arguments adds.
_midirec_devices() {
  local kind=$1 i
  local -a names global
  shift
  for ((i = 2; i < \${#midirec_words}; i++)); do
    case \${midirec_words[i]} in
      DEVICE_OPTIONS) global+=("\${midirec_words[i]}" "\${(Q)midirec_words[i + 1]}") ;;
    esac
  done
  names=("\${(@f)$("\${(Q)midirec_words[1]/#\~/$HOME}" "\${global[@]}" list --json --$kind \
    2>/dev/null </dev/null | sed -n 's/^ *"name": "\(.*\)",\{0,1\}$/\1/p' | sed 's/\\\(["\\]\)/\1/g')}")
  names=(\${names:#})
  compadd "$@" -M 'm:{a-zA-Z}={A-Za-z}' -a names ||
    compadd "$@" -M 'm:{a-zA-Z}={A-Za-z} l:|=* r:|=*' -a names
}
_midirec_inputs() { _midirec_devices inputs "$@" }
_midirec_outputs() { _midirec_devices outputs "$@" }
`.replaceAll('\\$', '$');

function renderFunction(command: CommandEntry, tree: CommandEntry): string {
  const name = functionName(command);
  const specs = [
    ...command.options.map(optionSpec),
    ...command.arguments.map((argument) => argumentSpec(argument, tree)),
    // Behind the command, options are the command's to look at: (-) ends those of here.
    ...(command.commands.length === 0 ? [] : ["'(-): :->command'", "'(-)*:: :->rest'"]),
  ];
  const lines = [
    `${name}() {`,
    ...(command.path === '' ? ['  local -a midirec_words=("$words[@]")'] : []),
    '  local curcontext=$curcontext state line',
    '  typeset -A opt_args',
    `  _arguments -C -s -S \\`,
    specs.map((spec) => `    ${spec}`).join(' \\\n'),
    ...(command.commands.length === 0 ? [] : renderStates(command)),
    '}',
    '',
  ];
  return lines.join('\n');
}

function renderStates(command: CommandEntry): string[] {
  return [
    '  case $state in',
    '    command)',
    '      local -a commands=(',
    ...command.commands.map(
      (child) => `        ${quote(`${lastWord(child)}:${child.description}`)}`,
    ),
    '      )',
    "      _describe -t commands 'command' commands",
    '      ;;',
    '    rest)',
    '      case $words[1] in',
    ...command.commands.map((child) => `        ${lastWord(child)}) ${functionName(child)} ;;`),
    '      esac',
    '      ;;',
    '  esac',
  ];
}

/** `_midirec_generate_completions` */
function functionName({ name }: CommandEntry): string {
  return `_${name.replaceAll(/[ -]/g, '_')}`;
}

/** `'(-o --output)'{-o+,--output=}'[file to write]:file:_files'` */
function optionSpec(option: OptionEntry): string {
  const { value, isRepeatable, description } = option;
  const flags = flagsOf(option);
  const written =
    value === undefined
      ? flags
      : flags.map((flag) => `${flag}${flag.startsWith('--') ? '=' : '+'}`);
  const colons = value?.isOptional ? '::' : ':';
  const text = `[${escapeSpec(description)}]${value === undefined ? '' : `${colons}${valueSpec(value)}`}`;
  const before = isRepeatable ? '*' : `(${flags.join(' ')})`;
  return written.length === 1
    ? quote(`${before}${written[0]}${text}`)
    : `${quote(before)}{${written.join(',')}}${quote(text)}`;
}

function argumentSpec(argument: ArgumentEntry, tree: CommandEntry): string {
  const many = argument.isRepeatable ? '*' : '';
  const colons = argument.isOptional && !argument.isRepeatable ? '::' : ':';
  const names = tree.commands.map(({ path }) => path);
  const value: ValueEntry =
    argument.kind === 'command' ? { ...argument, kind: 'choice', choices: names } : argument;
  return quote(`${many}${colons}${valueSpec(value)}`);
}

/** What it is, and how to complete it. */
function valueSpec({ name, kind, choices }: ValueEntry): string {
  const actions = {
    choice: `(${choices.join(' ')})`,
    command: ' ',
    file: '_files',
    input: '_midirec_inputs',
    output: '_midirec_outputs',
    text: ' ',
  };
  return `${escapeSpec(name.includes('|') ? 'value' : name)}:${actions[kind]}`;
}

/** What would end a part of a specification. */
function escapeSpec(text: string): string {
  return text.replaceAll(/[\\:[\]]/g, '\\$&');
}
