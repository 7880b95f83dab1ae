/** What a Standard MIDI File is made of: events in tracks, as they stand in it. */
import { isChannelMessage } from '../../midi/status.js';
import { META, MetaType } from './smf-encoding.js';

export interface SmfEvent {
  /** Ticks from the start of the track. */
  readonly tick: number;
  /** The status byte: 80..EF a channel message, F0 a sysex, F7 an escape or continuation, FF a meta event. */
  readonly status: number;
  /** Of a meta event, its type; else -1. */
  readonly metaType: number;
  /** Of a short message, status byte | first data byte << 8 | second data byte << 16; else 0. */
  readonly packed: number;
  /** Of all others, what follows their length field: an F0 is not part of it. A view of the file's bytes. */
  readonly data: Uint8Array;
  /**
   * A long F0 or F7 event comes in pieces, the others of status F7 and of the same tick: how many bytes of it
   * are in those that follow. 0 if it is left out.
   */
  readonly left?: number;
}

/** A track. Its events may be more than memory holds: they are made anew each time that one goes through them. */
export class SmfTrack {
  /** In order of time. */
  readonly events: Iterable<SmfEvent>;
  /** Tick of the last event, the end of track included. */
  readonly endTick: number;
  readonly #withMetas: Iterable<SmfEvent>;
  #metas: readonly SmfEvent[] | undefined;

  /** @param withMetas - the meta events among `events`, for who knows them without going through all */
  constructor(events: Iterable<SmfEvent>, endTick: number, withMetas = events) {
    this.events = events;
    this.endTick = endTick;
    this.#withMetas = withMetas;
  }

  /** The meta events, ends of track excepted. */
  get metas(): readonly SmfEvent[] {
    this.#metas ??= [...this.#withMetas].filter(isKeptMeta);
    return this.#metas;
  }

  /** The events at `tick` and after it. */
  eventsFrom(tick: number): Iterable<SmfEvent> {
    return edited(this.events, (event) => (event.tick >= tick ? event : undefined));
  }

  /** The same with each event edited by itself; where that makes it undefined, it is left out. */
  edited(edit: EventEdit, endTick = this.endTick): SmfTrack {
    const metas = again(() => edited(this.metas, edit)[Symbol.iterator]());
    return new SmfTrack(edited(this.events, edit), endTick, metas);
  }
}

type EventEdit = (event: SmfEvent) => SmfEvent | undefined;

/** Events edited one by one, as a track's are. */
export function edited(events: Iterable<SmfEvent>, edit: EventEdit): Iterable<SmfEvent> {
  return again(function* () {
    for (const event of events) {
      const other = edit(event);
      if (other !== undefined) yield other;
    }
  });
}

/** What `generate` yields, each time anew. */
export function again<T>(generate: () => Iterator<T>): Iterable<T> {
  return { [Symbol.iterator]: generate };
}

/** A file without what is wrong with it. */
export interface SmfContent {
  readonly format: number;
  /** Ticks per quarter note; 0 if the file counts in frames of SMPTE time. */
  readonly ppq: number;
  /** Frames per second (24, 25, 29 or 30) and ticks per frame, if the file counts in those. */
  readonly smpte: { readonly framesPerSecond: number; readonly ticksPerFrame: number } | undefined;
  readonly tracks: readonly SmfTrack[];
  /** The character set of its texts, as TextDecoder calls it; undefined: found out text by text. */
  readonly charset?: string | undefined;
}

const noData = new Uint8Array(0);

/** @param packed - status byte | first data byte << 8 | second data byte << 16 */
export function shortEvent(tick: number, packed: number): SmfEvent {
  return { tick, status: packed & 0xff, metaType: -1, packed, data: noData };
}

/** @param data - belongs to the event */
export function metaEvent(tick: number, metaType: number, data: Uint8Array): SmfEvent {
  return { tick, status: META, metaType, packed: 0, data };
}

/** Whether it is a meta event, and not the end of the track. */
export function isKeptMeta({ metaType }: SmfEvent): boolean {
  return metaType >= 0 && metaType !== MetaType.END_OF_TRACK;
}

/** Whether it is a message of a channel. */
export function hasChannel({ packed, status }: SmfEvent): boolean {
  return packed !== 0 && isChannelMessage(status);
}

/** The channels that events are of, from 0 on. */
export function channelsOf(events: Iterable<SmfEvent>): Set<number> {
  const channels = new Set<number>();
  for (const event of events) if (hasChannel(event)) channels.add(event.status & 0x0f);
  return channels;
}

/** Tick at which the last track ends. */
export function endTickOf({ tracks }: { tracks: readonly SmfTrack[] }): number {
  return tracks.reduce((last, { endTick }) => Math.max(last, endTick), 0);
}
