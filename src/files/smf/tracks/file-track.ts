/** A track of a file: checked once, then read again, from its beginning or from a place in it. */
import type { ByteSource } from '../../../midi/bytes/file-bytes.js';
import { again, isKeptMeta, type SmfEvent, SmfTrack } from '../smf-content.js';
import type { SmfFindings } from './smf-findings.js';
import { SmfTrackReader, type TrackPlace } from './smf-track-reader.js';

/** Between places at which a track can be entered. */
const PLACE_DISTANCE_BYTES = 1024 * 1024;

export class FileTrack extends SmfTrack {
  /** Events, ends of track included. */
  readonly eventCount: number;
  /** How many bytes are in memory while one goes through its events. */
  windowBytes: number;
  readonly #source: ByteSource;
  readonly #end: number;
  readonly #places: readonly TrackPlace[];

  /** @param found - where it ends, and what is known of it */
  constructor(
    source: ByteSource,
    places: readonly TrackPlace[],
    found: { end: number; endTick: number; eventCount: number; metas: readonly SmfEvent[] },
  ) {
    super(
      again(() => this.#read(0, 0)),
      found.endTick,
      found.metas,
    );
    this.windowBytes = source.windowBytes;
    this.eventCount = found.eventCount;
    this.#source = source;
    this.#end = found.end;
    this.#places = places;
  }

  override eventsFrom(tick: number): Iterable<SmfEvent> {
    // Events before a place may have its tick, too.
    const place = this.#places.findLastIndex((each) => each.tick < tick);
    return again(() => this.#read(Math.max(0, place), tick));
  }

  *#read(place: number, fromTick: number): Generator<SmfEvent> {
    const start = this.#places[place]!;
    const reader = new SmfTrackReader(this.#source, start, this.#end, undefined, this.windowBytes);
    for (let event = reader.next(); event !== undefined; event = reader.next()) {
      if (event.tick >= fromTick) yield event;
    }
  }
}

/**
 * Reads a track from its first event to its last.
 *
 * @param start - of its events
 * @param mostEnd - where it ends at the latest
 * @param findings - is told what is wrong
 * @param isOver - asked after an end of track with bytes behind it, whether that was the end
 */
export function readTrack(
  source: ByteSource,
  start: number,
  mostEnd: number,
  findings: SmfFindings,
  isOver: (offset: number) => boolean,
): { track: FileTrack; end: number } {
  const places: TrackPlace[] = [{ offset: start, tick: 0, running: 0 }];
  const reader = new SmfTrackReader(source, places[0]!, mostEnd, findings);
  const metas: SmfEvent[] = [];
  let eventCount = 0;
  let endTick = 0;
  let nextPlace = start + PLACE_DISTANCE_BYTES;
  const end = reader.check(isOver, (event) => {
    const { tick, data, left } = event;
    endTick = tick;
    if (isKeptMeta(event)) {
      findings.countMeta();
      // A view would keep a whole window.
      metas.push({ ...event, data: data.slice() });
    }
    if (left) return;
    eventCount++;
    if (reader.offset < nextPlace) return;
    places.push(reader.place);
    nextPlace = reader.offset + PLACE_DISTANCE_BYTES;
  });
  return { track: new FileTrack(source, places, { end, endTick, eventCount, metas }), end };
}
