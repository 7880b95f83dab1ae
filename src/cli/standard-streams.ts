/** Standard output and standard error when something is wrong with them: neither may end a recording. */
import { describeIoError } from '../formats/take-output.js';
import { MidirecError } from '../midi/errors.js';

/** A reader that has gone away has seen what it wanted. */
const READER_GONE = new Set(['EPIPE', 'EOF']);

export interface StreamWatch {
  /** What standard output could not take, and why; undefined if it took everything that its reader wanted. */
  readonly outputFailure: MidirecError | undefined;
}

/** From now on no failure of these streams is thrown. Nobody can be told of what standard error does not take. */
export function watchStandardStreams(): StreamWatch {
  let outputFailure: MidirecError | undefined;
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
