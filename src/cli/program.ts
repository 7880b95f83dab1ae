/** The command line: every command and option, defined once. Help, manual and completions come from here. */
import { Command } from 'commander';
import { BACKENDS, chooseBackend, createBackend } from './backend.js';
import type { CommandContext } from './command-context.js';
import { HELP_STYLE } from './manual/manual-help.js';
import { collect, parseChoice } from './options/option-values.js';
import { type ColorChoice, ConsoleOutput } from './terminal/console-output.js';
import { readVersion } from './version.js';

/** What running the program leaves behind. */
export interface Outcome {
  exitCode: number;
  /** Made as soon as the options that it depends on are known. */
  console: ConsoleOutput | undefined;
}

/** Runs a command: gets its own options, answers with an exit code. */
export type CommandAction<Options> = (options: Options, context: CommandContext) => Promise<number>;

/** Makes of it what commander calls. */
export type RunAction = <Options>(
  action: CommandAction<Options>,
) => (options: Options) => Promise<void>;

type AddCommand = (program: Command, runAction: RunAction) => void;

/** All commands, in the order of the help. */
const COMMANDS: Record<string, () => Promise<AddCommand>> = {
  list: async () => (await import('./list/list-options.js')).addListCommand,
  record: async () => (await import('./record/record-options.js')).addRecordCommand,
  'sysex-dump': async () =>
    (await import('./sysex-dump/sysex-dump-options.js')).addSysexDumpCommand,
  'sysex-send': async () =>
    (await import('./sysex-send/sysex-send-options.js')).addSysexSendCommand,
  monitor: async () => (await import('./monitor/monitor-options.js')).addMonitorCommand,
  play: async () => (await import('./play/play-options.js')).addPlayCommand,
  show: async () => (await import('./show/show-options.js')).addShowCommand,
  split: async () => (await import('./split/split-options.js')).addSplitCommand,
  join: async () => (await import('./join/join-options.js')).addJoinCommand,
  trim: async () => (await import('./trim/trim-options.js')).addTrimCommand,
  doctor: async () => (await import('./doctor/doctor-options.js')).addDoctorCommand,
  generate: async () => (await import('./generate/generate-options.js')).addGenerateCommand,
};

interface GlobalOptions {
  backend?: string;
  port?: string[];
  color: string;
  quiet?: boolean;
  verbose?: boolean;
  plain?: boolean;
}

const COLORS: readonly ColorChoice[] = ['auto', 'always', 'never'];

/**
 * Builds the program.
 *
 * @param first - the first argument: if it is a command, the others are left out, which saves their
 *   loading
 */
export async function buildProgram(
  first?: string,
): Promise<{ program: Command; outcome: Outcome }> {
  const outcome: Outcome = { exitCode: 0, console: undefined };
  const program = new Command('midirec');
  program
    .description('Records MIDI to Standard MIDI Files, and saves and restores sysex dumps.')
    .option(
      `--backend <${BACKENDS.join('|')}>`,
      'where MIDI comes from (default: winmm on Windows, embedded elsewhere)',
    )
    .option(
      '--port <path>',
      'use this FIFO, serial or raw MIDI device, or - for standard input; repeatable',
      collect,
    )
    .option(`--color <${COLORS.join('|')}>`, 'when to use colour', 'auto')
    .option('--plain', 'no animation and no pictures: lines, for a screen reader')
    .option('-q, --quiet', 'say nothing but warnings and errors')
    .option('-v, --verbose', 'say what is done, step by step, and what each call of WinMM answered')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .helpCommand('help [command]', 'Print help for a command.')
    .configureHelp(HELP_STYLE)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(asFailure(text, isCommand(first) ? first : undefined)),
    });

  const runAction: RunAction =
    <Options>(action: CommandAction<Options>) =>
    async (options: Options): Promise<void> => {
      const globals = program.opts<GlobalOptions>();
      outcome.console = await ConsoleOutput.open({
        color: parseChoice('--color', globals.color, COLORS),
        quiet: globals.quiet ?? false,
        verbose: globals.verbose ?? false,
        plain: globals.plain ?? false,
      });
      const { console } = outcome;
      const backend = chooseBackend(globals.backend, globals.port ?? []);
      outcome.exitCode = await action(options, {
        console,
        backend,
        createBackend: () =>
          createBackend(backend, console.verbose ? (line) => console.tell(line) : undefined),
      });
    };

  for (const addCommand of await loadCommands(first)) addCommand(program, runAction);
  for (const command of program.commands) command.exitOverride();
  return { program, outcome };
}

function isCommand(name: string | undefined): boolean {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}

/** The command of this name; all of them if there is none, or if it prints what it knows about them. */
function loadCommands(name = ''): Promise<AddCommand[]> {
  const isAlone = isCommand(name) && name !== 'generate';
  const loads = isAlone ? [COMMANDS[name]!] : Object.values(COMMANDS);
  return Promise.all(loads.map((load) => load()));
}

/** What commander says, and what midirec says. */
const WORDINGS: [RegExp, string][] = [
  [
    /^too many arguments for '(.*)'\. Expected (\d+) arguments? but got (\d+)\.$/,
    "too many arguments: '$1' takes $2, not $3",
  ],
  [/^missing required argument '(.*)'$/, '<$1> is missing'],
  [/^option '(?:-\w, )?(--\S+) (.*)' argument missing$/, '$1 needs $2'],
  [/^required option '(?:-\w, )?(--\S+) (.*)' not specified$/, '$1 $2 is missing'],
  [
    /^command-argument value '(.*)' is invalid for argument '(.*)'\. Allowed choices are (.*)\.$/,
    "$2: '$1' is not one of $3",
  ],
];

/**
 * commander's `error: …` as midirec says it, with the hint on a line of its own.
 *
 * @param command - the command that was given, if it is one
 */
function asFailure(text: string, command: string | undefined): string {
  const [first = '', ...rest] = text.trim().split('\n');
  let message = first.replace(/^error: /, '');
  for (const [pattern, wording] of WORDINGS) message = message.replace(pattern, wording);
  const suggestion = rest.join(' ').replace(/^\(|\)$/g, '');
  const help = command === undefined ? 'midirec --help' : `midirec ${command} --help`;
  const hint = suggestion === '' ? `${help} tells what there is` : suggestion;
  return `midirec: ${message}\nhint: ${hint}\n`;
}
