/**
 * Takes that go where no file can grow: finished in a temporary file, then copied byte by byte.
 *
 * Nothing here needs the thread pool, which drivers that never return may hold up for good.
 */
import { closeSync, constants, openSync, readSync, writeSync } from 'node:fs';
import type { Writable } from 'node:stream';
import { type Clock, RunningClock } from '../../midi/clock.js';
import { sleep } from '../../midi/waiting.js';

const PIECE = 0x1_0000;
const RETRY_MS = 20;
/** How long a FIFO may have no reader, or a stopped one. */
const PATIENCE_MS = 10_000;

/**
 * Writes a file to a stream such as process.stdout, and resolves when the stream has taken it all.
 * The stream is not ended.
 *
 * @throws what the stream or the disk reports; EPIPE if the reader has gone
 */
export async function streamFile(path: string, stream: Writable): Promise<void> {
  // Without a listener a stream that fails ends the process.
  let failure: Error | undefined;
  const onError = (error: Error) => {
    failure = error;
  };
  stream.on('error', onError);
  try {
    for (const piece of piecesOf(path)) {
      await new Promise<void>((resolve, reject) => {
        stream.write(piece, (error) => (error ? reject(error) : resolve()));
      });
      if (failure !== undefined) throw failure;
    }
  } finally {
    stream.off('error', onError);
  }
}

/**
 * Writes a file to a FIFO or a device.
 *
 * @throws ENXIO if nobody reads, EAGAIN if the reader has stopped, EPIPE if it has gone
 */
export async function copyToDevice(from: string, to: string, clock: Clock): Promise<void> {
  // O_NONBLOCK is not defined on Windows. Redirected standard output may have something in it already.
  const flags = constants.O_WRONLY | constants.O_APPEND | (constants.O_NONBLOCK ?? 0);
  const fd = await patiently(clock, 'ENXIO', () => openSync(to, flags));
  try {
    for (const piece of piecesOf(from)) {
      for (let done = 0; done < piece.length; ) {
        const write = () => writeSync(fd, piece, done);
        done += await patiently(clock, 'EAGAIN', write);
      }
    }
  } finally {
    closeSync(fd);
  }
}

/** Tries again as long as `action` fails with `code` and the time has not run out. */
async function patiently<T>(clock: Clock, code: string, action: () => T): Promise<T> {
  // Whoever stops this process stops its reader, too.
  const running = new RunningClock(clock);
  for (;;) {
    try {
      return action();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== code || running.nowMs() >= PATIENCE_MS)
        throw error;
    }
    await sleep(clock, RETRY_MS);
  }
}

function* piecesOf(path: string): Generator<Uint8Array> {
  const fd = openSync(path, 'r');
  try {
    for (;;) {
      // A stream may still hold the piece before: each has its own memory.
      const piece = new Uint8Array(PIECE);
      const length = readSync(fd, piece);
      if (length === 0) return;
      yield piece.subarray(0, length);
    }
  } finally {
    closeSync(fd);
  }
}
