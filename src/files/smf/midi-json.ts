/** A Standard MIDI File as JSON text: an event a line, in the shape of the package midi-file. */

import { notJson, parseJson } from '../../midi/bytes/json-text.js';
import { MidirecError, reasonOf } from '../../midi/errors.js';
import { printableJson } from '../../midi/printable.js';
import { fromMidiData, toMidiData } from './midi-data.js';
import type { SmfContent } from './smf-content.js';
import type { SmfFile } from './smf-reader.js';

/** How it begins: other JSON, such as that of `show --json`, is no file. */
const BEGINNING = /^\s*\{\s*"(header|tracks)"\s*:/;
const HEAD_BYTES = 128;

/** Whether a file's bytes are such a text, as far as its beginning tells. */
export function isMidiJson(bytes: Uint8Array): boolean {
  return BEGINNING.test(decode(bytes.subarray(0, HEAD_BYTES), false));
}

/**
 * Reads such a text: UTF-8, or UTF-16 with a mark, which Windows PowerShell makes of it.
 *
 * @throws MidirecError BAD_FILE
 */
export async function readMidiJson(bytes: Uint8Array): Promise<SmfFile> {
  let document: unknown;
  try {
    document = parseJson(decode(bytes, true));
  } catch (cause) {
    throw cause instanceof MidirecError ? cause : notJson(`: ${reasonOf(cause)}`, cause);
  }
  return await fromMidiData(document);
}

/** @throws MidirecError BAD_FILE if the file is larger than LARGEST_AS_DATA_BYTES */
export async function writeMidiJson(content: SmfContent): Promise<Uint8Array> {
  const { header, tracks } = await toMidiData(content);
  const lines = tracks.map((events) =>
    events.map((event) => {
      const plain = 'data' in event ? { ...event, data: Array.from(event.data) } : event;
      return printableJson(JSON.stringify(plain));
    }),
  );
  const body = lines.map((events) => `[\n${events.join(',\n')}\n]`).join(',');
  return Buffer.from(`{"header":${JSON.stringify(header)},"tracks":[${body}]}\n`);
}

/** @throws TypeError if it is `strict`, and the bytes are no text */
function decode(bytes: Uint8Array, strict: boolean): string {
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  return new TextDecoder(encoding, { fatal: strict }).decode(bytes);
}
