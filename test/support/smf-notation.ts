/** Standard MIDI Files from hex: deltas and events as they stand in the file. */
import { encodeHeader, encodeTrackHeader } from '../../src/files/smf/smf-encoding.js';
import { readSmf, type SmfFile } from '../../src/files/smf/smf-reader.js';

/** Delta 0, end of track. */
export const END = '00 ff2f00';

/** @param division - at 500 ticks a quarter note and 120 bpm a tick is a millisecond */
export function smfBytes(tracks: readonly string[], format?: number, division = 500): Buffer {
  const chunks = tracks.map((hex) => {
    const bytes = Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');
    return Buffer.concat([encodeTrackHeader(bytes.length), bytes]);
  });
  const header = encodeHeader(format ?? (tracks.length > 1 ? 1 : 0), tracks.length, division);
  return Buffer.concat([header, ...chunks]);
}

/** A RIFF chunk: its name, its length, its bytes, and one more where they are odd. */
export function riffChunk(name: string, bytes: Uint8Array): Buffer {
  const head = Buffer.from(`${name}....`, 'latin1');
  head.writeUInt32LE(bytes.length, 4);
  return Buffer.concat([head, bytes, Buffer.alloc(bytes.length & 1)]);
}

/** `smf` in a RIFF wrapper, with other chunks before and after it. */
export function rmidBytes(
  smf: Uint8Array,
  before: Uint8Array = Buffer.alloc(0),
  after: Uint8Array = Buffer.alloc(0),
): Buffer {
  return riffChunk(
    'RIFF',
    Buffer.concat([Buffer.from('RMID'), before, riffChunk('data', smf), after]),
  );
}

export function smfOf(tracks: readonly string[], format?: number, division?: number): SmfFile {
  return readSmf(smfBytes(tracks, format, division));
}
