/**
 * Reads Standard MIDI Files, damaged ones included: whatever can be read is, and what cannot is
 * named by its place in the file.
 *
 * Source: Standard MIDI Files 1.0 (RP-001).
 *
 * midi-file's parser is not used here: on damaged files it loops for ever (a length field that
 * turns negative moves it backwards) or throws strings and TypeErrors.
 */

import { type ByteSource, memorySource } from '../../midi/bytes/file-bytes.js';
import { badFile, type MidirecError } from '../../midi/errors.js';
import type { SmfContent } from './smf-content.js';
import { findInWrapper, type WrapperText } from './smf-wrapper.js';
import { type FileTrack, readTrack } from './tracks/file-track.js';
import { bytesText, type SmfDamage, SmfFindings } from './tracks/smf-findings.js';
import { findUnfinishedSysex } from './tracks/unfinished-sysex.js';

export interface SmfFile extends SmfContent {
  readonly tracks: readonly FileTrack[];
  /** The first MAX_DAMAGES that were found, in order of place. */
  readonly damages: readonly SmfDamage[];
  /** How many there are. */
  readonly damageCount: number;
  /** What is not as the specification has it, and harms nothing. */
  readonly remarks: readonly SmfDamage[];
  /** What a RIFF wrapper says about the piece. */
  readonly texts: readonly WrapperText[];
  /** Bytes after the last chunk. A take that was broken off has some: what was under way to the disk. */
  readonly trailingBytes: number;
}

const MTHD = 0x4d54_6864;
const MTRK = 0x4d54_726b;
const CHUNK_HEAD = 8;
const HEADER_BYTES = 14;
/** When a track is looked for. */
const SEARCHED_BYTES = 1024 * 1024;
const IS_THERE_ANOTHER = 'is there another copy of the file?';

/**
 * Reads a file of any size: once as a whole, for what is wrong with it, for its meta events and its length. Its
 * events are read again each time that one goes through them; the `data` of theirs are views of what was read.
 *
 * The end of a track is the end of its chunk: an end-of-track event before that is reported and
 * passed over. Where no chunk can end there, its length is wrong, and the track ends with its end-of-track
 * event. What is between that and the next track is passed over. Several tracks make a file of format 1,
 * also where its header says 0.
 *
 * @param source - stays open for as long as the events are gone through
 * @throws MidirecError BAD_FILE if it is no Standard MIDI File at all, or of nothing but meta events by the
 *   million; what the source throws; nothing else, whatever the bytes
 */
export function openSmf(source: ByteSource): SmfFile {
  return new SmfParser(source).parse();
}

/** Reads a file that is in memory. The `data` of its events are views of `bytes`. */
export function readSmf(bytes: Uint8Array): SmfFile {
  return openSmf(memorySource(bytes));
}

/**
 * Whether a whole file is, or says that it is, a Standard MIDI File: bare, in a RIFF wrapper (RMID), behind
 * other bytes, or without its header.
 */
export function isSmf(source: ByteSource): boolean {
  return /^(MThd|MTrk|RIFF....RMID)/s.test(beginningOf(source)) || findInWrapper(source).start >= 0;
}

function beginningOf(source: ByteSource): string {
  return String.fromCharCode(...source.read(0, 12));
}

/** Of all tracks at once, which are read in turn where they sound together. */
const WINDOWS_BYTES = 32 * 1024 * 1024;
const SMALLEST_WINDOW_BYTES = 512;

class SmfParser {
  readonly #source: ByteSource;
  readonly #findings = new SmfFindings();
  /** Where the chunks end: with the file, or with the wrapper around them. */
  #end: number;
  #at = 0;

  constructor(source: ByteSource) {
    this.#source = source;
    this.#end = source.length;
  }

  parse(): SmfFile {
    const { start, end, wrapperEnd, texts, strayBytes } = findInWrapper(this.#source);
    this.#end = end;
    if (start < 0 || start + HEADER_BYTES > end) throw this.#noHeader(start);
    if (strayBytes > 0)
      this.#findings.report(0, `${bytesText(strayBytes)} before the header (MThd)`);
    const headerLength = this.#uint32At(start + 4);
    if (headerLength < 6) throw notSmf(`its header has ${bytesText(headerLength)} instead of 6`);
    const format = this.#uint16At(start + 8);
    const trackCount = this.#uint16At(start + 10);
    const division = this.#uint16At(start + 12);
    if (format > 2) this.#findings.report(start + 8, `unknown format ${format}: read as format 1`);
    const isSmpte = division >= 0x8000;
    if (division === 0 || (isSmpte && (division & 0xff) === 0)) {
      this.#findings.report(start + 12, 'a beat of no ticks: read as one tick');
    }
    this.#at = start + CHUNK_HEAD + headerLength;
    if (this.#at > end) {
      this.#findings.report(start + 4, wrongLength('the header', headerLength));
      this.#at = start + HEADER_BYTES;
    }
    const tracks = this.#readTracks();
    const sysexAt = findUnfinishedSysex(this.#source, this.#at, end);
    if (sysexAt !== undefined) {
      const what = `a sysex that is not finished, after the end of the last track: ${bytesText(end - sysexAt)}`;
      this.#findings.report(sysexAt, what);
    }
    const share = Math.max(SMALLEST_WINDOW_BYTES, Math.floor(WINDOWS_BYTES / tracks.length));
    for (const track of tracks) track.windowBytes = Math.min(this.#source.windowBytes, share);
    if (tracks.length !== trackCount) {
      this.#findings.report(
        start + 10,
        `number of tracks: ${trackCount} in the header, ${tracks.length} in the file`,
      );
    }
    const isOfSeveral = format === 0 && tracks.length > 1;
    if (isOfSeveral) {
      this.#findings.report(start + 8, `format 0 with ${tracks.length} tracks: read as format 1`);
    }
    return {
      format: isOfSeveral || format > 2 ? 1 : format,
      ppq: isSmpte ? 0 : Math.max(1, division),
      smpte: isSmpte
        ? { framesPerSecond: 256 - (division >> 8), ticksPerFrame: Math.max(1, division & 0xff) }
        : undefined,
      tracks,
      damages: this.#findings.damages.sort((a, b) => a.offset - b.offset),
      damageCount: this.#findings.damageCount,
      remarks: this.#findings.remarks,
      texts,
      trailingBytes: Math.max(0, end - this.#at) + this.#source.length - wrapperEnd,
    };
  }

  #noHeader(start: number): MidirecError {
    if (this.#source.length === 0) return notSmf('it is empty', 'was it saved or copied whole?');
    if (start >= 0) return notSmf('it is cut off within its header', IS_THERE_ANOTHER);
    if (!beginningOf(this.#source).startsWith('MTrk')) return notSmf('it has no header (MThd)');
    return notSmf(
      'it begins with a track, and its header (MThd) is missing',
      `the header says how long a beat is: ${IS_THERE_ANOTHER}`,
    );
  }

  #readTracks(): FileTrack[] {
    const tracks: FileTrack[] = [];
    for (;;) {
      const chunkAt = this.#at;
      if (this.#isTrackAt(chunkAt)) {
        tracks.push(this.#readTrack(chunkAt + CHUNK_HEAD, this.#uint32At(chunkAt + 4)));
      } else if (this.#isAlienAt(chunkAt)) {
        this.#at += CHUNK_HEAD + this.#uint32At(chunkAt + 4);
      } else {
        const next = this.#findTrack(chunkAt);
        if (next < 0) return tracks;
        this.#findings.report(chunkAt, `${bytesText(next - chunkAt)} that are of no chunk`);
        this.#at = next;
      }
    }
  }

  #isTrackAt(offset: number): boolean {
    return offset + CHUNK_HEAD <= this.#end && this.#uint32At(offset) === MTRK;
  }

  /** Whether a chunk of another kind stands there, and is whole. Another header begins another file. */
  #isAlienAt(offset: number): boolean {
    if (offset + CHUNK_HEAD > this.#end) return false;
    const id = this.#uint32At(offset);
    const end = offset + CHUNK_HEAD + this.#uint32At(offset + 4);
    return isChunkName(id) && id !== MTHD && id !== MTRK && end <= this.#end;
  }

  /** Where the next track begins, of those before another header; -1 if there is none. */
  #findTrack(from: number): number {
    for (let at = from; at < this.#end; at += SEARCHED_BYTES) {
      // A name may lie across the border.
      const { buffer, byteOffset, length } = this.#source.read(
        at,
        Math.min(this.#end, at + SEARCHED_BYTES + CHUNK_HEAD),
      );
      const bytes = Buffer.from(buffer, byteOffset, length);
      const found = bytes.indexOf('MTrk', 0, 'latin1');
      const header = bytes.indexOf('MThd', 0, 'latin1');
      if (header >= 0 && (found < 0 || header < found)) return -1;
      if (found >= 0) return this.#isTrackAt(at + found) ? at + found : -1;
    }
    return -1;
  }

  /** Whether a track can end there: by what comes after it, or by its last event. */
  #canEndAt(start: number, end: number): boolean {
    if (end === this.#end || this.#isTrackAt(end) || this.#isAlienAt(end)) return true;
    if (end > this.#end || end - start < 3) return false;
    return this.#uint16At(end - 3) === 0xff2f && this.#source.read(end - 1, end)[0] === 0;
  }

  /** Leaves `#at` after the track. */
  #readTrack(start: number, length: number): FileTrack {
    const chunkAt = start - CHUNK_HEAD;
    const declaredEnd = start + length;
    const isRight = this.#canEndAt(start, declaredEnd);
    let end = declaredEnd;
    if (!isRight) {
      const next = this.#findTrack(start);
      end = next < 0 ? this.#end : next;
      const isCutOff = next < 0 && declaredEnd > end;
      this.#findings.report(
        chunkAt,
        isCutOff
          ? `the chunk is cut off: ${end - start} of ${bytesText(length)} are there`
          : wrongLength('a track', length),
      );
    }
    const isOver = (offset: number) => {
      if (!isRight) return true;
      if (!this.#isTrackAt(offset)) return false;
      this.#findings.report(chunkAt, wrongLength('a track', length));
      return true;
    };
    const found = readTrack(this.#source, start, end, this.#findings, isOver);
    this.#at = found.end;
    return found.track;
  }

  #uint32At(offset: number): number {
    return this.#viewOf(offset, 4).getUint32(0);
  }

  #uint16At(offset: number): number {
    return this.#viewOf(offset, 2).getUint16(0);
  }

  #viewOf(offset: number, size: number): DataView {
    const { buffer, byteOffset, length } = this.#source.read(offset, offset + size);
    return new DataView(buffer, byteOffset, length);
  }
}

function wrongLength(what: string, length: number): string {
  return `a wrong length of ${what}: ${bytesText(length)}`;
}

function notSmf(why: string, hint = 'give a .mid file'): MidirecError {
  return badFile(`not a Standard MIDI File: ${why}`, hint);
}

/** True for four printable ASCII characters. */
function isChunkName(id: number): boolean {
  for (let shift = 0; shift < 32; shift += 8) {
    const byte = (id >>> shift) & 0xff;
    if (byte < 0x20 || byte > 0x7e) return false;
  }
  return true;
}
