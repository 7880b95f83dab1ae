/**
 * Takes a stream of MIDI bytes apart: short messages, sysex of any length, realtime in the midst
 * of either. The messages are the same however the bytes are cut.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "Running Status", "System Real Time Messages",
 * "System Exclusive Messages", "Undefined Status Bytes".
 */
import {
  isChannelMessage,
  isRealtime,
  SYSEX_END,
  SYSEX_START,
  shortMessageLength,
} from './status.js';

/** Receives what a parser finds, in order. */
export interface ByteStreamVisitor {
  /**
   * A whole message of one to three bytes. Realtime messages come when they come, also between
   * the pieces of a sysex.
   *
   * @param packed - status byte | first data byte << 8 | second data byte << 16
   * @param length - bytes, the status byte included (a running one, too)
   */
  onShort(packed: number, length: number): void;
  /** The next piece of the sysex under way, its F0 and F7 included. A view of what was fed: read it before returning. */
  onSysexBytes(bytes: Uint8Array): void;
  /**
   * The sysex is over.
   *
   * @param isComplete - it began with F0 and ended with F7. If not, something is missing: another
   *   status byte broke it off, or its beginning never came
   */
  onSysexEnd(isComplete: boolean): void;
  /**
   * Bytes that belong to no message: a short message that another status byte broke off, an
   * undefined F4 or F5, an F7 that ends nothing.
   *
   * @param packed - the bytes, the first in the lowest eight bits
   * @param length - how many, 1 to 3
   */
  onInvalid(packed: number, length: number): void;
}

/**
 * The parser for both kinds of byte stream: a MIDI line (with running status), and the sysex
 * buffers of WinMM, put in a row (without).
 *
 * Data bytes that have no status are a sysex whose beginning is missing: nothing is dropped in
 * silence, and an F7 after them belongs to them.
 */
export class ByteStreamParser {
  readonly #hasRunningStatus: boolean;
  #inSysex = false;
  /** Whether the sysex under way began with F0. */
  #hasStart = false;
  /** Status byte of the short message under way, or the running status; 0 if there is neither. */
  #status = 0;
  #packed = 0;
  /** Bytes of the short message under way; 0 between messages. */
  #length = 0;

  /** @param hasRunningStatus - whether data bytes after a whole channel message begin another one */
  constructor(hasRunningStatus: boolean) {
    this.#hasRunningStatus = hasRunningStatus;
  }

  /** True from the first byte of a sysex until its end. */
  get inSysex(): boolean {
    return this.#inSysex;
  }

  /** True if no message is under way, of whatever kind; a running status is none. */
  get isBetweenMessages(): boolean {
    return !this.#inSysex && this.#length === 0;
  }

  feed(bytes: Uint8Array, visitor: ByteStreamVisitor): void {
    let at = 0;
    while (at < bytes.length) {
      const byte = bytes[at]!;
      if (byte < 0x80) {
        if (this.#status === 0 || this.#inSysex) {
          at = this.#feedSysex(bytes, at, at, visitor);
        } else {
          this.#feedData(byte, visitor);
          at++;
        }
      } else if (isRealtime(byte)) {
        visitor.onShort(byte, 1);
        at++;
      } else if (byte === SYSEX_START) {
        this.breakOff(visitor);
        this.#inSysex = true;
        this.#hasStart = true;
        at = this.#feedSysex(bytes, at, at + 1, visitor);
      } else if (byte === SYSEX_END && this.#inSysex) {
        at = this.#feedSysex(bytes, at, at, visitor);
      } else {
        this.#feedStatus(byte, visitor);
        at++;
      }
    }
  }

  /** Ends what is under way, as a status byte would: the stream has ended, or a message has come another way. */
  breakOff(visitor: ByteStreamVisitor): void {
    const length = this.#length;
    this.#status = 0;
    this.#length = 0;
    if (this.#inSysex) {
      this.#inSysex = false;
      visitor.onSysexEnd(false);
    } else if (length > 0) {
      visitor.onInvalid(this.#packed, length);
    }
  }

  /** Forgets what is under way, without a word. */
  reset(): void {
    this.#inSysex = false;
    this.#status = 0;
    this.#length = 0;
  }

  /** Hands over sysex bytes from `start` on, of which those before `at` have been looked at. @returns the index after them */
  #feedSysex(bytes: Uint8Array, start: number, at: number, visitor: ByteStreamVisitor): number {
    if (!this.#inSysex) {
      this.#inSysex = true;
      this.#hasStart = false;
    }
    let end = at;
    while (end < bytes.length && bytes[end]! < 0x80) end++;
    const isEnd = bytes[end] === SYSEX_END;
    if (isEnd) end++;
    visitor.onSysexBytes(bytes.subarray(start, end));
    if (isEnd) {
      this.#inSysex = false;
      visitor.onSysexEnd(this.#hasStart);
    }
    return end;
  }

  /** Takes a status byte that is neither realtime nor part of a sysex. */
  #feedStatus(status: number, visitor: ByteStreamVisitor): void {
    this.breakOff(visitor);
    const size = shortMessageLength(status);
    if (size === 0) {
      visitor.onInvalid(status, 1);
    } else if (size === 1) {
      visitor.onShort(status, 1);
    } else {
      this.#status = status;
      this.#packed = status;
      this.#length = 1;
    }
  }

  #feedData(data: number, visitor: ByteStreamVisitor): void {
    const status = this.#status;
    let length = this.#length;
    if (length === 0) {
      this.#packed = status;
      length = 1;
    }
    this.#packed |= data << (length * 8);
    length++;
    if (length < shortMessageLength(status)) {
      this.#length = length;
      return;
    }
    this.#length = 0;
    if (!this.#hasRunningStatus || !isChannelMessage(status)) this.#status = 0;
    visitor.onShort(this.#packed, length);
  }
}

const FIRST_STORE = 4096;
/** After a large message the next store is as large at once, up to this: growing makes garbage. */
const LARGEST_FIRST_STORE = 0x40_0000;

/** Joins the pieces of one sysex after the other. */
export class SysexJoiner {
  #store = new Uint8Array(FIRST_STORE);
  #length = 0;
  /** A message that came in one piece, which is copied once. */
  #whole: Uint8Array | undefined;

  get length(): number {
    return this.#length;
  }

  append(bytes: Uint8Array): void {
    if (this.#length === 0 && bytes.at(-1) === SYSEX_END) {
      this.#whole = bytes.slice();
      this.#length = bytes.length;
      return;
    }
    const needed = this.#length + bytes.length;
    if (needed > this.#store.length) {
      const larger = new Uint8Array(Math.max(needed, this.#store.length * 2));
      larger.set(this.#store.subarray(0, this.#length));
      this.#store = larger;
    }
    this.#store.set(bytes, this.#length);
    this.#length = needed;
  }

  /** The message, which then belongs to the caller; the next `append` begins another one. */
  take(): Uint8Array {
    const whole = this.#whole;
    const message = whole ?? this.#store.subarray(0, this.#length);
    this.#whole = undefined;
    this.#length = 0;
    if (whole !== undefined) return whole;
    // A store that is well used is handed over as it is, and not copied once more.
    if (message.length < this.#store.length / 2) return message.slice();
    this.#store = new Uint8Array(Math.min(this.#store.length, LARGEST_FIRST_STORE));
    return message;
  }
}
