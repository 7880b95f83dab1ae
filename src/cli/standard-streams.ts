/** Standard output and standard error when something is wrong with them: neither may end a recording. */
import { describeIoError } from '../formats/take-output.js';
import { MidirecError } from '../midi/errors.js';

/** A reader that has gone away has seen what it wanted. */
const READER_GONE = new Set(['EPIPE', 'EOF']);

/** What Node.js has below a stream that is a terminal. */
interface TerminalHandle {
  setBlocking?(blocking: boolean): void;
}

export interface StreamWatch {
  /** What standard output could not take, and why; undefined if it took everything that its reader wanted. */
  readonly outputFailure: MidirecError | undefined;
}

/** From now on no failure of these streams is thrown. Nobody can be told of what standard error does not take. */
export function watchStandardStreams(): StreamWatch {
  let outputFailure: MidirecError | undefined;
  for (const stream of [process.stdout, process.stderr]) waitForNoTerminal(stream);
  process.stderr.on('error', () => {});
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (READER_GONE.has(error.code ?? '')) return;
    outputFailure ??= new MidirecError(
      'WRITE_FAILED',
      `cannot write to standard output: ${describeIoError(error)}`,
      { hint: 'not everything that was meant for it is there', cause: error },
    );
  });
  return {
    get outputFailure() {
      return outputFailure;
    },
  };
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
