/**
 * Writes a Standard MIDI File from what the reader has made of one: every event as it was, in its place.
 *
 * Source: Standard MIDI Files 1.0 (RP-001).
 */

import type { FilePiece } from '../../midi/bytes/file-bytes.js';
import { badFile, type MidirecError } from '../../midi/errors.js';
import type { SmfContent, SmfEvent, SmfTrack } from './smf-content.js';
import { encodeHeader, encodeTrackHeader, META, MetaType, TrackEncoder } from './smf-encoding.js';

/** A track is encoded in blocks of about this length. */
const BLOCK_BYTES = 0x1_0000;
const MOST_TRACKS = 0xffff;
const LONGEST_TRACK_BYTES = 0xffff_ffff;

/**
 * Running status is written out, and every track has one end.
 *
 * @throws MidirecError BAD_FILE for more tracks, or a longer one, than the format has numbers for
 */
export function writeSmf(content: SmfContent): Uint8Array {
  return Buffer.concat(Array.from(smfPieces(content, false), ({ bytes }) => bytes.slice()));
}

/**
 * The same piece by piece, so that a file may be larger than memory.
 *
 * @param isSeekable - whether a piece may go to a place before the last one: the length of a long track is
 *   known at its end. Else such a track is encoded twice
 * @returns pieces whose bytes are good until the next one is made
 */
export function* smfPieces(content: SmfContent, isSeekable: boolean): Generator<FilePiece> {
  const { format, tracks } = content;
  if (tracks.length > MOST_TRACKS) throw tooMuch(`${tracks.length} tracks`, '65,535 tracks');
  const header = encodeHeader(format, tracks.length, divisionOf(content));
  yield { position: 0, bytes: header };
  let position = header.length;
  const encoder = new TrackEncoder(2 * BLOCK_BYTES);
  for (const track of tracks) {
    const headAt = position;
    let blocks = encodeTrack(track, encoder);
    let block = blocks.next();
    const isKnown = block.done ?? false;
    let length = block.value.length;
    if (!isKnown && !isSeekable) {
      length = measure(track, encoder);
      blocks = encodeTrack(track, encoder);
      block = blocks.next();
    }
    const head = encodeTrackHeader(checkLength(length));
    yield { position: headAt, bytes: head };
    position += head.length;
    for (;;) {
      yield { position, bytes: block.value };
      position += block.value.length;
      if (block.done) break;
      block = blocks.next();
    }
    if (isKnown || !isSeekable) continue;
    length = checkLength(position - headAt - head.length);
    yield { position: headAt, bytes: encodeTrackHeader(length) };
  }
}

/** The bytes of a track, the last of them returned; each good until the next. */
function* encodeTrack(
  { events, endTick }: SmfTrack,
  encoder: TrackEncoder,
): Generator<Uint8Array, Uint8Array> {
  encoder.clear();
  encoder.lastTick = 0;
  let left = 0;
  for (const event of events) {
    const isPiece = left > 0;
    left = event.left ?? 0;
    if (!isPiece) addEvent(encoder, event);
    if (isPiece || encoder.length >= BLOCK_BYTES) {
      yield encoder.view();
      encoder.clear();
    }
    if (isPiece) yield event.data;
  }
  encoder.addEndOfTrack(endTick);
  return encoder.view();
}

function measure(track: SmfTrack, encoder: TrackEncoder): number {
  const blocks = encodeTrack(track, encoder);
  for (let length = 0; ; ) {
    const { done, value } = blocks.next();
    length += value.length;
    if (done) return length;
  }
}

function checkLength(byteLength: number): number {
  if (byteLength <= LONGEST_TRACK_BYTES) return byteLength;
  throw tooMuch('a track of more than 4 GiB', 'tracks of 4 GiB');
}

function tooMuch(what: string, most: string): MidirecError {
  return badFile(`${what} cannot be written`, `a Standard MIDI File has at most ${most}`);
}

function divisionOf({ ppq, smpte }: SmfContent): number {
  if (smpte === undefined) return ppq;
  return ((256 - smpte.framesPerSecond) << 8) | smpte.ticksPerFrame;
}

function addEvent(encoder: TrackEncoder, event: SmfEvent): void {
  const { tick, status, metaType, packed, data, left } = event;
  if (metaType === MetaType.END_OF_TRACK) return;
  if (status === META) encoder.addMeta(tick, metaType, data);
  else if (packed !== 0) encoder.addShort(tick, packed);
  else encoder.addPacket(tick, status, data, left);
}
