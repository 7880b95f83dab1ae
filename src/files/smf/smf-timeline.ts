/**
 * A Standard MIDI File as it sounds: every message at its time in milliseconds, all tracks in one
 * stream, sysex packets joined. It is what show, play, split, trim and sysex-send know of a file's messages.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Formats 0, 1, and 2", "Set Tempo", "<sysex event>".
 */
import { ByteStreamParser, type ByteStreamVisitor } from '../../midi/byte-stream-parser.js';
import { EventBatch, EventKind } from '../../midi/event-batch.js';
import { isChannelMessage, SYSEX_END, SYSEX_START } from '../../midi/status.js';
import { endTickOf, type SmfContent, type SmfEvent, type SmfTrack } from './smf-content.js';
import { MetaType } from './smf-encoding.js';
import { saysTempo, tempoMapOf } from './smf-tempo.js';
import { trackName } from './smf-texts.js';

export interface TempoChange {
  /** Milliseconds from the beginning. */
  readonly timeMs: number;
  /** Quarter notes a minute. */
  readonly bpm: number;
}

export interface SmfTimeline {
  /**
   * All messages, in order of time, those of the same time in order of their tracks. `device` is the
   * number of the track, from 0; tracks beyond 255 share the last one. Marker events (FF 06) are
   * MARKER rows. The batch belongs to the caller.
   */
  readonly events: EventBatch;
  /** The parts of each sysex, whole or broken, that several events of the file bring, by its payload. */
  readonly packets: ReadonlyMap<Uint8Array, readonly SysexPacket[]>;
  /** By track; empty where there is none. */
  readonly trackNames: readonly string[];
  /** In order of time, the first at 0; empty if the file says none, or counts in SMPTE frames. */
  readonly tempos: readonly TempoChange[];
  /** The first one that the file has. */
  readonly timeSignature: { numerator: number; denominator: number } | undefined;
  /** When the last track ends, in milliseconds from the beginning. */
  readonly endMs: number;
}

/** What one event brings of a sysex. */
export interface SysexPacket {
  /** Milliseconds from the beginning. */
  readonly timeMs: number;
  /** Not empty; without realtime that stands in it. */
  readonly bytes: Uint8Array;
}

const LAST_DEVICE = 255;
/** Data bytes have seven bits, whatever a damaged file says. */
const PACKED_BITS = 0x7f_7fff;
const F0 = Uint8Array.of(SYSEX_START);
const F7 = Uint8Array.of(SYSEX_END);

/**
 * Puts the events of `smf` on one time line, as far as the file goes.
 *
 * The tracks of format 0 and 1 sound together, with the tempo changes of all of them; those of
 * format 2 are patterns of their own, and are placed one after the other.
 *
 * A sysex that is spread over an F0 event and F7 events is one message, at the time of its F0;
 * realtime inside it stands where it stood. Any other message between them breaks it off, as it would on
 * a cable. An F7 event outside a sysex gives whatever messages it holds; bytes of none (an undefined F4
 * or F5, a message that is cut off) are left out.
 */
export function readTimeline(smf: SmfContent): SmfTimeline {
  const { tracks } = smf;
  const arePatterns = smf.format === 2;
  const shared = arePatterns ? undefined : tempoMapOf(smf, tracks);
  const collector = new Collector(tracks.reduce((sum, { events }) => sum + events.length, 0));
  const tempos: TempoChange[] = [];
  let endMs = 0;
  for (const [index, track] of tracks.entries()) {
    const map = shared ?? tempoMapOf(smf, [track]);
    const startMs = arePatterns ? endMs : 0;
    collector.collect(track, index, (tick) => startMs + map.timeMsAt(tick));
    if (arePatterns || index === 0) {
      for (const { tick, microseconds } of map.steps) {
        tempos.push({ timeMs: startMs + map.timeMsAt(tick), bpm: 60_000_000 / microseconds });
      }
    }
    endMs = Math.max(endMs, startMs + map.timeMsAt(track.endTick));
  }
  return {
    events: inOrderOfTime(collector.batch),
    packets: collector.packets,
    trackNames: tracks.map((track) => trackName(track, smf.charset)),
    tempos: smf.smpte === undefined && tracks.some(saysTempo) ? tempos : [],
    timeSignature: timeSignatureOf(tracks),
    endMs,
  };
}

/** Takes tracks apart into rows, one track after the other. */
class Collector implements ByteStreamVisitor {
  readonly batch: EventBatch;
  readonly packets = new Map<Uint8Array, readonly SysexPacket[]>();
  readonly #parser = new ByteStreamParser(false);
  #timeMs = 0;
  #device = 0;
  /** Row of the sysex under way, which was reserved when it began; -1 if there is none. */
  #row = -1;
  /** What has come of that sysex, by event. */
  #pieces: { timeMs: number; bytes: Uint8Array[] }[] = [];
  /** Whether the event that is being read has brought nothing of it yet. */
  #isNewPacket = false;
  /** Whether bytes of no message are left out: those after the end of a sysex, in its event. */
  #isStrict = false;

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
    if (status === SYSEX_START || status === SYSEX_END) {
      this.#isNewPacket = true;
      this.#isStrict = status === SYSEX_START || this.#row >= 0;
      if (status === SYSEX_START) this.#parser.feed(F0, this);
      this.#parser.feed(data, this);
      if (this.#isStrict && this.#row < 0) this.#parser.breakOff(this);
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
      if (this.#isStrict && bytes[0] !== SYSEX_START) return;
      this.#row = this.batch.count;
      this.#isNewPacket = true;
      this.batch.addBytes(this.#timeMs, this.#device, EventKind.SYSEX, bytes);
    }
    if (this.#isNewPacket) this.#pieces.push({ timeMs: this.#timeMs, bytes: [] });
    this.#isNewPacket = false;
    this.#pieces.at(-1)!.bytes.push(bytes);
  }

  onSysexEnd(isComplete: boolean): void {
    if (this.#row < 0) return;
    const packets = this.#pieces.map(({ timeMs, bytes }) => ({ timeMs, bytes: joined(bytes) }));
    const payload = joined(packets.map(({ bytes }) => bytes));
    if (packets.length > 1) this.packets.set(payload, packets);
    this.batch.payload[this.#row] = payload;
    this.batch.kind[this.#row] = isComplete ? EventKind.SYSEX : EventKind.BROKEN_SYSEX;
    this.#row = -1;
    this.#pieces = [];
  }

  onInvalid(packed: number): void {
    // The end of a sysex of which nothing else is there is one that is broken.
    if (packed !== SYSEX_END || this.#isStrict) return;
    this.batch.addBytes(this.#timeMs, this.#device, EventKind.BROKEN_SYSEX, F7);
  }
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}

/** The rows of `batch`, sorted; itself if they are in order. The sort is stable, and fast on runs. */
export function inOrderOfTime(batch: EventBatch): EventBatch {
  const { count, timeMs } = batch;
  let isSorted = true;
  for (let row = 1; isSorted && row < count; row++) isSorted = timeMs[row - 1]! <= timeMs[row]!;
  if (isSorted) return batch;
  const rows = Array.from({ length: count }, (_, row) => row);
  rows.sort((one, other) => timeMs[one]! - timeMs[other]!);
  const sorted = new EventBatch(count);
  for (const row of rows) sorted.addRow(batch, row, timeMs[row]!);
  return sorted;
}

/** The one that holds longest: the first may be that of a pickup. */
function timeSignatureOf(
  tracks: readonly SmfTrack[],
): { numerator: number; denominator: number } | undefined {
  const endTick = endTickOf({ tracks });
  for (const { events } of tracks) {
    const found = events.filter(
      ({ metaType, data }) =>
        metaType === MetaType.TIME_SIGNATURE && data.length >= 2 && data[0]! > 0 && data[1]! < 8,
    );
    const longest = found
      .map(({ tick, data }, index) => ({ data, ticks: (found[index + 1]?.tick ?? endTick) - tick }))
      .reduce<{ data: Uint8Array; ticks: number } | undefined>(
        (best, each) => (best === undefined || each.ticks > best.ticks ? each : best),
        undefined,
      );
    if (longest === undefined) continue;
    const [numerator = 0, power = 0] = longest.data;
    return { numerator, denominator: 2 ** power };
  }
  return undefined;
}
