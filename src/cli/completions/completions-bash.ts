/** Completions for bash, 3.2 and newer. */
import type { CommandEntry, ValueEntry } from '../manual/manual-tree.js';
import { deviceOptions, flagsOf, lastWord, listCommands, quote } from './completions-commands.js';

/** The script for `source`. Source: the bash manual, "Programmable Completion". */
export function renderBash(tree: CommandEntry): string {
  const commands = listCommands(tree);
  return `${HEAD}
# What follows the option $2 of the command $1: sets kind, words and optional.
_midirec_value() {
  kind='' words=() optional=''
  case "$1:$2" in
${unique(commands.flatMap((command) => valueCases(command, tree))).join('\n')}
  esac
}

# What the command $1 has: sets commands and options, each a word and its description; and the
# kind and words of its argument.
_midirec_command() {
  commands=() options=() kind='' words=()
  case $1 in
${commands.map(commandCase).join('\n')}
  esac
}

# Whether the word $2 is a command of the command $1.
_midirec_is_command() {
  case "$1:$2" in
    ${commands.flatMap(subcommandPatterns).join(' | ')}) return 0 ;;
  esac
  return 1
}
${TAIL.replace('DEVICE_OPTIONS', deviceOptions(tree).join(' | '))}`;
}

const HEAD = `# Completions of midirec for bash, made by "midirec generate completions bash".
`;

const TAIL = String.raw`
# Names of devices, one a line. $1: inputs or outputs.
_midirec_devices() {
  "\${COMP_WORDS[0]/#\~/$HOME}" "\${global[@]}" list --json "--$1" 2>/dev/null </dev/null |
    sed -n 's/^ *"name": "\(.*\)",\{0,1\}$/\1/p' | sed 's/\\\(["\\]\)/\1/g'
}

# Offers the devices whose names begin with what has been typed, in upper or lower case.
_midirec_offer_devices() {
  local name quoted typed=$cur restore
  restore=$(shopt -p nocasematch)
  case $typed in
    [\"\']*) typed=\${typed:1} ;;
    *) typed=\${typed//\\/} ;;
  esac
  shopt -s nocasematch
  while IFS= read -r name; do
    [[ $name == "$typed"* ]] || continue
    quoted=$name
    [[ $cur == [\"\']* ]] || printf -v quoted %q "$name"
    # A colon and an equals sign would end the word.
    [[ $cur == [\"\']* ]] || quoted=\${quoted//[:]/\\:} quoted=\${quoted//[=]/\\=}
    COMPREPLY+=("$quoted")
  done < <(_midirec_devices "$1")
  $restore
}

# Offers words, each followed by its description, which shows while there is a choice.
_midirec_offer() {
  local item width=0 columns=$((\${COLUMNS:-80} - 2)) line
  for item; do
    [[ \${item%% *} == "$cur"* ]] && COMPREPLY+=("$item")
  done
  if [[ \${#COMPREPLY[@]} -lt 2 || ! \${COMP_TYPE:-9} =~ ^(63|33)$ ]]; then
    COMPREPLY=("\${COMPREPLY[@]%% *}")
    return
  fi
  for item in "\${COMPREPLY[@]%% *}"; do
    ((\${#item} > width)) && width=\${#item}
  done
  local -a described=()
  for item in "\${COMPREPLY[@]}"; do
    printf -v line "%-$((width))s  %s" "\${item%% *}" "\${item#* }"
    [[ $item == *' '* ]] || line=$item
    described+=("\${line:0:columns}")
  done
  COMPREPLY=("\${described[@]}")
}

_midirec_offer_value() {
  case $kind in
    choice) _midirec_offer "\${words[@]}" ;;
    input) _midirec_offer_devices inputs ;;
    output) _midirec_offer_devices outputs ;;
    command)
      _midirec_command ''
      _midirec_offer "\${commands[@]}"
      ;;
    # bash itself offers files if there is nothing else.
    file) ;;
    *) compopt +o default 2>/dev/null ;;
  esac
}

_midirec() {
  local cur=\${COMP_WORDS[COMP_CWORD]} path='' kind='' optional='' ended='' option='' word i
  local -a words=() commands=() options=() global=()
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    [[ $kind && $optional && $word == -* ]] && kind=''
    if [[ $kind ]]; then
      # bash makes three words of --color=never.
      [[ $word == '=' ]] && continue
      case $option in
        DEVICE_OPTIONS) global+=("$option" "$word") ;;
      esac
      kind=''
    elif [[ $word == -- ]]; then
      ended=1
    elif [[ $word == -* && ! $ended ]]; then
      option=$word
      _midirec_value "$path" "$word"
    elif _midirec_is_command "$path" "$word"; then
      path="\${path:+$path }$word"
    fi
  done
  [[ $cur == '=' ]] && cur=''
  [[ $optional && $cur == -* ]] && kind=''
  if [[ $kind ]]; then
    _midirec_offer_value
    return
  fi
  _midirec_command "$path"
  if [[ $cur == -* && ! $ended ]]; then
    compopt +o default 2>/dev/null
    _midirec_offer "\${options[@]}"
  elif [[ \${#commands[@]} -gt 0 ]]; then
    compopt +o default 2>/dev/null
    _midirec_offer "\${commands[@]}"
  elif [[ $kind ]]; then
    _midirec_offer_value
  else
    compopt +o default 2>/dev/null
    _midirec_offer "\${options[@]}"
  fi
}

complete -o default -F _midirec midirec
`.replaceAll('\\$', '$');

/** `    record:-d | record:--device) kind=input ;;` */
function valueCases(command: CommandEntry, tree: CommandEntry): string[] {
  return command.options.flatMap((option) => {
    if (option.value === undefined) return [];
    const isGlobal = tree.options.some(({ long }) => long === option.long);
    const patterns = flagsOf(option).map((flag) =>
      isGlobal ? `*:${flag}` : `${quote(command.path)}:${flag}`,
    );
    const optional = option.value.isOptional ? ' optional=1' : '';
    return [`    ${patterns.join(' | ')}) ${assignKind(option.value)}${optional} ;;`];
  });
}

function assignKind({ kind, choices }: ValueEntry): string {
  return choices.length === 0 ? `kind=${kind}` : `kind=${kind} words=(${choices.join(' ')})`;
}

function commandCase(command: CommandEntry): string {
  const argument = command.arguments[0];
  return [
    `    ${quote(command.path)})`,
    ...renderArray(
      'commands',
      command.commands.map((child) => `${lastWord(child)} ${child.description}`),
    ),
    ...renderArray(
      'options',
      command.options.map(({ long, description }) => `${long} ${description}`),
    ),
    ...(argument === undefined ? [] : [`      ${assignKind(argument)}`]),
    '      ;;',
  ].join('\n');
}

function renderArray(name: string, items: readonly string[]): string[] {
  if (items.length === 0) return [];
  return [`      ${name}=(`, ...items.map((item) => `        ${quote(item)}`), '      )'];
}

function subcommandPatterns(command: CommandEntry): string[] {
  return command.commands.map((child) => `${quote(command.path)}:${lastWord(child)}`);
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
