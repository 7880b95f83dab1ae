/** The last step of a take: from the growing file to the canonical one, in bounded memory. */
import { isRealtime, SYSEX_END, SYSEX_START } from '../../midi/status.js';
import type { DiskFile } from '../disk/disk.js';
import type { SmfEvent } from '../smf/smf-content.js';
import { encodeHeader, encodeTrackHeader, MetaType, TrackEncoder } from '../smf/smf-encoding.js';
import { type JournalEvents, JournalScanner } from './journal-scanner.js';
import { addTempo, addTexts, type TakeShape } from './take-journal.js';
import type { TrackPlan } from './take-tracks.js';

export interface CanonicalTake extends TakeShape {
  /** The one track of format 0; those after the tempo track of format 1. */
  readonly tracks: readonly TrackPlan[];
  /** Where every track ends, in the journal's ticks. */
  readonly endTick: number;
  /** The tempo as it was found out meanwhile; undefined: the one that the journal has. */
  readonly tempo?: CanonicalTempo | undefined;
}

/** A tempo track in the place of the journal's single tempo. */
export interface CanonicalTempo {
  /** Tempo changes and time signatures in order, the first at tick 0. */
  readonly events: readonly SmfEvent[];
  /** From the journal's ticks to those of this tempo. Later ticks never become earlier ones. */
  readonly tickOf: (journalTick: number) => number;
  /** Data of an SMPTE offset event, if time code came with the take. */
  readonly smpteOffset: Uint8Array | undefined;
}

const WINDOW = 0x4_0000;

/**
 * Writes the take as it is meant to be. Format 0: one track. Format 1: a tempo track, then the
 * planned tracks. Every track ends at `endTick`; the seams between flushes are gone.
 *
 * Memory: a window of 256 KiB on either side, or the largest single event. The journal
 * is read once for each track, since all of them share its one, and a sysex in packets of a track that inputs
 * share once more, from its beginning to its end.
 *
 * @returns the length of the file
 * @throws what the disk throws when it is written to; JournalUnreadable
 */
export function rewriteTake(events: JournalEvents, take: CanonicalTake, target: DiskFile): number {
  const { format, ppq, tracks } = take;
  const writer = new TrackWriter(target, take.tempo);
  const endTick = take.tempo?.tickOf(take.endTick) ?? take.endTick;
  writer.writeHeader(encodeHeader(format, format + tracks.length, ppq));
  writer.beginTrack();
  writer.addTempoAtStart(take);
  if (format === 1) {
    writer.addTempoUntil(endTick);
    writer.endTrack(endTick);
  }
  for (const plan of tracks) {
    if (format === 1) writer.beginTrack();
    const isTitled = format === 0 && take.about?.title !== undefined;
    if (plan.name !== undefined && !isTitled)
      writer.encoder.addText(0, MetaType.TRACK_NAME, plan.name);
    writer.copyEvents(new JournalScanner(events), plan);
    writer.addTempoUntil(endTick);
    writer.endTrack(endTick);
  }
  return writer.end;
}

class TrackWriter {
  readonly encoder = new TrackEncoder(WINDOW + 0x1_0000);
  /** Position behind what has been written. */
  end = 0;
  readonly #target: DiskFile;
  readonly #tempo: CanonicalTempo | undefined;
  /** The one of the tempo's events that is to be written next. */
  #next = 0;
  #trackAt = 0;

  constructor(target: DiskFile, tempo: CanonicalTempo | undefined) {
    this.#target = target;
    this.#tempo = tempo;
  }

  addTempoAtStart(take: CanonicalTake): void {
    const { tempo } = take;
    addTexts(this.encoder, take);
    if (tempo === undefined) {
      addTempo(this.encoder, take);
      return;
    }
    if (tempo.smpteOffset !== undefined) {
      this.encoder.addMeta(0, MetaType.SMPTE_OFFSET, tempo.smpteOffset);
    }
    this.addTempoUntil(0);
  }

  /** Adds the events of the tempo up to `tick` that have not been added yet. */
  addTempoUntil(tick: number): void {
    const events = this.#tempo?.events ?? [];
    while (this.#next < events.length && events[this.#next]!.tick <= tick) {
      const event = events[this.#next++]!;
      this.encoder.addMeta(event.tick, event.metaType, event.data);
      if (this.encoder.length >= WINDOW) this.#writeOut();
    }
  }

  writeHeader(bytes: Uint8Array): void {
    this.#target.writeNow(this.end, bytes);
    this.end += bytes.length;
  }

  beginTrack(): void {
    this.encoder.lastTick = 0;
    this.#trackAt = this.end;
    this.writeHeader(encodeTrackHeader(0));
  }

  /** Copies the musician's events that belong to a track; what the take says about itself is written anew. */
  copyEvents(scanner: JournalScanner, { device, channels }: TrackPlan): void {
    const shared = device === undefined ? new SharedSysex() : undefined;
    while (scanner.next()) {
      if (scanner.metaType >= 0 && scanner.metaType !== MetaType.MARKER) continue;
      if (device !== undefined && scanner.device !== device) continue;
      if (channels !== undefined && (scanner.channelBit & channels) === 0) continue;
      if (shared?.isCopied(scanner)) continue;
      const tick = this.#tempo?.tickOf(scanner.tick) ?? scanner.tick;
      // In format 1 all of them stand in the tempo track already.
      this.addTempoUntil(tick);
      this.#copyEvent(scanner, tick);
      for (const packet of shared?.restFrom(scanner) ?? []) this.#copyEvent(packet, tick);
    }
  }

  #copyEvent({ bytes, start, end }: JournalScanner, tick: number): void {
    this.encoder.addEncoded(tick, bytes, start, end);
    if (this.encoder.length >= WINDOW) this.#writeOut();
  }

  endTrack(endTick: number): void {
    this.encoder.addEndOfTrack(endTick);
    this.#writeOut();
    const length = this.end - this.#trackAt - 8;
    this.#target.writeNow(this.#trackAt, encodeTrackHeader(length));
  }

  #writeOut(): void {
    this.#target.writeNow(this.end, this.encoder.view());
    this.end += this.encoder.length;
    this.encoder.clear();
  }
}

/**
 * Keeps together the packets of a sysex in a track that several inputs share, where what others sent stands
 * between them in the journal, and would break it for a reader: they all go to the time at which it began,
 * which is the time of a sysex.
 */
class SharedSysex {
  /** How many packets that come next from an input are copied. */
  readonly #copied = new Map<number, number>();

  /** Whether an event is a packet that has been copied already. */
  isCopied(scanner: JournalScanner): boolean {
    const left = this.#copied.get(scanner.device) ?? 0;
    if (left === 0 || scanner.isSeam || !isNextPacket(scanner)) return false;
    this.#copied.set(scanner.device, left - 1);
    return true;
  }

  /** The packets that follow the one that begins a sysex, if an event is that; each good until the next. */
  *restFrom(scanner: JournalScanner): Generator<JournalScanner> {
    const { device } = scanner;
    if (scanner.bytes[scanner.start] !== SYSEX_START || endsSysex(scanner)) return;
    const ahead = scanner.fork();
    for (let count = 1; ahead.next(); ) {
      if (ahead.device !== device) continue;
      if (ahead.isSeam) return;
      if (isNextPacket(ahead)) {
        this.#copied.set(device, count++);
        yield ahead;
        if (endsSysex(ahead)) return;
      } else if (ahead.metaType < 0 && !isRealtimeEscape(ahead)) return;
    }
  }
}

function endsSysex({ bytes, end }: JournalScanner): boolean {
  return bytes[end - 1] === SYSEX_END;
}

function isNextPacket({ bytes, start, dataAt }: JournalScanner): boolean {
  const first = bytes[dataAt]!;
  return bytes[start] === SYSEX_END && (first < 0x80 || first === SYSEX_END);
}

/** As on a cable, realtime may stand within a sysex; it keeps its time. */
function isRealtimeEscape({ bytes, start, dataAt }: JournalScanner): boolean {
  return bytes[start] === SYSEX_END && isRealtime(bytes[dataAt]!);
}
