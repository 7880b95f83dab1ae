/** Reads the events of a growing file back, and of what follows it in memory. */
import { isChannelMessage, SYSEX_END, SYSEX_START, shortMessageLength } from '../../midi/status.js';
import type { DiskFile } from '../disk/disk.js';
import { describeIoError } from '../disk/io-errors.js';
import { MetaType } from '../smf/smf-encoding.js';
import { NO_CHANNEL } from './take-tracks.js';

/** The events in a growing file: the bytes from `start` to `end`. */
export interface JournalPart {
  readonly file: DiskFile;
  readonly start: number;
  readonly end: number;
}

/** The events of a take: in one growing file or, if that could not go on, in several; the rest still in memory. */
export interface JournalEvents {
  readonly parts: readonly JournalPart[];
  /** What follows the bytes on the disk. */
  readonly waiting: readonly Uint8Array[];
}

/** The growing file cannot be read back: the disk fails, or another program has written to the file. */
export class JournalUnreadable extends Error {}

/** Bytes that are read at a time. */
const WINDOW = 0x4_0000;
const META = 0xff;
/** More than the bytes of an event before its data: delta 4, status 1, type 1, length 4. */
const HEAD = 16;
/** SMF 1.0: a variable-length quantity has four bytes at most. */
const MOST_QUANTITY_BYTES = 4;

/** How many of the musician's events there are. */
export function countEvents(events: JournalEvents): number {
  const scanner = new JournalScanner(events);
  let count = 0;
  while (scanner.next()) if (scanner.metaType < 0 && !scanner.isSeam) count++;
  return count;
}

/** How many events and markers stand in a journal before the place from which on it cannot be read, and when that is. */
export function countReadable(events: JournalEvents): { count: number; untilTick: number } {
  const scanner = new JournalScanner(events);
  let count = 0;
  try {
    while (scanner.next()) {
      const { metaType, isSeam } = scanner;
      if ((metaType < 0 && !isSeam) || metaType === MetaType.MARKER) count++;
    }
  } catch (error) {
    if (!(error instanceof JournalUnreadable)) throw error;
  }
  return { count, untilTick: scanner.tick };
}

/** Goes through the events of a journal. Its fields describe the event that `next` found. */
export class JournalScanner {
  tick = 0;
  /** Index of the input, from the port event before it. */
  device = 0;
  /** -1 if it is no meta event. */
  metaType = -1;
  /** The bit of its channel in a mask of channels, or NO_CHANNEL. */
  channelBit = NO_CHANNEL;
  /** The event without its delta: from `start` to `end` of `bytes`. */
  bytes = new Uint8Array(WINDOW);
  start = 0;
  end = 0;
  /** Where in it the data of a sysex or a meta event begin. */
  dataAt = 0;
  /** What has not been read yet. */
  readonly #parts: JournalPart[];
  readonly #waiting: Uint8Array[];
  /** Bytes in use of `bytes`. */
  #filled = 0;

  constructor({ parts, waiting }: JournalEvents) {
    this.#parts = [...parts];
    this.#waiting = [...waiting];
  }

  /** Whether it is the F7 event without a byte that TakeEncoder writes between two broken sysex. */
  get isSeam(): boolean {
    return this.bytes[this.start] === SYSEX_END && this.dataAt === this.end;
  }

  /** Another one that goes on behind this one's event, on its own. */
  fork(): JournalScanner {
    const fork = new JournalScanner({ parts: this.#parts, waiting: this.#waiting });
    fork.tick = this.tick;
    fork.device = this.device;
    fork.bytes = this.bytes.slice();
    fork.end = this.end;
    fork.#filled = this.#filled;
    return fork;
  }

  next(): boolean {
    let at = this.#ensure(this.end, HEAD);
    if (at >= this.#filled) return false;
    const bytes = this.bytes;
    const deltaAt = at;
    let delta = 0;
    let byte: number;
    do {
      byte = bytes[at++]!;
      delta = (delta << 7) | (byte & 0x7f);
    } while (byte >= 0x80);
    const start = at;
    const status = bytes[at++]!;
    let length = shortMessageLength(status) - 1;
    this.metaType = -1;
    this.channelBit = isChannelMessage(status) ? 1 << (status & 0x0f) : NO_CHANNEL;
    if (status === META || status === SYSEX_START || status === SYSEX_END) {
      if (status === META) this.metaType = bytes[at++]!;
      const lengthAt = at;
      length = 0;
      do {
        byte = bytes[at++]!;
        length = (length << 7) | (byte & 0x7f);
      } while (byte >= 0x80);
      if (at - lengthAt > MOST_QUANTITY_BYTES) throw foreign();
    }
    if (length < 0 || start - deltaAt > MOST_QUANTITY_BYTES) throw foreign();
    const headLength = at - start;
    this.start = this.#ensure(start, headLength + length);
    this.dataAt = this.start + headLength;
    this.end = this.dataAt + length;
    if (this.end > this.#filled) throw foreign();
    this.tick += delta;
    if (this.metaType === MetaType.PORT) this.device = this.bytes[this.end - 1]!;
    return true;
  }

  /** Sees to it that the window holds `length` bytes from `at` on, if there are as many, and returns where they are now. */
  #ensure(at: number, length: number): number {
    if (at + length <= this.#filled) return at;
    const kept = this.bytes.subarray(at, this.#filled);
    const target = length > this.bytes.length ? new Uint8Array(length + WINDOW) : this.bytes;
    if (target === this.bytes) target.copyWithin(0, at, this.#filled);
    else target.set(kept);
    this.bytes = target;
    this.#filled = kept.length;
    while (this.#filled < target.length) {
      const read = this.#read(target.subarray(this.#filled));
      if (read === 0) break;
      this.#filled += read;
    }
    return 0;
  }

  /** @returns how many bytes were read; 0 when there are no more */
  #read(target: Uint8Array): number {
    for (;;) {
      const part = this.#parts[0];
      if (part === undefined) return this.#readWaiting(target);
      const { file, start, end } = part;
      if (start === end) {
        this.#parts.shift();
        continue;
      }
      const read = readSome(file, start, target.subarray(0, Math.min(end - start, target.length)));
      if (read === 0) throw new JournalUnreadable('it is shorter than what was written to it');
      this.#parts[0] = { file, start: start + read, end };
      return read;
    }
  }

  #readWaiting(target: Uint8Array): number {
    const bytes = this.#waiting[0];
    if (bytes === undefined) return 0;
    const part = bytes.subarray(0, target.length);
    target.set(part);
    if (part.length === bytes.length) this.#waiting.shift();
    else this.#waiting[0] = bytes.subarray(part.length);
    return part.length;
  }
}

function readSome(file: DiskFile, position: number, target: Uint8Array): number {
  try {
    return file.readNow(position, target);
  } catch (error) {
    throw new JournalUnreadable(describeIoError(error), { cause: error });
  }
}

function foreign(): JournalUnreadable {
  return new JournalUnreadable('another program has written to it');
}
