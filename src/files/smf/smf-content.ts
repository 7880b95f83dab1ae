/** What a Standard MIDI File is made of: events in tracks, as they stand in it. */
import { META } from './smf-encoding.js';

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
}

export interface SmfTrack {
  /** In order of time. */
  readonly events: SmfEvent[];
  /** Tick of the last event, the end of track included. */
  endTick: number;
}

/** A file without what is wrong with it. */
export interface SmfContent {
  readonly format: number;
  /** Ticks per quarter note; 0 if the file counts in frames of SMPTE time. */
  readonly ppq: number;
  /** Frames per second (24, 25, 29 or 30) and ticks per frame, if the file counts in those. */
  readonly smpte: { readonly framesPerSecond: number; readonly ticksPerFrame: number } | undefined;
  readonly tracks: SmfTrack[];
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

/** Tick at which the last track ends. */
export function endTickOf({ tracks }: { tracks: readonly SmfTrack[] }): number {
  return tracks.reduce((last, { endTick }) => Math.max(last, endTick), 0);
}
