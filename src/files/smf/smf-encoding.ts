/**
 * Events of a Standard MIDI File as bytes: the encoder that every note of a take goes through.
 *
 * Source: Standard MIDI Files 1.0 (RP-001), "Standard MIDI File Format" and "Meta-Events".
 */
import { isChannelMessage, SYSEX_END, SYSEX_START, shortMessageLength } from '../../midi/status.js';

/** The status byte of a meta event. */
export const META = 0xff;

/** Meta-event types that midirec writes or looks at. */
export const MetaType = {
  SEQUENCE_NUMBER: 0x00,
  TEXT: 0x01,
  COPYRIGHT: 0x02,
  TRACK_NAME: 0x03,
  INSTRUMENT_NAME: 0x04,
  LYRIC: 0x05,
  MARKER: 0x06,
  CUE_POINT: 0x07,
  DEVICE_NAME: 0x09,
  CHANNEL_PREFIX: 0x20,
  PORT: 0x21,
  END_OF_TRACK: 0x2f,
  TEMPO: 0x51,
  SMPTE_OFFSET: 0x54,
  TIME_SIGNATURE: 0x58,
  KEY_SIGNATURE: 0x59,
} as const;

/** Largest number that fits the four bytes of a variable-length quantity: 268,435,455. */
export const MAX_VARIABLE_LENGTH = 0x0fff_ffff;

/** Bits that are set in a packed message whose data bytes are no data bytes. */
const STATUS_BITS_IN_DATA = 0x80_8000;
/** Room for a delta (4), a status, a meta type, a length (4) and a short message, rounded up. */
const EVENT_HEAD = 16;

const utf8 = new TextEncoder();
const noBytes = new Uint8Array(0);

/** The 14 bytes of an MThd chunk. */
export function encodeHeader(format: number, trackCount: number, ppq: number): Uint8Array {
  const bytes = new Uint8Array(14);
  const view = new DataView(bytes.buffer);
  bytes.set(utf8.encode('MThd'));
  view.setUint32(4, 6);
  view.setUint16(8, format);
  view.setUint16(10, trackCount);
  view.setUint16(12, ppq);
  return bytes;
}

/** The 8 bytes before the events of a track. */
export function encodeTrackHeader(byteLength: number): Uint8Array {
  const bytes = new Uint8Array(8);
  bytes.set(utf8.encode('MTrk'));
  new DataView(bytes.buffer).setUint32(4, byteLength);
  return bytes;
}

/** Data of a set-tempo event: 24 bits, big-endian. */
export function encodeTempo(microsecondsPerQuarter: number): Uint8Array {
  return Uint8Array.of(
    microsecondsPerQuarter >>> 16,
    microsecondsPerQuarter >>> 8,
    microsecondsPerQuarter,
  );
}

/**
 * Data of a time-signature event: the denominator as a power of two, the metronome clicking once
 * per denominator, 8 thirty-seconds to the quarter note.
 *
 * @param denominator - 1, 2, 4 … 128
 */
export function encodeTimeSignature(numerator: number, denominator: number): Uint8Array {
  const clocksPerClick = Math.max(1, 96 / denominator);
  return Uint8Array.of(numerator, Math.log2(denominator), clocksPerClick, 8);
}

/**
 * Encodes the events of one track into a buffer that is used again and again: no object, no
 * closure and no copy per event.
 *
 * - Every event carries its status byte: no running status, so that any event can be the first
 *   that is read after a break.
 * - Ticks never decrease: an event that comes with an earlier tick than the one before it (or
 *   with no number at all) is given that one's tick.
 * - A delta beyond MAX_VARIABLE_LENGTH cannot be written. It is bridged by empty text events
 *   (FF 01 00), each MAX_VARIABLE_LENGTH ticks after the one before, which every reader skips.
 */
export class TrackEncoder {
  /** The encoded bytes are the first `length` of these. Replaced when more room is needed. */
  bytes: Uint8Array<ArrayBuffer>;
  length = 0;
  /** Tick of the last event, fillers included. */
  lastTick = 0;

  constructor(capacity = 0x1_0000) {
    this.bytes = new Uint8Array(capacity);
  }

  /**
   * Adds a short message.
   *
   * Channel messages are written as they are. What cannot be an event of an SMF (system common
   * and realtime messages, or a data byte of 80 and above from a broken driver) is wrapped in an
   * F7 escape, which keeps its bytes. What is no message at all (F0, F4, F5, F7, a data byte as
   * status) is not written.
   *
   * @param packed - status byte | first data byte << 8 | second data byte << 16
   */
  addShort(tick: number, packed: number): void {
    const status = packed & 0xff;
    const delta = tick - this.lastTick;
    const at = this.length;
    // Nearly all events of a flood are this one: a channel message, and soon after another.
    if (
      delta >= 0 &&
      delta < 0x80 &&
      isChannelMessage(status) &&
      (packed & STATUS_BITS_IN_DATA) === 0 &&
      at + EVENT_HEAD <= this.bytes.length
    ) {
      const bytes = this.bytes;
      bytes[at] = delta;
      bytes[at + 1] = status;
      bytes[at + 2] = packed >>> 8;
      // A message of two bytes has a 0 here, which the next event overwrites.
      bytes[at + 3] = packed >>> 16;
      this.length = at + 1 + shortMessageLength(status);
      this.lastTick = tick;
      return;
    }
    this.#addAnyShort(tick, packed);
  }

  #addAnyShort(tick: number, packed: number): void {
    const status = packed & 0xff;
    const size = shortMessageLength(status);
    if (size === 0) return;
    this.#begin(tick, 0);
    const bytes = this.bytes;
    let at = this.length;
    if (status >= SYSEX_START || (packed & STATUS_BITS_IN_DATA) !== 0) {
      bytes[at++] = SYSEX_END;
      bytes[at++] = size;
    }
    bytes[at] = status;
    if (size > 1) bytes[at + 1] = packed >>> 8;
    if (size > 2) bytes[at + 2] = packed >>> 16;
    this.length = at + size;
  }

  /**
   * Adds a sysex, whole or broken, without a byte that did not arrive: an F0 event if it begins
   * with F0 (no F7 is invented at its end), else an F7 packet, which is how an SMF holds any
   * bytes. An empty payload adds nothing.
   *
   * @param packetLimit - bytes per packet; what is longer than a length field can say goes on in
   *   F7 packets of the same tick, as the specification has it
   */
  addSysex(tick: number, payload: Uint8Array, packetLimit = MAX_VARIABLE_LENGTH): void {
    let start = 0;
    let status = SYSEX_END;
    if (payload[0] === SYSEX_START) {
      start = 1;
      status = SYSEX_START;
    }
    while (start < payload.length || status === SYSEX_START) {
      const end = Math.min(payload.length, start + packetLimit);
      this.addPacket(tick, status, payload.subarray(start, end));
      start = end;
      status = SYSEX_END;
    }
  }

  /**
   * Adds an F0 or F7 event as it stands in a file.
   *
   * @param data - what follows the length field
   * @param left - how many bytes of it the caller appends
   */
  addPacket(tick: number, status: number, data: Uint8Array, left = 0): void {
    this.#begin(tick, data.length);
    this.bytes[this.length++] = status;
    this.#putVariableLength(data.length + left);
    this.#putBytes(data, 0, data.length);
  }

  /** Adds a meta event; `type` is a {@link MetaType}. */
  addMeta(tick: number, type: number, data: Uint8Array = noBytes): void {
    this.#begin(tick, data.length);
    this.bytes[this.length++] = META;
    this.bytes[this.length++] = type;
    this.#putVariableLength(data.length);
    this.#putBytes(data, 0, data.length);
  }

  /** Adds a meta event with text in UTF-8. */
  addText(tick: number, type: number, text: string): void {
    this.addMeta(tick, type, utf8.encode(text));
  }

  /** Adds an event that is already encoded, without its delta: the bytes `start` to `end` of `source`. */
  addEncoded(tick: number, source: Uint8Array, start: number, end: number): void {
    this.#begin(tick, end - start);
    if (end - start > EVENT_HEAD) {
      this.#putBytes(source, start, end);
      return;
    }
    const bytes = this.bytes;
    let at = this.length;
    for (let from = start; from < end; from++) bytes[at++] = source[from]!;
    this.length = at;
  }

  addEndOfTrack(tick: number): void {
    this.addMeta(tick, MetaType.END_OF_TRACK);
  }

  /** A view of what has been encoded since the last `clear`; good until the next call of any method. */
  view(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length);
  }

  /** Empties the buffer and keeps the tick: the next event follows the last one in the file. */
  clear(): void {
    this.length = 0;
  }

  /**
   * Hands out the encoded bytes for good, and goes on in another buffer.
   *
   * @param spare - a buffer to go on in; its content is overwritten
   */
  detach(spare: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
    const full = this.view();
    this.bytes = spare;
    this.length = 0;
    return full;
  }

  /**
   * Begins an event at `tick`: makes room for its head and `byteLength` bytes more, and writes the
   * delta, after as many fillers as it takes.
   */
  #begin(tick: number, byteLength: number): void {
    let delta = tick - this.lastTick;
    if (delta > 0) {
      this.lastTick = tick;
      if (delta > MAX_VARIABLE_LENGTH) delta = this.#bridge(delta);
    } else {
      delta = 0;
    }
    if (this.length + EVENT_HEAD + byteLength > this.bytes.length) this.#grow(byteLength);
    if (delta < 0x80) this.bytes[this.length++] = delta;
    else this.#putVariableLength(delta);
  }

  /** Writes fillers until what is left of `delta` can be written, and returns that. */
  #bridge(delta: number): number {
    let left = delta;
    while (left > MAX_VARIABLE_LENGTH) {
      if (this.length + EVENT_HEAD > this.bytes.length) this.#grow(0);
      this.#putVariableLength(MAX_VARIABLE_LENGTH);
      this.bytes[this.length++] = META;
      this.bytes[this.length++] = MetaType.TEXT;
      this.bytes[this.length++] = 0;
      left -= MAX_VARIABLE_LENGTH;
    }
    return left;
  }

  #putVariableLength(value: number): void {
    const bytes = this.bytes;
    let at = this.length;
    if (value > 0x1f_ffff) bytes[at++] = (value >>> 21) | 0x80;
    if (value > 0x3fff) bytes[at++] = (value >>> 14) | 0x80;
    if (value > 0x7f) bytes[at++] = (value >>> 7) | 0x80;
    bytes[at++] = value & 0x7f;
    this.length = at;
  }

  #putBytes(source: Uint8Array, start: number, end: number): void {
    this.bytes.set(source.subarray(start, end), this.length);
    this.length += end - start;
  }

  /** Makes room for the head of an event and `byteLength` bytes more. */
  #grow(byteLength: number): void {
    const needed = this.length + EVENT_HEAD + byteLength;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, needed));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
