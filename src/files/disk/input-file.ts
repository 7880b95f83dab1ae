/** Reading a whole file that somebody else has made, or a stream that ends. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { MidirecError } from '../../midi/errors.js';
import { describeReadError } from './io-errors.js';

/** Larger files are refused: they are held in memory, and no dump comes near this. */
const LARGEST_FILE_BYTES = 256 * 1024 * 1024;

/**
 * The bytes of a file.
 *
 * @returns bytes that belong to the caller
 * @throws MidirecError INPUT_UNREADABLE if it cannot be read, BAD_FILE if it is larger than 256 MiB
 */
export async function readInputFile(path: string): Promise<Uint8Array> {
  let size: number;
  try {
    ({ size } = await stat(path));
  } catch (cause) {
    throw unreadable(path, cause);
  }
  if (size > LARGEST_FILE_BYTES) throw tooLarge(path);
  // A device or a FIFO has no size, and perhaps no end.
  return collectInput(createReadStream(path), path);
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
      if (length > LARGEST_FILE_BYTES) break;
    }
  } catch (cause) {
    throw unreadable(name, cause);
  }
  if (length > LARGEST_FILE_BYTES) throw tooLarge(name);
  return Buffer.concat(collected, length);
}

function tooLarge(name: string): MidirecError {
  return new MidirecError('BAD_FILE', `${name} is larger than 256 MiB`, {
    hint: 'midirec reads files of up to 256 MiB',
  });
}

/** The error for something that cannot be read. */
export function unreadable(name: string, cause: unknown): MidirecError {
  return new MidirecError('INPUT_UNREADABLE', `cannot read ${name}: ${describeReadError(cause)}`, {
    hint: 'give a file that exists and that you may read',
    cause,
  });
}
