/** The command line: every command and option, defined once. Help, manual and completions come from here. */
import { Command, type CommandUnknownOpts, Option, type OptionValues } from 'commander';
import { BACKENDS, chooseBackend, createBackend } from './backend.js';
import type { CommandAction, CommandContext, CommandDefinition } from './command.js';
import { ExitCode } from './exit-codes.js';
import { HELP_STYLE } from './help/help-style.js';
import { FILE_NAME, usageFailure } from './help/usage-failure.js';
import { nameInErrors, repeatable } from './options/option-values.js';
import { ConsoleOutput } from './terminal/console-output.js';
import { printErrors } from './terminal/standard-streams.js';
import { readVersion } from './version.js';

/** What running the program leaves behind. */
export interface Outcome {
  exitCode: number;
  /** Made as soon as the options that it depends on are known. */
  console: ConsoleOutput | undefined;
}

/** Adds a command: `run` gives its action a context, and keeps what it returns. */
type LoadCommand = (command: Command, run: RunAction) => Promise<void>;
type RunAction = (action: (context: CommandContext) => Promise<number>) => Promise<void>;

/** All commands, in the order of the help. */
const COMMANDS: Readonly<Record<string, LoadCommand>> = {
  list: loadable(
    async () => (await import('./list/list-options.js')).defineList,
    async () => (await import('./list/list.js')).list,
  ),
  record: loadable(
    async () => (await import('./record/record-options.js')).defineRecord,
    async () => (await import('./record/record.js')).record,
  ),
  'sysex-dump': loadable(
    async () => (await import('./sysex-dump/sysex-dump-options.js')).defineSysexDump,
    async () => (await import('./sysex-dump/sysex-dump.js')).sysexDump,
  ),
  'sysex-send': loadable(
    async () => (await import('./sysex-send/sysex-send-options.js')).defineSysexSend,
    async () => (await import('./sysex-send/sysex-send.js')).sysexSend,
  ),
  instruments: loadable(
    async () => (await import('./instruments/instruments-options.js')).defineInstruments,
    async () => (await import('./instruments/instruments.js')).instruments,
  ),
  backup: loadable(
    async () => (await import('./backup/backup-options.js')).defineBackup,
    async () => (await import('./backup/backup.js')).backup,
  ),
  restore: loadable(
    async () => (await import('./restore/restore-options.js')).defineRestore,
    async () => (await import('./restore/restore.js')).restore,
  ),
  monitor: loadable(
    async () => (await import('./monitor/monitor-options.js')).defineMonitor,
    async () => (await import('./monitor/monitor.js')).monitor,
  ),
  play: loadable(
    async () => (await import('./play/play-options.js')).definePlay,
    async () => (await import('./play/play.js')).play,
  ),
  show: loadable(
    async () => (await import('./show/show-options.js')).defineShow,
    async () => (await import('./show/show.js')).show,
  ),
  diff: loadable(
    async () => (await import('./diff/diff-options.js')).defineDiff,
    async () => (await import('./diff/diff.js')).diff,
  ),
  split: loadable(
    async () => (await import('./split/split-options.js')).defineSplit,
    async () => (await import('./split/split.js')).split,
  ),
  join: loadable(
    async () => (await import('./join/join-options.js')).defineJoin,
    async () => (await import('./join/join.js')).join,
  ),
  trim: loadable(
    async () => (await import('./trim/trim-options.js')).defineTrim,
    async () => (await import('./trim/trim.js')).trim,
  ),
  convert: loadable(
    async () => (await import('./convert/convert-options.js')).defineConvert,
    async () => (await import('./convert/convert.js')).convert,
  ),
  doctor: loadable(
    async () => (await import('./doctor/doctor-options.js')).defineDoctor,
    async () => (await import('./doctor/doctor.js')).doctor,
  ),
  generate: loadable(
    async () => (await import('./generate/generate.js')).defineGenerate,
    async () => (await import('./generate/generate.js')).generateCompletions,
  ),
};

/** The groups of the help, with what each is for; a command in none of them is not shown there. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Record and play:': ['list', 'record', 'monitor', 'play'],
  'Sysex:': ['sysex-dump', 'sysex-send', 'backup', 'restore', 'diff', 'instruments'],
  'Files:': ['show', 'split', 'join', 'trim', 'convert'],
  'Help:': ['doctor'],
};

function loadable<Args extends unknown[], Options extends OptionValues>(
  loadDefinition: () => Promise<CommandDefinition<Args, Options>>,
  loadAction: () => Promise<CommandAction<Args, Options>>,
): LoadCommand {
  return async (command, run) => {
    const define = await loadDefinition();
    const defined = define(command);
    defined.options.forEach(nameInErrors);
    defined.action(async (...given) => {
      // commander hands itself on as the last of them.
      const values = given.slice(0, -1) as [...Args, Options];
      await run(async (context) => (await loadAction())(...values, context));
    });
  };
}

/**
 * Builds the program.
 *
 * @param first - the first argument: if it is a command, the others are left out, which saves their
 *   loading
 */
export async function buildProgram(
  first?: string,
): Promise<{ program: CommandUnknownOpts; outcome: Outcome }> {
  const outcome: Outcome = { exitCode: ExitCode.DONE, console: undefined };
  const program = new Command('midirec')
    .description('Records MIDI to Standard MIDI Files, and saves and restores sysex dumps.')
    .addOption(
      new Option(
        '--backend <winmm|embedded>',
        'where MIDI comes from (default: winmm on Windows, embedded elsewhere)',
      ).choices(BACKENDS),
    )
    .option(
      '--port <path>',
      'use this FIFO, serial or raw MIDI device, or - for standard input; repeatable',
      repeatable((path) => path),
      [],
    )
    .addOption(
      new Option(
        '--virtual [name]',
        'Linux: be a port of the ALSA sequencer that other programs connect with',
      ).preset('midirec'),
    )
    .option('--raw', 'Linux: raw MIDI devices, and not the ports of the ALSA sequencer')
    .addOption(
      new Option('--color <auto|always|never>', 'when to use colour')
        .choices(['auto', 'always', 'never'])
        .default('auto'),
    )
    .option('--plain', 'no animation and no pictures: lines, for a screen reader')
    .option('-q, --quiet', 'say nothing but warnings and errors')
    .option('-v, --verbose', 'say what is done, step by step, and what each call of WinMM answered')
    .version(readVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print help')
    .addHelpCommand(
      new Command('help')
        .helpOption(false)
        .argument('[command]')
        .description('Print help for a command.')
        .helpGroup('Help:') as CommandUnknownOpts as Command,
    )
    .configureHelp(HELP_STYLE)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      outputError: (text) => printErrors(usageFailure(text, program, first)),
    });

  // Before the options of the command are read: what is wrong with them is said as the user wants it.
  program.hook('preSubcommand', async () => {
    outcome.console = await ConsoleOutput.open(program.opts());
  });
  const run: RunAction = async (action) => {
    const { console = await ConsoleOutput.open() } = outcome;
    const { backend: name, port, virtual, raw } = program.opts();
    const backend = chooseBackend(name, port, {
      virtual: typeof virtual === 'string' ? virtual : undefined,
      raw,
    });
    outcome.exitCode = await action({
      console,
      backend,
      createBackend: () =>
        createBackend(
          backend,
          (line) => console.say(line),
          console.verbose ? (line) => console.tell(line) : undefined,
        ),
    });
  };
  const wanted = Object.entries(COMMANDS).filter(([name]) => isWanted(name, first));
  await Promise.all(
    wanted.map(([name, load]) => {
      const group = Object.keys(GROUPS).find((heading) => GROUPS[heading]!.includes(name));
      const command = program.command(name, { hidden: group === undefined });
      if (group !== undefined) command.helpGroup(group);
      return load(command, run);
    }),
  );
  return { program, outcome };
}

/**
 * `--virtual` takes the next word for its name, if it is one: in `--virtual record` and `play --virtual take.mid` it
 * is not.
 */
export function withVirtualName(args: string[]): string[] {
  const at = args.indexOf('--virtual');
  const next = args[at + 1];
  if (at < 0 || next === undefined) return args;
  const isOther = args.slice(0, at).some(isCommand) ? FILE_NAME.test(next) : isCommand(next);
  return isOther ? args.with(at, '--virtual=midirec') : args;
}

function isCommand(name: string | undefined): name is string {
  return name !== undefined && Object.hasOwn(COMMANDS, name);
}

/** One command is enough if it is named first. */
function isWanted(name: string, first: string | undefined): boolean {
  return name === first || !isCommand(first);
}
