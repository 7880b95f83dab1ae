/** The program as a whole: arguments in, exit code out. */
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
    // Asked often, by other programs: nothing has to be loaded for it.
    await printLines([readVersion()]);
    return ExitCode.DONE;
  }
  if (first === 'complete') {
    const { complete } = await import('./completions/complete.js');
    printRaw(await complete(others));
    return ExitCode.DONE;
  }
  const { buildProgram } = await import('./program.js');
  const { program, outcome } = await buildProgram(first);
  try {
    const topics = first === 'help' ? others.filter((word) => !word.startsWith('-')) : [];
    // commander looks at the first word of them only.
    const given = topics.length > 1 ? [...topics, '--help'] : args;
    // It answers help about what there is not with the help of everything.
    const [topic] = topics;
    const isUnknown =
      topic !== undefined && !program.commands.some((command) => command.name() === topic);
    await program.parseAsync(isUnknown ? [topic] : given, { from: 'user' });
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
