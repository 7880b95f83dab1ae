/** The request that is sent before a dump: typed as hex text, or kept in a file. */
import { usage } from '../../midi/errors.js';
import { parseSysexRequest, readHex } from '../../midi/hex.js';
import { statsAt } from '../disk/endings.js';
import { readInputFile } from '../disk/input-file.js';
import { parseSyx, syxError } from './syx-reader.js';

/**
 * The messages of a request, each with its F0 and F7.
 *
 * @param text - hex text, or the name of a file that is a .syx or hex text. What can be read as
 *   hex is hex, unless there is a file of that name.
 * @param name - what to call the text in an error
 * @throws MidirecError USAGE if the text is neither, INPUT_UNREADABLE or BAD_FILE for a file
 */
export async function readSysexRequest(text: string, name = '--request'): Promise<Uint8Array[]> {
  if (statsAt(text) !== undefined) return readRequestFile(text);
  if (isTypedHex(text) || readHex(text) instanceof Uint8Array) return parseSysexRequest(text, name);
  throw usage(
    `${name}: ${text} is neither hex text nor a file`,
    'a request looks like "F0 7E 7F 06 01 F7", or names a .syx file',
  );
}

/** Whether a text is meant as sysex in hex, and not as the name of a file. */
export function isTypedHex(text: string): boolean {
  return /^\s*(0x)?f0[^./\\]*$/i.test(text) && statsAt(text) === undefined;
}

async function readRequestFile(path: string): Promise<Uint8Array[]> {
  const messages = parseSyx(await readInputFile(path), path);
  const error = syxError(messages, path, 'a request is whole sysex messages and nothing else');
  if (error !== undefined) throw error;
  return [...messages].map(({ bytes }) => bytes);
}
