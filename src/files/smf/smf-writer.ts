/**
 * Writes a Standard MIDI File from what the reader has made of one: every event as it was, in its place.
 *
 * Source: Standard MIDI Files 1.0 (RP-001).
 */
import type { SmfContent, SmfEvent } from './smf-content.js';
import { encodeHeader, encodeTrackHeader, META, MetaType, TrackEncoder } from './smf-encoding.js';

/** Running status is written out, and every track has one end. */
export function writeSmf(content: SmfContent): Uint8Array {
  const { format, tracks } = content;
  const chunks: Uint8Array[] = [encodeHeader(format, tracks.length, divisionOf(content))];
  const encoder = new TrackEncoder();
  for (const { events, endTick } of tracks) {
    encoder.clear();
    encoder.lastTick = 0;
    for (const event of events) addEvent(encoder, event);
    encoder.addEndOfTrack(endTick);
    chunks.push(encodeTrackHeader(encoder.length), encoder.view().slice());
  }
  return Buffer.concat(chunks);
}

function divisionOf({ ppq, smpte }: SmfContent): number {
  if (smpte === undefined) return ppq;
  return ((256 - smpte.framesPerSecond) << 8) | smpte.ticksPerFrame;
}

function addEvent(encoder: TrackEncoder, event: SmfEvent): void {
  const { tick, status, metaType, packed, data } = event;
  if (metaType === MetaType.END_OF_TRACK) return;
  if (status === META) encoder.addMeta(tick, metaType, data);
  else if (packed !== 0) encoder.addShort(tick, packed);
  else encoder.addPacket(tick, status, data);
}
