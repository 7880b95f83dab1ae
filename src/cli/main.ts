/** The program as a whole: arguments in, exit code out. */
import { MidirecError } from '../midi/errors.js';
import { ConsoleOutput } from './console-output.js';
import { buildProgram } from './program.js';

/** Runs midirec and sets the exit code of the process. Never throws. */
export async function main(args: string[]): Promise<void> {
  endQuietlyWithoutReader();
  process.exitCode = await run(args);
}

/**
 * Runs midirec.
 *
 * @returns the exit code, see EXIT STATUS in the manual
 */
export async function run(args: string[]): Promise<number> {
  const { program, outcome } = buildProgram();
  try {
    await program.parseAsync(args, { from: 'user' });
    return outcome.exitCode;
  } catch (error) {
    const commanderCode = (error as { code?: unknown }).code;
    if (typeof commanderCode === 'string' && commanderCode.startsWith('commander.')) {
      return (error as { exitCode: number }).exitCode === 0 ? 0 : 2;
    }
    const console =
      outcome.console ?? new ConsoleOutput({ color: 'auto', quiet: false, verbose: false });
    console.fail(error);
    return error instanceof MidirecError ? error.exitCode : 1;
  }
}

/** A reader of standard output or standard error that has gone away is no failure of ours. */
function endQuietlyWithoutReader(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EOF') throw error;
    });
  }
}
