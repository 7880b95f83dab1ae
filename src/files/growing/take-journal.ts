/**
 * The growing file of a take: a Standard MIDI File at every moment, whatever breaks it off.
 *
 * The last track of the file is the one that grows. Its chunk always ends with an end of track
 * (00 FF 2F 00), and a flush adds events in three steps:
 *
 * (a) the new events and a new end of track are written behind the end of the file, and synced;
 * (b) the four bytes of the chunk's length are overwritten so that the chunk takes them in, and
 *     synced;
 * (c) the former end of track, which now stands in the middle, becomes an empty text event: its
 *     type goes from 2F to 01. This is synced together with the (a) of the next flush.
 *
 * Why the file is whole in every state, after a crash of the program (which leaves a prefix of
 * the writes) as after a power cut (which leaves any part of what was written since the last
 * sync, sector by sector, in any order):
 *
 * - During (a) the chunk's length is the old one. What lies behind the last chunk is not read.
 *   In front of it nothing changes but one byte, the pending (c), and that event is complete,
 *   and means nothing, with either value.
 * - During (b) all bytes that either length takes in are on the disk. Both lengths end right
 *   after an end of track. The four bytes never straddle two sectors (encodeSkeleton sees to it), so
 *   one of the two lengths is there.
 * - Between (b) and (c) an end of track stands in the middle. A reader that goes by the length of
 *   the chunk passes over it; one that stops at the first end of track gets the take as it was one
 *   flush earlier. Both lines of events are complete.
 *
 * A flush that failed is repeated with the same bytes at the same places, for a disk that has
 * once failed to sync may have forgotten what it was given.
 */

import type { DiskFile } from '../disk/disk.js';
import type { SmfEvent } from '../smf/smf-content.js';
import {
  encodeHeader,
  encodeTempo,
  encodeTimeSignature,
  encodeTrackHeader,
  MetaType,
  TrackEncoder,
} from '../smf/smf-encoding.js';

/** MThd and what it says, then MTrk with a length. */
const HEADER_LENGTH = 14 + 8;
/** 00 FF 2F 00 */
const END_OF_TRACK_LENGTH = 4;
/** The smallest that disks have; larger ones are multiples of it. */
const SECTOR = 512;
const NOTHING = new Uint8Array(0);
const TEXT_TYPE = Uint8Array.of(MetaType.TEXT);

/** What a take is written as. */
export interface TakeShape {
  /** 0: one track; 1: a tempo track and one track per device. */
  readonly format: 0 | 1;
  /** Ticks per quarter note. */
  readonly ppq: number;
  readonly tempoMicroseconds: number;
  readonly timeSignature: TimeSignature;
  /** Of format 1: tempo changes and time signatures in the place of these two, in order, the first at tick 0. */
  readonly tempoEvents?: readonly SmfEvent[] | undefined;
  /** What the take says about itself. */
  readonly about?: TakeTexts | undefined;
}

export interface TakeTexts {
  /** What the piece is called. */
  readonly title?: string | undefined;
  /** Whole lines for other programs to show: when it was recorded, from what, by what. */
  readonly lines?: readonly string[];
}

export interface TimeSignature {
  readonly numerator: number;
  /** A power of two. */
  readonly denominator: number;
}

/** A take without events: a whole file, and where in it the last track lies. */
export interface TakeSkeleton {
  readonly bytes: Uint8Array;
  /** Position of the four bytes that hold the length of the last track. */
  readonly lengthAt: number;
  /** Position of the first event that is not the skeleton's own. */
  readonly eventsAt: number;
}

/** Where a take has come when it goes on in another file. */
export interface TakePosition {
  readonly tick: number;
  /** Index of the input whose events come next, unless a port event says otherwise; -1 if there was none. */
  readonly device: number;
}

/** Adds what a take says about itself at its first tick, in words. The title is the name of the first track. */
export function addTexts(encoder: TrackEncoder, { about }: TakeShape): void {
  if (about?.title !== undefined) encoder.addText(0, MetaType.TRACK_NAME, about.title);
  for (const line of about?.lines ?? []) encoder.addText(0, MetaType.TEXT, line);
}

/** Adds the tempo that a take has from its first tick on, and what is known of its changes. */
export function addTempo(encoder: TrackEncoder, shape: TakeShape): void {
  for (const { tick, metaType, data } of shape.tempoEvents ?? [])
    encoder.addMeta(tick, metaType, data);
  if (shape.tempoEvents !== undefined) return;
  const { numerator, denominator } = shape.timeSignature;
  encoder.addMeta(0, MetaType.TEMPO, encodeTempo(shape.tempoMicroseconds));
  encoder.addMeta(0, MetaType.TIME_SIGNATURE, encodeTimeSignature(numerator, denominator));
}

/**
 * The file that a take begins as. In format 1 all devices share the growing track; the rewrite
 * parts them.
 *
 * @param from - where the take has come, if this file is one in which it only goes on
 */
export function encodeSkeleton(shape: TakeShape, from?: TakePosition): TakeSkeleton {
  const encoder = new TrackEncoder(256);
  const parts = [encodeHeader(shape.format, shape.format + 1, shape.ppq)];
  const addTrack = () => {
    encoder.addEndOfTrack(encoder.lastTick);
    parts.push(encodeTrackHeader(encoder.length), encoder.view().slice());
    encoder.clear();
    encoder.lastTick = 0;
  };
  addTexts(encoder, shape);
  addTempo(encoder, shape);
  if (shape.format === 1) {
    // An empty text, where the length of the next track would lie on two sectors.
    const ahead = HEADER_LENGTH + encoder.length + END_OF_TRACK_LENGTH;
    if ((ahead + 4) % SECTOR > SECTOR - 4) encoder.addMeta(encoder.lastTick, MetaType.TEXT);
    addTrack();
  }
  if (from !== undefined) {
    encoder.addMeta(from.tick, MetaType.TEXT);
    if (from.device >= (shape.format === 1 ? 0 : 1)) {
      encoder.addMeta(from.tick, MetaType.PORT, Uint8Array.of(from.device));
    }
  }
  addTrack();
  const bytes = Buffer.concat(parts);
  const trackAt = bytes.length - parts.at(-1)!.length;
  const eventsAt = from === undefined ? trackAt : bytes.length - END_OF_TRACK_LENGTH;
  return { bytes, lengthAt: trackAt - 4, eventsAt };
}

export class TakeJournal {
  readonly file: DiskFile;
  /** Position of the first event of the growing track that is not the skeleton's own. */
  readonly eventsAt: number;
  readonly #lengthAt: number;
  #end: number;
  /** Position of the type byte of the end of track in the middle, or 0 if there is none. */
  #staleEndAt = 0;

  /** @param file - a file that has the bytes of `skeleton` */
  constructor(file: DiskFile, skeleton: TakeSkeleton) {
    this.file = file;
    this.#lengthAt = skeleton.lengthAt;
    this.eventsAt = skeleton.eventsAt;
    this.#end = skeleton.bytes.length;
  }

  /** Position behind the growing track: the length of the file, but for a flush under way. */
  get end(): number {
    return this.#end;
  }

  /**
   * Adds events.
   *
   * @param bytes - events, an end of track (00 FF 2F 00) last; unchanged until the promise settles.
   *   After a failure the next call, of this or of `flushNow`, must bring the same bytes.
   */
  async flush(bytes: Uint8Array): Promise<void> {
    const { file } = this;
    if (this.#staleEndAt > 0) await file.write(this.#staleEndAt, TEXT_TYPE);
    await file.write(this.#end, bytes);
    await file.sync();
    await file.write(this.#lengthAt, this.#lengthWith(bytes));
    await file.sync();
    this.#moveOn(bytes);
    try {
      await file.write(this.#staleEndAt, TEXT_TYPE);
    } catch {
      // The next flush begins with it.
    }
  }

  /** The same, without the thread pool. */
  flushNow(bytes: Uint8Array): void {
    const { file } = this;
    if (this.#staleEndAt > 0) file.writeNow(this.#staleEndAt, TEXT_TYPE);
    file.writeNow(this.#end, bytes);
    file.syncNow();
    file.writeNow(this.#lengthAt, this.#lengthWith(bytes));
    file.syncNow();
    this.#moveOn(bytes);
  }

  /** Leaves one end of track and nothing behind it: a file that no reader has to be lenient with. */
  finishNow(): void {
    if (this.#staleEndAt > 0) this.file.writeNow(this.#staleEndAt, TEXT_TYPE);
    this.file.truncateNow(this.#end);
    this.file.syncNow();
  }

  /**
   * After a flush that failed and is not repeated here: takes away what it has left behind the end,
   * as far as the disk lets it. Needs no room.
   */
  withdrawNow(): void {
    try {
      this.file.writeNow(this.#lengthAt, this.#lengthWith(NOTHING));
      this.file.syncNow();
      this.finishNow();
    } catch {
      // Then it stays behind the end, where no reader looks, or belongs to the track: both are whole.
    }
  }

  #lengthWith(bytes: Uint8Array): Uint8Array {
    const trackAt = this.#lengthAt + 4;
    return encodeTrackHeader(this.#end - trackAt + bytes.length).subarray(4);
  }

  #moveOn(bytes: Uint8Array): void {
    this.#staleEndAt = this.#end - 2;
    this.#end += bytes.length;
  }
}
