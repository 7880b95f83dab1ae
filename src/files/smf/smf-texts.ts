/** The texts of a Standard MIDI File: names, lyrics and markers. */

import type { SmfTrack } from './smf-content.js';
import { MetaType } from './smf-encoding.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('latin1');

/** The text of a meta event: UTF-8 if it can be, else Latin-1, which is what old programs wrote. */
export function decodeSmfText(data: Uint8Array): string {
  try {
    return utf8.decode(data);
  } catch {
    return latin1.decode(data);
  }
}

/** The first name that a track has, without spaces around it; empty if it has none. */
export function trackName({ events }: SmfTrack): string {
  const event = events.find(({ metaType }) => metaType === MetaType.TRACK_NAME);
  return event === undefined ? '' : decodeSmfText(event.data).trim();
}
