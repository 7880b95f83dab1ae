/** The command line: every command and option, defined once. Help, manual and completions come from here. */
import { Command } from 'commander';
import { BACKENDS, chooseBackend, createBackend } from './backend.js';
import type { CommandContext } from './command-context.js';
import { addDoctorCommand } from './commands/doctor-options.js';
import { addGenerateCommand } from './commands/generate-options.js';
import { addJoinCommand } from './commands/join-options.js';
import { addListCommand } from './commands/list-options.js';
import { addMonitorCommand } from './commands/monitor-options.js';
import { addPlayCommand } from './commands/play-options.js';
import { addRecordCommand } from './commands/record-options.js';
import { addShowCommand } from './commands/show-options.js';
import { addSplitCommand } from './commands/split-options.js';
import { addSysexDumpCommand } from './commands/sysex-dump-options.js';
import { addSysexSendCommand } from './commands/sysex-send-options.js';
import { addTrimCommand } from './commands/trim-options.js';
import { type ColorChoice, ConsoleOutput } from './console-output.js';
import { HELP_STYLE } from './manual-help.js';
import { collect, parseChoice } from './option-values.js';
import { readVersion } from './version.js';

/** What running the program leaves behind. */
export interface Outcome {
  exitCode: number;
  /** Made as soon as the options that it depends on are known. */
  console: ConsoleOutput | undefined;
}

/** Runs a command: gets its own options, answers with an exit code. */
export type CommandAction<Options> = (options: Options, context: CommandContext) => Promise<number>;

interface GlobalOptions {
  backend?: string;
  port?: string[];
  color: string;
  quiet?: boolean;
  verbose?: boolean;
  plain?: boolean;
}

const COLORS: readonly ColorChoice[] = ['auto', 'always', 'never'];

export function buildProgram(): { program: Command; outcome: Outcome } {
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
    .helpCommand('help [command]', 'print help for a command')
    .configureHelp(HELP_STYLE)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(asFailure(text)) });

  const runAction =
    <Options>(action: CommandAction<Options>) =>
    async (options: Options): Promise<void> => {
      const globals = program.opts<GlobalOptions>();
      outcome.console = new ConsoleOutput({
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

  addListCommand(program, runAction);
  addRecordCommand(program, runAction);
  addSysexDumpCommand(program, runAction);
  addSysexSendCommand(program, runAction);
  addMonitorCommand(program, runAction);
  addPlayCommand(program, runAction);
  addShowCommand(program, runAction);
  addSplitCommand(program, runAction);
  addJoinCommand(program, runAction);
  addTrimCommand(program, runAction);
  addDoctorCommand(program, runAction);
  addGenerateCommand(program, runAction);
  for (const command of program.commands) command.exitOverride();
  return { program, outcome };
}

/** commander's `error: …` as midirec says it, with the hint on a line of its own. */
function asFailure(text: string): string {
  const [first = '', ...rest] = text.trim().split('\n');
  const message = first.replace(/^error: /, '');
  const suggestion = rest.join(' ').replace(/^\(|\)$/g, '');
  const hint = suggestion === '' ? 'midirec --help tells what there is' : suggestion;
  return `midirec: ${message}\nhint: ${hint}\n`;
}
