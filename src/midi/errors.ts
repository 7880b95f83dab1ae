/** The one error class of midirec, with what a person needs: what went wrong, what to do, how it ends. */

/** Stable names of failures; scripts see them in `--json` and may depend on them. */
export type ErrorCode =
  | 'USAGE'
  | 'NO_DEVICE'
  | 'UNKNOWN_DEVICE'
  | 'AMBIGUOUS_DEVICE'
  | 'NO_BACKEND'
  | 'MMRESULT'
  | 'TIMEOUT'
  | 'OUTPUT_EXISTS'
  | 'OUTPUT_UNWRITABLE'
  | 'WRITE_FAILED'
  | 'INPUT_UNREADABLE'
  | 'BAD_FILE'
  | 'NO_ANSWER'
  | 'REFUSED'
  | 'DIFFERENT';

export interface MidirecErrorOptions {
  /** What to do about it, as one sentence without a full stop. */
  hint?: string;
  /** 1 failed, 2 usage; see EXIT STATUS in the manual. Default 1. */
  exitCode?: number;
  cause?: unknown;
}

/** A failure that a person can understand and do something about. Everything else that is thrown is a bug. */
export class MidirecError extends Error {
  override readonly name = 'MidirecError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: MidirecErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? 1;
  }
}

/**
 * The error of a command line, or of a call, that cannot be obeyed.
 *
 * @param message - what cannot be obeyed, in one line
 * @param hint - what would have been right, as one sentence without a full stop
 */
export function usage(message: string, hint: string): MidirecError {
  return new MidirecError('USAGE', message, { hint, exitCode: 2 });
}

/** The error of a file that is not what it is to be. @param hint - what to do about it, likewise */
export function badFile(message: string, hint: string, cause?: unknown): MidirecError {
  return new MidirecError('BAD_FILE', message, { hint, cause });
}

/** What anything that was thrown says. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
