/**
 * Reads the events of one track, as far as they can be read, and reports what is wrong with them.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Track Chunks", "<sysex event>".
 */

import type { ByteSource } from '../../../midi/bytes/file-bytes.js';
import { formatHex } from '../../../midi/hex.js';
import { isRealtime, SYSEX_END, SYSEX_START, shortMessageLength } from '../../../midi/status.js';
import { type SmfEvent, shortEvent } from '../smf-content.js';
import { META, MetaType } from '../smf-encoding.js';
import { bytesText, type SmfFindings, UNFINISHED_SYSEX } from './smf-findings.js';

const CUT_OFF = 'an event is cut off';
const TOO_LONG = 'a number of more than four bytes';

const noBytes = new Uint8Array(0);
/** More than the bytes of an event without its data: a delta, a status, a type, a length, two data bytes. */
const EVENT_HEAD = 16;

/** Where a track can be read on from. */
export interface TrackPlace {
  /** In bytes from the start of the file. */
  readonly offset: number;
  /** Of the event before it. */
  readonly tick: number;
  /** The status byte that holds there if an event has none. */
  readonly running: number;
}

/** Goes through the bytes of a track in a window, from event to event. */
export class SmfTrackReader {
  readonly #source: ByteSource;
  readonly #windowBytes: number;
  /** Where the track ends, in the file. */
  readonly #trackEnd: number;
  readonly #findings: SmfFindings | undefined;
  /** The window, where it stands in the file, and where in it the reader is. */
  #bytes: Uint8Array = noBytes;
  #position: number;
  #at = 0;
  #tick: number;
  #running: number;
  /** Bytes of a long event that come next, in pieces. */
  #left = 0;
  /** Whether that event is all there. */
  #isWhole = true;
  /** Where the last event that is no piece begins. */
  #eventAt: number;
  /** Whether a sysex or a meta event has come since: by the specification they end running status. */
  #isCancelled = false;
  /** By port (FF 21), where the sysex begins that has not ended yet: inputs that share a track may have one each. */
  readonly #openSysex = new Map<number, number>();
  #port = 0;
  /** Set where a number cannot be read: why. */
  #failure: string | undefined;

  /**
   * @param end - where the track ends
   * @param findings - is told what is wrong; undefined for who has been told
   */
  constructor(
    source: ByteSource,
    { offset, tick, running }: TrackPlace,
    end: number,
    findings?: SmfFindings,
    windowBytes = source.windowBytes,
  ) {
    this.#source = source;
    this.#position = offset;
    this.#eventAt = offset;
    this.#tick = tick;
    this.#running = running;
    this.#trackEnd = end;
    this.#findings = findings;
    this.#windowBytes = windowBytes;
  }

  /** Between two events, pieces of one not. */
  get place(): TrackPlace {
    return { offset: this.offset, tick: this.#tick, running: this.#running };
  }

  /** In bytes from the start of the file. */
  get offset(): number {
    return this.#position + this.#at;
  }

  /**
   * Reads all events, and reports what is wrong with them.
   *
   * @param isOver - asked after an end of track with bytes behind it, whether that was the end
   * @param onEvent - is given each, the end of track and pieces included
   * @returns where the track ends
   */
  check(isOver: (offset: number) => boolean, onEvent: (event: SmfEvent) => void): number {
    let hasEnded = false;
    while (this.offset < this.#trackEnd) {
      if (hasEnded) {
        if (isOver(this.offset)) break;
        this.#findings?.report(this.offset, 'events after the end of the track');
      }
      const event = this.next();
      if (event === undefined) {
        this.#closeAll();
        return this.#trackEnd;
      }
      onEvent(event);
      hasEnded = event.metaType === MetaType.END_OF_TRACK;
    }
    this.#closeAll();
    if (!hasEnded) this.#findings?.report(this.offset, 'a track without an end of track');
    return this.offset;
  }

  /** The next event, or piece of one; undefined at the end, or if the track cannot be read any further. */
  next(): SmfEvent | undefined {
    if (this.#left > 0) return this.#readPiece();
    if (this.#at + EVENT_HEAD > this.#bytes.length) this.#slide();
    if (this.#at >= this.#bytes.length) return undefined;
    this.#eventAt = this.offset;
    const tick = this.#tick + this.#readVariableLength();
    if (this.#failure !== undefined) return this.#giveUp(this.#failure);
    const first = this.#bytes[this.#at];
    if (first === undefined) return this.#giveUp(CUT_OFF);
    if (first >= 0x80) {
      this.#at++;
      if (first < SYSEX_START) this.#running = first;
      this.#isCancelled = first >= SYSEX_START;
      return this.#readEvent(tick, first);
    }
    if (this.#isCancelled) {
      const why = 'running status goes on after a sysex or a meta event';
      this.#findings?.remark(this.#eventAt, `${why}: read as it was meant`);
    }
    return this.#readEvent(tick, this.#running);
  }

  /** Moves the window to where the reader is; there are fewer bytes in it than an event may have at the end only. */
  #slide(): void {
    const from = this.offset;
    if (this.#position + this.#bytes.length >= this.#trackEnd) return;
    const to = Math.min(this.#trackEnd, from + this.#windowBytes);
    this.#bytes = this.#source.read(from, to);
    this.#position = from;
    this.#at = 0;
  }

  /** Reads what follows the status byte. */
  #readEvent(tick: number, status: number): SmfEvent | undefined {
    if (status === META || status === SYSEX_START || status === SYSEX_END) {
      return this.#readLongEvent(tick, status);
    }
    const size = shortMessageLength(status);
    if (size === 0) {
      return this.#giveUp(status === 0 ? 'an event without a status' : 'an undefined event');
    }
    if (this.#at + size - 1 > this.#bytes.length) return this.#giveUp(CUT_OFF);
    if (status > SYSEX_START) {
      const what = `a system message (${formatHex([status])}) as an event`;
      this.#findings?.report(this.#eventAt, what);
    }
    // As on a cable, realtime may stand within a sysex.
    if (!isRealtime(status)) this.#closeSysex();
    let packed = status;
    for (let shift = 8; shift < size * 8; shift += 8) packed |= this.#bytes[this.#at++]! << shift;
    if ((packed & 0x80_8000) !== 0) this.#findings?.report(this.#eventAt, 'a data byte above 7f');
    this.#tick = tick;
    return shortEvent(tick, packed);
  }

  #readLongEvent(tick: number, status: number): SmfEvent | undefined {
    const metaType = status === META ? (this.#bytes[this.#at++] ?? -1) : -1;
    const declared = this.#readVariableLength();
    if (this.#failure !== undefined) return this.#giveUp(this.#failure);
    this.#tick = tick;
    const length = Math.min(declared, this.#trackEnd - this.offset);
    this.#isWhole = length === declared;
    if (!this.#isWhole) {
      const what = `${CUT_OFF}: ${length} of ${bytesText(declared)}`;
      this.#findings?.report(this.#eventAt, what);
    }
    const now = status === META ? length : Math.min(length, this.#windowBytes);
    this.#left = length - now;
    const data = this.#take(now);
    if (metaType === MetaType.PORT) this.#port = data[0] ?? 0;
    // One without a byte parts two sysex: see TakeEncoder.
    if (status === SYSEX_END && declared === 0) this.#closeSysex();
    if (status !== META) this.#followSysex(status, data);
    return { tick, status, metaType, packed: 0, data, left: this.#left };
  }

  #readPiece(): SmfEvent {
    const data = this.#take(Math.min(this.#left, this.#windowBytes));
    this.#left -= data.length;
    this.#followSysex(SYSEX_END, data);
    return { tick: this.#tick, status: SYSEX_END, metaType: -1, packed: 0, data, left: this.#left };
  }

  /** The next bytes of the track, as many as there are. */
  #take(length: number): Uint8Array {
    const end = this.#at + length;
    if (end <= this.#bytes.length) {
      const data = this.#bytes.subarray(this.#at, end);
      this.#at = end;
      return data;
    }
    const from = this.offset;
    const data = this.#source.read(from, from + length);
    this.#bytes = noBytes;
    this.#position = from + length;
    this.#at = 0;
    return data;
  }

  /** Looks for the end of a sysex, and for what cannot stand before and after it. */
  #followSysex(status: number, data: Uint8Array): void {
    if (this.#findings === undefined || !this.#isWhole) return;
    if (status === SYSEX_START) {
      this.#closeSysex();
      this.#openSysex.set(this.#port, this.#eventAt);
    }
    // An F7 event outside a sysex may hold anything.
    if (!this.#openSysex.has(this.#port)) return;
    let end = 0;
    while (end < data.length && (data[end]! < 0x80 || isRealtime(data[end]!))) end++;
    if (end === data.length) return;
    this.#openSysex.delete(this.#port);
    const left = data.length - end - 1 + this.#left;
    const byte = data[end]!;
    if (byte !== SYSEX_END) {
      this.#findings.report(this.#eventAt, `a status byte (${formatHex([byte])}) inside a sysex`);
    } else if (left > 0) {
      this.#findings.report(this.#eventAt, `${bytesText(left)} after the end of a sysex`);
    }
  }

  #closeSysex(port = this.#port): void {
    const at = this.#openSysex.get(port);
    if (at !== undefined) this.#findings?.report(at, UNFINISHED_SYSEX);
    this.#openSysex.delete(port);
  }

  #closeAll(): void {
    for (const port of this.#openSysex.keys()) this.#closeSysex(port);
  }

  /** Reads a variable-length quantity of at most four bytes. */
  #readVariableLength(): number {
    const bytes = this.#bytes;
    const limit = Math.min(bytes.length, this.#at + 4);
    let value = 0;
    while (this.#at < limit) {
      const byte = bytes[this.#at++]!;
      value = (value << 7) | (byte & 0x7f);
      if (byte < 0x80) return value;
    }
    this.#failure = limit < bytes.length ? TOO_LONG : CUT_OFF;
    return 0;
  }

  /** What cannot be read takes the rest of the track with it. */
  #giveUp(message: string): undefined {
    const left = this.#trackEnd - this.#eventAt;
    const rest =
      message === CUT_OFF ? '' : `: the last ${bytesText(left)} of the track are not read`;
    this.#findings?.report(this.#eventAt, message + rest);
    this.#position = this.#trackEnd;
    this.#bytes = noBytes;
    this.#at = 0;
    return undefined;
  }
}
