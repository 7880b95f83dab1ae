/** Reading a Standard MIDI File that a command was given. */
import { readSmf, type SmfFile } from '../../files/smf/smf-reader.js';
import { collectSysexBytes, readSysexBytes } from '../../files/syx/syx-reader.js';
import { MidirecError } from '../../midi/errors.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { displayPath } from '../terminal/figures.js';

export interface SmfSource {
  /** As a person knows it. */
  name: string;
  smf: SmfFile;
}

/**
 * Reads a whole file. What is damaged is warned of; what can be read is taken.
 *
 * @param file - a path, or - for standard input
 * @throws MidirecError INPUT_UNREADABLE, BAD_FILE
 */
export async function readSmfSource(file: string, console: ConsoleOutput): Promise<SmfSource> {
  const name = file === '-' ? 'standard input' : displayPath(file);
  const bytes =
    file === '-' ? await collectSysexBytes(process.stdin, name) : await readSysexBytes(file);
  const smf = readNamed(bytes, name);
  for (const { offset, message } of smf.damages) {
    console.warn(`${name} is damaged at offset ${offset}: ${message}`);
  }
  return { name, smf };
}

function readNamed(bytes: Uint8Array, name: string): SmfFile {
  try {
    return readSmf(bytes);
  } catch (error) {
    if (!(error instanceof MidirecError)) throw error;
    const { code, message, hint } = error;
    throw new MidirecError(code, `${name}: ${message}`, {
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  }
}
