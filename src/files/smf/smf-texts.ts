/** The texts of a Standard MIDI File: names, lyrics and markers. */

import type { SmfTrack } from './smf-content.js';
import { MetaType } from './smf-encoding.js';

const latin1 = new TextDecoder('latin1');
/** Hiragana and katakana of full width: their first bytes are control characters in Latin-1. */
const KANA = /[\u3041-\u30fe]/;

/**
 * The text of a meta event, in `charset` if that is said. Else UTF-16 if it has its mark, UTF-8 if it can be, Shift-JIS if it can be and has kana,
 * else Latin-1, which is what old programs wrote.
 */
export function decodeSmfText(data: Uint8Array, charset?: string): string {
  if (charset !== undefined) return new TextDecoder(charset).decode(data);
  const [first, second] = data;
  if (first === 0xff && second === 0xfe) return decode(data, 'utf-16le') ?? latin1.decode(data);
  if (first === 0xfe && second === 0xff) return decode(data, 'utf-16be') ?? latin1.decode(data);
  const utf8 = decode(data, 'utf-8');
  if (utf8 !== undefined) return utf8;
  const japanese = decode(data, 'shift_jis');
  return japanese !== undefined && KANA.test(japanese) ? japanese : latin1.decode(data);
}

/** Undefined if it is none, or if this Node.js does not have that character set. */
function decode(data: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(data);
  } catch {
    return undefined;
  }
}

/** The first name that a track has, without spaces around it; empty if it has none. */
export function trackName({ events }: SmfTrack, charset?: string): string {
  const event = events.find(({ metaType }) => metaType === MetaType.TRACK_NAME);
  return event === undefined ? '' : decodeSmfText(event.data, charset).trim();
}
