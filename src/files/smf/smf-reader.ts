/**
 * Reads Standard MIDI Files, damaged ones included: whatever can be read is, and what cannot is
 * named by its place in the file.
 *
 * Source: Standard MIDI Files 1.0 (RP-001); the RIFF wrapper: "RMID", RP-029.
 *
 * midi-file's parser is not used here: on damaged files it loops for ever (a length field that
 * turns negative moves it backwards) or throws strings and TypeErrors.
 */
import { MidirecError } from '../../midi/errors.js';
import { SYSEX_END, SYSEX_START, shortMessageLength } from '../../midi/status.js';
import { type SmfContent, type SmfEvent, type SmfTrack, shortEvent } from './smf-content.js';
import { META, MetaType } from './smf-encoding.js';

/** Something that is not as the specification has it. */
export interface SmfDamage {
  /** Where, in bytes from the start of the file. */
  readonly offset: number;
  /** What, as a phrase that can follow a colon. */
  readonly message: string;
}

export interface SmfFile extends SmfContent {
  /** In order of place; at most MAX_DAMAGES. */
  readonly damages: SmfDamage[];
  /** Bytes after the last chunk. A take that was broken off has some: what was under way to the disk. */
  readonly trailingBytes: number;
}

/** A file worse than this is not described any further. */
export const MAX_DAMAGES = 100;

const MTHD = 0x4d54_6864;
const MTRK = 0x4d54_726b;
const RIFF_DATA = 0x6461_7461;
const CHUNK_HEAD = 8;

/**
 * Reads a whole file. The `data` of its events are views of `bytes`.
 *
 * The end of a track is the end of its chunk: an end-of-track event before that is reported and
 * passed over.
 *
 * @throws MidirecError BAD_FILE if it is no Standard MIDI File at all; nothing else, whatever the bytes
 */
export function readSmf(bytes: Uint8Array): SmfFile {
  return new SmfParser(bytes).parse();
}

/** Whether a whole file is, or says that it is, a Standard MIDI File, bare or in a RIFF wrapper (RMID). */
export function isSmf(bytes: Uint8Array): boolean {
  return beginsWith(bytes, 0, 'MThd') || isRmid(bytes);
}

function isRmid(bytes: Uint8Array): boolean {
  return beginsWith(bytes, 0, 'RIFF') && beginsWith(bytes, 8, 'RMID');
}

function beginsWith(bytes: Uint8Array, offset: number, name: string): boolean {
  return String.fromCharCode(...bytes.subarray(offset, offset + name.length)) === name;
}

class SmfParser {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #damages: SmfDamage[] = [];
  /** Where the chunks end: with the file, or with the wrapper around them. */
  #end: number;
  #at = 0;
  /** Set by #readVariableLength when there was none to read. */
  #failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.length;
  }

  parse(): SmfFile {
    const { start, wrapperEnd } = this.#findHeader();
    const headerLength = this.#view.getUint32(start + 4);
    if (headerLength < 6) throw badFile(`its header has ${headerLength} bytes instead of 6`);
    const format = this.#view.getUint16(start + 8);
    const trackCount = this.#view.getUint16(start + 10);
    const division = this.#view.getUint16(start + 12);
    if (format > 2) this.#report(start + 8, `unknown format ${format}`);
    const isSmpte = division >= 0x8000;
    if (division === 0 || (isSmpte && (division & 0xff) === 0)) {
      this.#report(start + 12, 'a beat of no ticks');
    }
    this.#at = start + CHUNK_HEAD + headerLength;
    const tracks = this.#readTracks(trackCount);
    if (tracks.length !== trackCount) {
      this.#report(
        start + 10,
        `number of tracks: ${trackCount} in the header, ${tracks.length} in the file`,
      );
    }
    return {
      format,
      ppq: isSmpte ? 0 : division,
      smpte: isSmpte
        ? { framesPerSecond: 256 - (division >> 8), ticksPerFrame: division & 0xff }
        : undefined,
      tracks,
      damages: this.#damages.sort((a, b) => a.offset - b.offset),
      trailingBytes: Math.max(0, this.#end - this.#at) + this.#bytes.length - wrapperEnd,
    };
  }

  /** Where MThd stands, and where the file ends that it is in: bytes after that are of nothing. */
  #findHeader(): { start: number; wrapperEnd: number } {
    const view = this.#view;
    const fileEnd = view.byteLength;
    let start = 0;
    let wrapperEnd = fileEnd;
    if (isRmid(this.#bytes)) {
      start = 12;
      while (start + CHUNK_HEAD <= fileEnd && view.getUint32(start) !== RIFF_DATA) {
        const length = view.getUint32(start + 4, true);
        start += CHUNK_HEAD + length + (length & 1);
      }
      start += CHUNK_HEAD;
      const end = start <= fileEnd ? start + view.getUint32(start - 4, true) : fileEnd;
      if (end <= fileEnd) this.#end = end;
      wrapperEnd = Math.min(fileEnd, Math.max(end, CHUNK_HEAD + view.getUint32(4, true)));
    }
    if (start + 14 > this.#end || view.getUint32(start) !== MTHD) {
      throw badFile('it does not begin with "MThd"');
    }
    return { start, wrapperEnd };
  }

  #readTracks(trackCount: number): SmfTrack[] {
    const view = this.#view;
    const tracks: SmfTrack[] = [];
    while (this.#at + CHUNK_HEAD <= this.#end) {
      const id = view.getUint32(this.#at);
      if (id !== MTRK && (tracks.length >= trackCount || !isChunkName(id))) break;
      const length = view.getUint32(this.#at + 4);
      const start = this.#at + CHUNK_HEAD;
      const end = Math.min(start + length, this.#end);
      if (end < start + length) {
        this.#report(this.#at, `the chunk is cut off: ${end - start} of ${length} bytes are there`);
      }
      if (id === MTRK) tracks.push(this.#readTrack(start, end));
      this.#at = end;
    }
    return tracks;
  }

  #readTrack(start: number, end: number): SmfTrack {
    const events: SmfEvent[] = [];
    const track: SmfTrack = { events, endTick: 0 };
    let running = 0;
    let tick = 0;
    let ended = false;
    this.#at = start;
    while (this.#at < end) {
      const eventAt = this.#at;
      if (ended) this.#report(eventAt, 'events after the end of the track');
      ended = false;
      const delta = this.#readVariableLength(end);
      if (this.#failed || this.#at >= end) {
        this.#report(eventAt, 'an event is cut off');
        return track;
      }
      tick += delta;
      let status = this.#bytes[this.#at]!;
      if (status >= 0x80) this.#at++;
      else status = running;
      const event = this.#readEvent(tick, status, eventAt, end);
      if (event === undefined) return track;
      events.push(event);
      track.endTick = tick;
      if (status < SYSEX_START) running = status;
      ended = event.metaType === MetaType.END_OF_TRACK;
    }
    if (!ended) this.#report(end, 'a track without an end of track');
    return track;
  }

  /** Reads what follows the status byte; undefined if the track cannot be read any further. */
  #readEvent(tick: number, status: number, eventAt: number, end: number): SmfEvent | undefined {
    if (status === META || status === SYSEX_START || status === SYSEX_END) {
      return this.#readLongEvent(tick, status, eventAt, end);
    }
    const size = shortMessageLength(status);
    if (size === 0) {
      this.#report(eventAt, status === 0 ? 'an event without a status' : 'an undefined event');
      return undefined;
    }
    if (this.#at + size - 1 > end) {
      this.#report(eventAt, 'an event is cut off');
      return undefined;
    }
    if (status > SYSEX_START) {
      this.#report(eventAt, `a system message (${status.toString(16)}) as an event`);
    }
    let packed = status;
    for (let shift = 8; shift < size * 8; shift += 8) packed |= this.#bytes[this.#at++]! << shift;
    if ((packed & 0x80_8000) !== 0) this.#report(eventAt, 'a data byte above 7f');
    return shortEvent(tick, packed);
  }

  #readLongEvent(tick: number, status: number, eventAt: number, end: number): SmfEvent | undefined {
    const metaType = status === META ? (this.#bytes[this.#at++] ?? -1) : -1;
    const length = this.#readVariableLength(end);
    if (this.#failed) {
      this.#report(eventAt, 'an event without a length');
      return undefined;
    }
    const dataEnd = Math.min(this.#at + length, end);
    if (dataEnd < this.#at + length) {
      this.#report(eventAt, `an event is cut off: ${dataEnd - this.#at} of ${length} bytes`);
    }
    const data = this.#bytes.subarray(this.#at, dataEnd);
    this.#at = dataEnd;
    return { tick, status, metaType, packed: 0, data };
  }

  /** Reads a variable-length quantity of at most four bytes that ends before `end`. */
  #readVariableLength(end: number): number {
    const limit = Math.min(end, this.#at + 4);
    let value = 0;
    while (this.#at < limit) {
      const byte = this.#bytes[this.#at++]!;
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) {
        this.#failed = false;
        return value;
      }
    }
    this.#failed = true;
    return 0;
  }

  #report(offset: number, message: string): void {
    if (this.#damages.length < MAX_DAMAGES) this.#damages.push({ offset, message });
  }
}

function badFile(why: string): MidirecError {
  return new MidirecError('BAD_FILE', `not a Standard MIDI File: ${why}`, {
    hint: 'give a .mid file',
  });
}

/** True for four printable ASCII characters. */
function isChunkName(id: number): boolean {
  for (let shift = 0; shift < 32; shift += 8) {
    const byte = (id >>> shift) & 0xff;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}
