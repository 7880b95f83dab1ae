/**
 * A Standard MIDI File as it sounds: every message at its time in milliseconds, all tracks in one
 * stream, sysex packets joined.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Formats 0, 1, and 2", "Set Tempo", "<sysex event>".
 */
import { ByteStreamParser, type ByteStreamVisitor } from '../../midi/byte-stream-parser.js';
import { EventBatch, EventKind } from '../../midi/event-batch.js';
import { isChannelMessage, SYSEX_END, SYSEX_START } from '../../midi/status.js';
import { MetaType } from './smf-encoding.js';
import type { SmfEvent, SmfFile, SmfTrack } from './smf-reader.js';
import { hasTempo, type TempoChange, TempoMap } from './tempo-map.js';

export interface SmfTimeline {
  /**
   * All messages, in order of time, those of the same time in order of their tracks. `device` is the
   * number of the track, from 0; tracks beyond 255 share the last one. Marker events (FF 06) are
   * MARKER rows. The batch belongs to the caller.
   */
  readonly events: EventBatch;
  /** By track; empty where there is none. */
  readonly trackNames: readonly string[];
  /** In order of time; empty for a file that counts in SMPTE frames. The first is at 0. */
  readonly tempos: readonly TempoChange[];
  /** Whether the file itself says a tempo: without one it is 120. */
  readonly hasTempo: boolean;
  /** The first one that the file has. */
  readonly timeSignature: { numerator: number; denominator: number } | undefined;
  /** When the last track ends, in milliseconds from the beginning. */
  readonly endMs: number;
  /** Bytes inside F7 events that are no message. */
  readonly invalidBytes: number;
}

const LAST_DEVICE = 255;
/** Data bytes have seven bits, whatever a damaged file says. */
const PACKED_BITS = 0x7f_7fff;

const utf8 = new TextDecoder('utf-8', { fatal: true });
const latin1 = new TextDecoder('latin1');

/**
 * Puts the events of `smf` on one time line, as far as the file goes.
 *
 * The tracks of format 0 and 1 sound together, with the tempo changes of all of them; those of
 * format 2 are patterns of their own, and are placed one after the other.
 *
 * A sysex that is spread over an F0 event and F7 events is one message, at the time of its F0;
 * realtime inside it stands where it stood. An F7 event outside a sysex gives whatever messages it holds.
 */
export function readTimeline(smf: SmfFile): SmfTimeline {
  const { tracks } = smf;
  const arePatterns = smf.format === 2;
  const shared = arePatterns ? undefined : TempoMap.of(smf, tracks);
  const collector = new Collector(tracks.reduce((sum, { events }) => sum + events.length, 0));
  const tempos: TempoChange[] = [];
  let endMs = 0;
  tracks.forEach((track, index) => {
    const map = shared ?? TempoMap.of(smf, [track]);
    const startMs = arePatterns ? endMs : 0;
    collector.collect(track, index, (tick) => startMs + map.timeMsAt(tick));
    if (arePatterns) {
      for (const { timeMs, bpm } of map.changes) tempos.push({ timeMs: startMs + timeMs, bpm });
    }
    endMs = Math.max(endMs, startMs + map.timeMsAt(track.endTick));
  });
  return {
    events: inOrderOfTime(collector.batch),
    trackNames: tracks.map(nameOf),
    tempos: shared?.changes ?? tempos,
    hasTempo: tracks.some(hasTempo),
    timeSignature: timeSignatureOf(tracks),
    endMs,
    invalidBytes: collector.invalidBytes,
  };
}

/** Takes tracks apart into rows, one track after the other. */
class Collector implements ByteStreamVisitor {
  readonly batch: EventBatch;
  invalidBytes = 0;
  #parser = new ByteStreamParser(false);
  #timeMs = 0;
  #device = 0;
  /** Row of the sysex under way, which was reserved when it began; -1 if there is none. */
  #row = -1;
  #pieces: Uint8Array[] = [];

  constructor(capacity: number) {
    this.batch = new EventBatch(Math.max(1, capacity));
  }

  collect(track: SmfTrack, index: number, timeMsAt: (tick: number) => number): void {
    this.#device = Math.min(index, LAST_DEVICE);
    for (const event of track.events) {
      this.#timeMs = timeMsAt(event.tick);
      this.#take(event);
    }
    this.#parser.breakOff(this);
  }

  #take({ status, packed, metaType, data }: SmfEvent): void {
    if (status === SYSEX_START) this.#parser.feed(F0, this);
    if (status === SYSEX_START || status === SYSEX_END) {
      this.#parser.feed(data, this);
    } else if (metaType === MetaType.MARKER) {
      this.batch.addBytes(this.#timeMs, this.#device, EventKind.MARKER, data);
    } else if (metaType < 0) {
      if (isChannelMessage(status)) this.#parser.breakOff(this);
      this.onShort(packed & PACKED_BITS);
    }
  }

  onShort(packed: number): void {
    this.batch.addShort(this.#timeMs, this.#device, packed);
  }

  onSysexBytes(bytes: Uint8Array): void {
    if (this.#row < 0) {
      this.#row = this.batch.count;
      this.batch.addBytes(this.#timeMs, this.#device, EventKind.SYSEX, bytes);
    }
    this.#pieces.push(bytes);
  }

  onSysexEnd(isComplete: boolean): void {
    const { kind, payload } = this.batch;
    payload[this.#row] = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces);
    kind[this.#row] = isComplete ? EventKind.SYSEX : EventKind.BROKEN_SYSEX;
    this.#row = -1;
    this.#pieces = [];
  }

  onInvalid(_packed: number, length: number): void {
    this.invalidBytes += length;
  }
}

const F0 = Uint8Array.of(SYSEX_START);

/** The rows of `batch`, sorted; itself if they are in order. The sort is stable, and fast on runs. */
function inOrderOfTime(batch: EventBatch): EventBatch {
  const { count, timeMs, device, kind, packed, payload } = batch;
  let isSorted = true;
  for (let row = 1; isSorted && row < count; row++) isSorted = timeMs[row - 1]! <= timeMs[row]!;
  if (isSorted) return batch;
  const rows = Array.from({ length: count }, (_, row) => row);
  rows.sort((one, other) => timeMs[one]! - timeMs[other]!);
  const sorted = new EventBatch(count);
  for (const row of rows) {
    if (kind[row] === EventKind.SHORT) sorted.addShort(timeMs[row]!, device[row]!, packed[row]!);
    else sorted.addBytes(timeMs[row]!, device[row]!, kind[row]!, payload[row]!);
  }
  return sorted;
}

/** The text of a name, lyric or marker: UTF-8 if it can be, else Latin-1, which is what old programs wrote. */
export function decodeSmfText(data: Uint8Array): string {
  try {
    return utf8.decode(data);
  } catch {
    return latin1.decode(data);
  }
}

function nameOf({ events }: SmfTrack): string {
  const event = events.find(({ metaType }) => metaType === MetaType.TRACK_NAME);
  return event === undefined ? '' : decodeSmfText(event.data).trim();
}

function timeSignatureOf(
  tracks: readonly SmfTrack[],
): { numerator: number; denominator: number } | undefined {
  for (const { events } of tracks) {
    const event = events.find(
      ({ metaType, data }) => metaType === MetaType.TIME_SIGNATURE && data.length >= 2,
    );
    if (event === undefined) continue;
    const [numerator = 0, power = 0] = event.data;
    if (numerator > 0 && power < 8) return { numerator, denominator: 2 ** power };
  }
  return undefined;
}
