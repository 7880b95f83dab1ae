/** Completions for PowerShell, 5.1 and newer. */
import type { CommandEntry, ValueEntry } from '../manual/manual-tree.js';
import { deviceOptions, flagsOf, lastWord, listCommands } from './completions-commands.js';

/**
 * The script for a profile. Names are compared as they are: `-v` is not `-V`.
 *
 * Source: PowerShell's documentation of Register-ArgumentCompleter.
 */
export function renderPowerShell(tree: CommandEntry): string {
  const commands = listCommands(tree);
  return `# Completions of midirec for PowerShell, made by "midirec generate completions powershell".

Register-ArgumentCompleter -Native -CommandName 'midirec' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    # What follows an option of a command, as words, or as a kind of value in brackets.
    function Get-OptionValue([string] $path, [string] $option) {
        switch -CaseSensitive -Exact ("\${path}:$option") {
${commands.flatMap((command) => valueCases(command, tree)).join('\n')}
        }
    }

    # Commands, options and values that a command takes: word, kind, description.
    function Get-Offer([string] $path) {
        switch -CaseSensitive -Exact ($path) {
${commands.map((command) => offerCase(command, tree)).join('\n')}
        }
    }
${TAIL.replace('DEVICE_OPTIONS', deviceOptions(tree).map(quote).join(', ')).replace(
  'KNOWN_PATHS',
  commands.map(({ path }) => quote(path)).join(', '),
)}`;
}

const TAIL = String.raw`
    $words = @($commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { if ($_.PSObject.Properties['Value']) { [string] $_.Value } else { $_.Extent.Text } })
    $known = @(KNOWN_PATHS)
    $path = ''
    $value = @()
    $given = @()
    for ($i = 1; $i -lt $words.Count; $i++) {
        $word = $words[$i]
        if ($value.Count -gt 0) {
            $value = @()
            if (@(DEVICE_OPTIONS) -ccontains $words[$i - 1]) { $given += $words[$i - 1], $word }
            continue
        }
        if ($word.StartsWith('-')) {
            $value = @(Get-OptionValue $path $word)
            if ($value.Count -eq 0) { $value = @(Get-OptionValue '' $word) }
        } elseif ($known -ccontains "$path $word".Trim()) {
            $path = "$path $word".Trim()
        }
    }

    $offers = @()
    if ($value.Count -gt 0) {
        $offers = @($value | ForEach-Object { , @($_, 'ParameterValue', $_) })
    } elseif ($wordToComplete.StartsWith('-')) {
        $offers = @(Get-Offer $path | Where-Object { $_[1] -eq 'ParameterName' })
    } else {
        $offers = @(Get-Offer $path | Where-Object { $_[1] -ne 'ParameterName' })
        if ($offers.Count -eq 0) { $offers = @(Get-Offer $path) }
    }

    $typed = $wordToComplete.Trim("'", '"')
    foreach ($offer in $offers) {
        $names = @($offer[0])
        if ($offer[0] -ceq '<input>' -or $offer[0] -ceq '<output>') {
            $kind = $offer[0].Trim('<', '>') + 's'
            $text = & $words[0] @given list --json "--$kind" 2>$null | Out-String
            $names = @()
            if ($text) { $names = @(($text | ConvertFrom-Json).$kind | ForEach-Object { $_.name }) }
        } elseif ($offer[0].StartsWith('<')) {
            # PowerShell itself offers files if there is nothing else.
            continue
        }
        foreach ($name in $names) {
            if (-not $name.StartsWith($typed, [StringComparison]::OrdinalIgnoreCase)) { continue }
            $quoted = $name
            if ($name -match "[^\w.-]") { $quoted = "'" + $name.Replace("'", "''") + "'" }
            $what = if ($offer[0].StartsWith('<')) { $name } else { $offer[2] }
            [System.Management.Automation.CompletionResult]::new($quoted, $name, $offer[1], $what)
        }
    }
}
`;

/** `            'record:--device' { '<input>'; break }`; the program's own options only once. */
function valueCases({ path, options }: CommandEntry, tree: CommandEntry): string[] {
  const isGlobal = (long: string) => tree.options.some((global) => global.long === long);
  return options.flatMap((option) => {
    const { value, long } = option;
    if (value === undefined || value.isOptional || (path !== '' && isGlobal(long))) return [];
    return flagsOf(option).map(
      (flag) => `            ${quote(`${path}:${flag}`)} { ${wordsOf(value).join(', ')}; break }`,
    );
  });
}

function offerCase(command: CommandEntry, tree: CommandEntry): string {
  const argument = command.arguments[0];
  const values =
    argument?.kind === 'command'
      ? tree.commands.map(({ path }) => quote(path))
      : argument === undefined
        ? []
        : wordsOf(argument);
  return [
    `            ${quote(command.path)} {`,
    ...command.commands.map((child) => offer(quote(lastWord(child)), 'Command', child.description)),
    ...values.map((word) => offer(word, 'ParameterValue', argument!.description || argument!.name)),
    ...command.options.map(({ long, description }) =>
      offer(quote(long), 'ParameterName', description),
    ),
    '                break',
    '            }',
  ].join('\n');
}

function offer(word: string, kind: string, description: string): string {
  return `                , @(${word}, '${kind}', ${quote(description)})`;
}

function wordsOf({ kind, choices }: ValueEntry): string[] {
  return choices.length > 0 ? choices.map(quote) : [quote(`<${kind}>`)];
}

/** In PowerShell's single quotes, a quote is written twice; typographic quotes count as quotes. */
function quote(text: string): string {
  return `'${text.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}
