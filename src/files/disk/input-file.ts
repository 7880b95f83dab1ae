/** Reading a file that somebody else has made, or a stream that ends. */
import { closeSync, createReadStream, fstatSync, openSync, readSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type ByteSource, memorySource } from '../../midi/bytes/file-bytes.js';
import { MidirecError } from '../../midi/errors.js';
import { describeReadError } from './io-errors.js';

/** What has to be in memory as a whole. */
const LARGEST_WHOLE_BYTES = 256 * 1024 * 1024;
/** Larger files are read as they are needed. */
const LARGEST_AT_ONCE_BYTES = 16 * 1024 * 1024;
const WINDOW_BYTES = 256 * 1024;

/**
 * Opens a file of any size; of a device or a FIFO, what comes until it ends. What is appended to it later is no part of it.
 *
 * @returns it belongs to the caller, who closes it
 * @throws MidirecError INPUT_UNREADABLE if it cannot be read, BAD_FILE for a FIFO of more than 256 MiB
 */
export async function openInputFile(path: string): Promise<ByteSource> {
  try {
    const stats = await stat(path);
    if (stats.isFile() && stats.size > LARGEST_AT_ONCE_BYTES) return new WindowedFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return memorySource(await collectInput(createReadStream(path), path));
}

/** All bytes of a file, as `openInputFile` and `wholeInput` read it. */
export async function readInputFile(path: string): Promise<Uint8Array> {
  const source = await openInputFile(path);
  try {
    return wholeInput(source, path);
  } finally {
    source.close();
  }
}

/**
 * All bytes of a file.
 *
 * @param name - what to call it in an error
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE if it is larger than 256 MiB
 */
export function wholeInput(source: ByteSource, name: string): Uint8Array {
  if (source.length > LARGEST_WHOLE_BYTES) throw tooLarge(name);
  return source.read(0, source.length);
}

class WindowedFile implements ByteSource {
  readonly windowBytes = WINDOW_BYTES;
  readonly length: number;
  readonly #path: string;
  readonly #fd: number;

  constructor(path: string) {
    this.#path = path;
    this.#fd = openSync(path, 'r');
    this.length = fstatSync(this.#fd).size;
  }

  read(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(Math.max(0, Math.min(to, this.length) - from));
    try {
      for (let done = 0; done < bytes.length; ) {
        const count = readSync(this.#fd, bytes, done, bytes.length - done, from + done);
        if (count === 0) throw new Error('it has become shorter meanwhile');
        done += count;
      }
    } catch (cause) {
      throw unreadable(this.#path, cause);
    }
    return bytes;
  }

  close(): void {
    closeSync(this.#fd);
  }
}

/**
 * Collects a stream, standard input for one, up to its end.
 *
 * @param name - what to call the stream in an error
 * @returns bytes that belong to the caller
 * @throws MidirecError INPUT_UNREADABLE if it breaks, BAD_FILE if it goes on after 256 MiB
 */
export async function collectInput(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
): Promise<Uint8Array> {
  const collected: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of chunks) {
      collected.push(chunk);
      length += chunk.length;
      if (length > LARGEST_WHOLE_BYTES) break;
    }
  } catch (cause) {
    throw unreadable(name, cause);
  }
  if (length > LARGEST_WHOLE_BYTES) throw tooLarge(name);
  return Buffer.concat(collected, length);
}

function tooLarge(name: string): MidirecError {
  return new MidirecError('BAD_FILE', `${name} is larger than 256 MiB`, {
    hint: 'only a .mid with a name may be larger: other files and streams are held in memory',
  });
}

/** The error for something that cannot be read. */
export function unreadable(
  name: string,
  cause: unknown,
  hint = 'give a file that exists and that you may read',
): MidirecError {
  const message = `cannot read ${name}: ${describeReadError(cause)}`;
  return new MidirecError('INPUT_UNREADABLE', message, { hint, cause });
}
