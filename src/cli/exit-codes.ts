/** How midirec ends: its exit codes, and the error of a command line that cannot be obeyed. */
import { MidirecError } from '../midi/errors.js';

/** See EXIT STATUS in the manual. */
export const ExitCode = {
  DONE: 0,
  FAILED: 1,
  USAGE: 2,
  /** What was saved or shown is there, but not all of it, or it is damaged. */
  INCOMPLETE: 3,
  HUNG_UP: 129,
  INTERRUPTED: 130,
  TERMINATED: 143,
} as const;

/**
 * @param message - what cannot be obeyed, in one line
 * @param hint - what would have been right, as one sentence without a full stop
 */
export function usage(message: string, hint: string): MidirecError {
  return new MidirecError('USAGE', message, { hint, exitCode: ExitCode.USAGE });
}
