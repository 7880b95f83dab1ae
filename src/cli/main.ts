/** The program as a whole: arguments in, exit code out. */
import { MidirecError } from '../midi/errors.js';
import { endProcessNow, endProcessSoon } from './process/process-end.js';
import { type ConsoleOptions, ConsoleOutput } from './terminal/console-output.js';
import { watchStandardStreams } from './terminal/standard-streams.js';
import { readVersion } from './version.js';

const EXIT_FAILED = 1;

/** For what is said before, or after, the options are known. */
const DEFAULTS: ConsoleOptions = { color: 'auto', quiet: false, verbose: false };

/** Runs midirec and ends the process with its exit code. Never throws. */
export async function main(args: string[]): Promise<void> {
  let failureCode = 0;
  watchStandardStreams((error) => {
    new ConsoleOutput(DEFAULTS).fail(error);
    failureCode = EXIT_FAILED;
    process.exitCode ||= EXIT_FAILED;
  });
  process.on('uncaughtException', (error) => {
    new ConsoleOutput(DEFAULTS).fail(error);
    endProcessNow(EXIT_FAILED);
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
    process.stdout.write(`${readVersion()}\n`);
    return 0;
  }
  const { buildProgram } = await import('./program.js');
  const { program, outcome } = await buildProgram(first);
  try {
    // commander answers help about what there is not with the help of everything.
    const topic = first === 'help' ? others.find((word) => !word.startsWith('-')) : undefined;
    const isUnknown =
      topic !== undefined && !program.commands.some((command) => command.name() === topic);
    await program.parseAsync(isUnknown ? [topic] : args, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    const commanderCode = (error as { code?: unknown }).code;
    if (typeof commanderCode === 'string' && commanderCode.startsWith('commander.')) {
      return (error as { exitCode: number }).exitCode === 0 ? 0 : 2;
    }
    const console = outcome.console ?? (await ConsoleOutput.open(DEFAULTS));
    console.fail(error);
    return error instanceof MidirecError ? error.exitCode : EXIT_FAILED;
  }
}
