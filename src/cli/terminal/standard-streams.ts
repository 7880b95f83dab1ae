/** Standard output and standard error when something is wrong with them: neither may end a recording. */
import { describeIoError } from '../../files/disk/io-errors.js';
import { MidirecError } from '../../midi/errors.js';
import { usage } from '../exit-codes.js';

/** A reader that has gone away has seen what it wanted. */
const READER_GONE = new Set(['EPIPE', 'EOF']);

/** Whether a failure of standard output is that its reader has seen enough. */
export function isReaderGone(error: NodeJS.ErrnoException): boolean {
  return READER_GONE.has(error.code ?? '');
}

/** What Node.js has below a stream that is a terminal. */
interface TerminalHandle {
  setBlocking?(blocking: boolean): void;
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
    onOutputFailure(
      new MidirecError(
        'WRITE_FAILED',
        `cannot write to standard output: ${describeIoError(error)}`,
        { hint: 'not everything that was meant for it is there', cause: error },
      ),
    );
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
  (stream as { _handle?: TerminalHandle })._handle?.setBlocking?.(false);
}
