/** Standard output and standard error: the one way out for all that midirec says, and what becomes of them when something is wrong with them. */
import { once } from 'node:events';
import { writeFailed } from '../../files/disk/io-errors.js';
import { type MidirecError, usage } from '../../midi/errors.js';
import { asJson, asPrinted } from './printed-text.js';
import { wrapWords } from './word-wrap.js';

/** Lines are written together up to this many characters. */
const BLOCK = 0x8000;

/**
 * Prints each line on standard output; a terminal gets those that are too long for it broken between words.
 * Resolves when all is written, or the reader has gone away, which is no failure: it has seen what it wanted.
 *
 * @param lines - made as they are needed, so that a long list takes no memory
 */
export function printLines(lines: Iterable<string> | AsyncIterable<string>): Promise<void> {
  return print(lines, (line) => wrapFor(process.stdout, line));
}

/** The same for what a program may read: no line is broken, wherever it goes. */
export function printExactly(lines: Iterable<string>): Promise<void> {
  return print(lines, asPrinted);
}

/** A line as `stream` gets it, without its last line end. */
export function wrapFor(stream: NodeJS.WriteStream, line: string): string {
  const printed = asPrinted(line);
  // Some terminals say that they have no columns.
  if (!stream.isTTY || !stream.columns) return printed;
  return wrapWords(printed, stream.columns).join('\n');
}

async function print(
  lines: Iterable<string> | AsyncIterable<string>,
  asText: (line: string) => string,
): Promise<void> {
  const { stdout } = process;
  let isOpen = true;
  const onError = () => {
    isOpen = false;
  };
  stdout.on('error', onError);
  try {
    let block = '';
    for await (const line of lines) {
      if (!isOpen) return;
      block += `${asText(line)}\n`;
      if (block.length < BLOCK) continue;
      await printWhole(block);
      block = '';
    }
    if (isOpen) await printWhole(block);
  } finally {
    stdout.off('error', onError);
  }
}

/** Prints a JSON document on standard output, as `printLines` does. */
export function printJson(document: unknown): Promise<void> {
  return printExactly(asJson(document, 2).split('\n'));
}

/** Writes as `printRaw` does, and waits until there is room for more. A reader that goes away makes an error instead of a drain. */
export async function printWhole(content: string | Uint8Array): Promise<void> {
  if (content.length === 0 || printRaw(content)) return;
  await once(process.stdout, 'drain').catch(() => {});
}

/**
 * Writes to standard output what is a file, or made harmless already.
 *
 * @returns false if it waits in memory for a reader
 */
export function printRaw(
  content: string | Uint8Array,
  stdout: NodeJS.WriteStream = process.stdout,
): boolean {
  return stdout.write(content);
}

/**
 * A number that changes whenever the reader of `stdout` takes something. Node.js writes all that waits at once, and
 * counts it until the last byte of it is taken: how much the system has of it only its handle knows.
 */
export function unreadBytes(stdout: NodeJS.WriteStream): number {
  return (
    stdout.writableLength + ((stdout as { _handle?: PipeHandle })._handle?.writeQueueSize ?? 0)
  );
}

export function printErrors(lines: readonly string[]): void {
  process.stderr.write(lines.map((line) => `${wrapFor(process.stderr, line)}\n`).join(''));
}

/** Whether a failure of standard output is that its reader has gone away: then it has seen what it wanted. */
export function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'EOF';
}

/** What Node.js has below a stream that is a terminal or a pipe. */
interface PipeHandle {
  setBlocking?(blocking: boolean): void;
  /** Bytes of the write under way that are still to be taken. */
  writeQueueSize?: number;
}

/**
 * From now on no failure of these streams is thrown. Nobody can be told of what standard error does
 * not take.
 *
 * @param onOutputFailure - called once if standard output does not take what its reader wants
 */
export function watchStandardStreams(onOutputFailure: (error: MidirecError) => void): void {
  let hasFailed = false;
  for (const stream of [process.stdout, process.stderr]) waitForNoTerminal(stream);
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (hasFailed || isReaderGone(error)) return;
    hasFailed = true;
    const hint = 'not everything that was meant for it is there';
    onOutputFailure(writeFailed('standard output', error, hint));
  });
}

/**
 * For a command that writes a MIDI file to standard output.
 *
 * @throws MidirecError USAGE if that is a terminal
 */
export function refuseTerminal(): void {
  if (!process.stdout.isTTY) return;
  throw usage(
    'standard output is a terminal: a MIDI file would only garble it',
    'name a file with -o, or pipe the output into a program',
  );
}

/**
 * A terminal that takes nothing (Ctrl-S) must not stop a recording. Node.js lets programs wait for
 * terminals, and has no public way to say otherwise. On Windows the console itself waits, while
 * text is selected in it.
 */
function waitForNoTerminal(stream: NodeJS.WriteStream): void {
  if (!stream.isTTY || process.platform === 'win32') return;
  (stream as { _handle?: PipeHandle })._handle?.setBlocking?.(false);
}
