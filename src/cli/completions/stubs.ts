/** What makes each shell ask `midirec complete` at a press of Tab, and what the shell then has to do itself. */

/** For 3.2 and newer. Source: the bash manual, "Programmable Completion". */
const BASH = shell`# Completions of midirec for bash.
_midirec() {
  local cur=\${COMP_WORDS[COMP_CWORD]} look word what line end
  local -a list=()
  COMPREPLY=()
  {
    read -r look
    while IFS=$'\t' read -r word what; do
      printf -v line '%-18s %s' "$word" "$what"
      list+=("\${line:0:\${COLUMNS:-80}-2}")
      # Unless a quote is open; a colon or an equals sign would end the word.
      if [[ $cur != [\"\']* ]]; then
        printf -v word %q "$word"
        word=\${word//:/\\:} word=\${word//=/\\=}
      fi
      COMPREPLY+=("$word")
    done
  } < <("\${COMP_WORDS[0]/#\~/$HOME}" complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null </dev/null)
  # A list has room for what each word is; the line has not.
  [[ \${COMP_TYPE:-9} == 63 && \${#list[@]} -gt 1 ]] && COMPREPLY=("\${list[@]}")
  # If nothing is offered, bash itself completes files, of whatever kind.
  if [[ -z $look ]]; then
    compopt +o default 2>/dev/null
  elif [[ $look != files && $cur != *[\"\'\\~$]* ]] && compopt -o filenames 2>/dev/null; then
    while IFS= read -r word; do COMPREPLY+=("$word"); done < <(
      for end in \${look#f*s}; do compgen -f -X "!*.$end" -- "$cur"; done
      compgen -d -- "$cur"
    )
  fi
}
complete -o default -F _midirec midirec
`;

/** For `source`, as for a folder of `fpath`. Source: zshcompsys(1), zshcompwid(1). */
const ZSH = shell`#compdef midirec
# Completions of midirec for zsh.
_midirec() {
  local answer=$("\${(Q)words[1]/#\~/$HOME}" complete -- "\${(@Q)words[2,CURRENT-1]}" "\${(Q)PREFIX}" 2>/dev/null </dev/null)
  local -a lines=("\${(@f)answer}")
  local -a look=(\${=lines[1]}) offers=("\${(@)\${(@)lines[2,-1]//:/\\:}/$'\t'/:}")
  [[ $PREFIX == --*=* && -n $look ]] && compset -P 1 '*='
  case $look[1] in
    folders) _files -/ ;;
    files) _files \${look[2]:+-g "*.(\${(j:|:)look[2,-1]})"} ;;
    *) _describe -t words word offers -M 'm:{a-zA-Z}={A-Za-z} l:|=* r:|=*' ;;
  esac
}
if [[ \${funcstack[1]} == _midirec ]]; then _midirec "$@"; else compdef _midirec midirec; fi
`;

/** For 3.1 and newer. Source: fish's complete(1), commandline(1). */
const FISH = shell`# Completions of midirec for fish.
function __midirec_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l program (string replace -r '^~/' $HOME/ -- $words[1])
    set -l lines ($program complete -- $words[2..-1] 2>/dev/null </dev/null)
    test -n "$lines[1]"; or begin
        string join \n -- $lines[2..-1]
        return
    end
    # fish completes files for a command that it does not know.
    set -l option (string match -r '^--[^=]+=' -- $words[-1]; or echo)
    set -l paths $option(complete -C "__midirec_files "(string replace -r '^--[^=]+=' '' -- $words[-1]))
    set -l ends (string replace -a ' ' '|' -- $lines[1])
    test "$ends" != files; and string match -re "(?:/|\.(?:$ends))(?:\t|\$)" -- $paths; or string join \n -- $paths
end
complete -c midirec -f -a '(__midirec_complete)'
`;

/** For 5.1 and newer. Source: PowerShell's documentation of Register-ArgumentCompleter. */
const POWERSHELL = shell`# Completions of midirec for PowerShell.
Register-ArgumentCompleter -Native -CommandName midirec -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($_.PSObject.Properties['Value']) { [string] $_.Value } else { $_.Extent.Text } })
    # Windows PowerShell passes no empty words on.
    $words += if ($wordToComplete) { $wordToComplete } else { '""' }
    $program, $rest = $words
    $encoding = [Console]::OutputEncoding
    try { [Console]::OutputEncoding = [Text.Encoding]::UTF8 } catch { }
    $look, $lines = & $program complete '--' @rest 2>$null
    try { [Console]::OutputEncoding = $encoding } catch { }
    foreach ($line in $lines) {
        $word, $what = $line -split '\t', 2
        $quoted = if ($word -match '[^\w.=-]') { "'" + $word.Replace("'", "''") + "'" } else { $word }
        if (-not $what) { $what = $word }
        [System.Management.Automation.CompletionResult]::new($quoted, $word, 'ParameterValue', $what)
    }
    # If nothing is offered, PowerShell itself completes files, of whatever kind.
    if ($look -and $look -ne 'files') {
        $ends = $look -split ' '
        [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete) | Where-Object {
            $_.ResultType -eq 'ProviderContainer' -or $ends -contains ($_.ListItemText -split '\.')[-1]
        }
    }
}
`;

/** By the shell's name, in the order of the help. */
export const STUBS = { bash: BASH, zsh: ZSH, fish: FISH, powershell: POWERSHELL } as const;

export type Shell = keyof typeof STUBS;

/** The text as it stands here, but for the backslash of `\${`. */
function shell({ raw }: TemplateStringsArray): string {
  return raw.join('').replaceAll('\\${', '${');
}
