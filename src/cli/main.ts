/** The program as a whole: arguments in, exit code out. */
import type { CommandUnknownOpts } from 'commander';
import { MidirecError } from '../midi/errors.js';
import { ExitCode } from './exit-codes.js';
import { endProcessNow, endProcessSoon } from './process/process-end.js';
import { ConsoleOutput } from './terminal/console-output.js';
import { printLines, printRaw, watchStandardStreams } from './terminal/standard-streams.js';
import { readVersion } from './version.js';

/** Runs midirec and ends the process with its exit code. Never throws. */
export async function main(args: string[]): Promise<void> {
  let failureCode: number = ExitCode.DONE;
  watchStandardStreams((error) => {
    new ConsoleOutput().fail(error);
    failureCode = ExitCode.FAILED;
    process.exitCode ||= ExitCode.FAILED;
  });
  process.on('uncaughtException', (error) => {
    new ConsoleOutput().fail(error);
    endProcessNow(ExitCode.FAILED);
  });
  process.exitCode = (await run(args)) || failureCode;
  endProcessSoon();
}

/**
 * Runs midirec.
 *
 * @returns the exit code, see EXIT STATUS in the manual
 */
export async function run(args: string[]): Promise<number> {
  const [first, ...others] = args;
  if ((first === '--version' || first === '-V') && others.length === 0) {
    // bin/midirec.js has answered already, but in the single program, and where standard output does not take it.
    await printLines([readVersion()]);
    return ExitCode.DONE;
  }
  if (first === 'complete') {
    const { complete } = await import('./completions/complete.js');
    printRaw(await complete(others));
    return ExitCode.DONE;
  }
  const topics = first === 'help' ? others.filter((word) => !word.startsWith('-')) : [];
  const { buildProgram, withVirtualName } = await import('./program.js');
  const { program, outcome } = await buildProgram(topics[0] ?? first);
  try {
    const given = topics.length > 0 ? helpFor(topics, others, program) : withVirtualName(args);
    await program.parseAsync(given, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    const commanderCode = (error as { code?: unknown }).code;
    if (typeof commanderCode === 'string' && commanderCode.startsWith('commander.')) {
      return (error as { exitCode: number }).exitCode === 0 ? ExitCode.DONE : ExitCode.USAGE;
    }
    const console = outcome.console ?? (await ConsoleOutput.open());
    console.fail(error);
    return error instanceof MidirecError ? error.exitCode : ExitCode.FAILED;
  }
}

/**
 * What is read in the place of `help WORDS`: commander looks at the first word only, and answers one that there is not
 * with the help of everything.
 *
 * @param topics - the words that are no options
 * @throws CommanderError for a word behind a command that has no commands
 */
function helpFor(topics: string[], words: string[], program: CommandUnknownOpts): string[] {
  let command = program;
  for (const topic of topics) {
    const next = command.commands.find((each) => each.name() === topic);
    if (next === undefined) {
      if (command.commands.length > 0) return topics;
      return command.error(`error: '${command.name()}' has no command '${topic}'`);
    }
    command = next;
  }
  return [...words, '--help'];
}
