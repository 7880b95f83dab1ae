/** What goes wrong with a file, in words: errors of node:fs, and paths that no file can be written to. */
import { MidirecError } from '../../midi/errors.js';

/** The error for a path where there is a file already. */
export function alreadyExists(path: string, cause?: unknown): MidirecError {
  return new MidirecError('OUTPUT_EXISTS', `${path} exists already`, {
    hint: 'choose another name, or give --force to replace it',
    exitCode: 2,
    cause,
  });
}

/** The error for a path that no file can be written to. */
export function unwritable(
  path: string,
  why: string,
  { cause, hint = 'choose another path with -o' }: { cause?: unknown; hint?: string } = {},
): MidirecError {
  return new MidirecError(
    'OUTPUT_UNWRITABLE',
    `cannot write to ${path || 'an empty path'}: ${why}`,
    { hint, exitCode: 2, cause },
  );
}

/** What went wrong when a file was to be made at `path`, as an error for the user. */
export function asOutputError(error: unknown, path: string): MidirecError {
  if (isTaken(error)) return alreadyExists(path, error);
  return unwritable(path, describeIoError(error), { cause: error });
}

/** What went wrong with a file that was being written. @param hint - what a person can do, or where it is */
export function writeFailed(path: string, cause: unknown, hint: string): MidirecError {
  const message = `cannot write to ${path}: ${describeIoError(cause)}`;
  return new MidirecError('WRITE_FAILED', message, { hint, cause });
}

/** Whether a file could not be made, or get a name, because there is another of that name. */
export function isTaken(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EEXIST';
}

const IO_ERRORS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  EROFS: 'the disk is read-only',
  ENOENT: 'there is no such folder',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  ENAMETOOLONG: 'the name is too long',
  ELOOP: 'its symbolic links go in circles',
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file is too large',
  EIO: 'input/output error',
  EMFILE: 'too many open files in this process',
  ENFILE: 'too many open files in the system',
  EEXIST: 'another file has taken its place',
  ENXIO: 'nothing reads from it',
  EPIPE: 'what read from it has gone',
};

/** What an error of node:fs means, in words, with its code. */
export function describeIoError(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === undefined) return message ?? String(error);
  return code in IO_ERRORS ? `${IO_ERRORS[code]} (${code})` : message;
}

/** What to do where a process may not open more files; undefined for any other error. */
export function hintAtOpenFiles(error: unknown): string | undefined {
  const { code, cause } = error as NodeJS.ErrnoException & { cause?: unknown };
  if (code === 'ENFILE') return 'end other programs: the whole system has too many files open';
  if (code === 'EMFILE') return 'raise the limit, ulimit -n 1024 for one, and start midirec again';
  return cause === undefined || cause === null ? undefined : hintAtOpenFiles(cause);
}

/** The same of a file that was to be read. */
export function describeReadError(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? 'there is no such file (ENOENT)' : describeIoError(error);
}
