/**
 * Takes the bytes of a MIDI line apart, however they are cut: short messages, sysex, realtime
 * inside either, running status.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "Running Status", "System Real Time Messages",
 * "System Exclusive Messages".
 */
import {
  isChannelMessage,
  isRealtime,
  SYSEX_END,
  SYSEX_START,
  shortMessageLength,
} from '../midi/status.js';

/** Receives what `feed` finds, in order. */
export interface WireVisitor {
  /** A whole message of one to three bytes, status byte included: status | data << 8 | data << 16. */
  onShortMessage(packed: number): void;
  /** The next bytes of a sysex, F0 and F7 included. They are read before returning. */
  onSysexBytes(bytes: Uint8Array): void;
  /** F7 has been handed over. */
  onSysexEnd(): void;
  /** The sysex ends here, without F7, because another status byte follows. */
  onSysexBroken(): void;
  /** Bytes that make no message, one to three, packed like a short one. */
  onInvalidBytes(packed: number): void;
}

export class WireParser {
  #inSysex = false;
  /** The status byte that data bytes belong to; 0 if there is none. */
  #status = 0;
  #packed = 0;
  /** Bytes in #packed; 0 between messages. */
  #length = 0;

  /** True between F0 and the end of its message. */
  get inSysex(): boolean {
    return this.#inSysex;
  }

  /** Forgets the message under way and the running status. */
  reset(): void {
    this.#inSysex = false;
    this.#status = 0;
    this.#length = 0;
  }

  feed(bytes: Uint8Array, visitor: WireVisitor): void {
    let index = 0;
    while (index < bytes.length) {
      const byte = bytes[index]!;
      if (isRealtime(byte)) {
        visitor.onShortMessage(byte);
        index++;
      } else if (byte === SYSEX_START || (this.#inSysex && byte < 0x80) || this.#endsSysex(byte)) {
        index = this.#feedSysex(bytes, index, visitor);
      } else {
        this.#feedByte(byte, visitor);
        index++;
      }
    }
  }

  #endsSysex(byte: number): boolean {
    return this.#inSysex && byte === SYSEX_END;
  }

  /** @returns the index after the run of sysex bytes at `from` */
  #feedSysex(bytes: Uint8Array, from: number, visitor: WireVisitor): number {
    let to = from;
    if (bytes[from] === SYSEX_START) {
      this.#endUnfinished(visitor);
      this.#inSysex = true;
      this.#status = 0;
      to++;
    }
    while (to < bytes.length && bytes[to]! < 0x80) to++;
    const ended = bytes[to] === SYSEX_END;
    if (ended) to++;
    visitor.onSysexBytes(bytes.subarray(from, to));
    if (ended) {
      this.#inSysex = false;
      visitor.onSysexEnd();
    }
    return to;
  }

  /** Takes a byte that is neither realtime nor part of a sysex. */
  #feedByte(byte: number, visitor: WireVisitor): void {
    if (byte >= 0x80) {
      this.#endUnfinished(visitor);
      this.#status = byte;
      this.#packed = byte;
      this.#length = 1;
      if (shortMessageLength(byte) === 0) {
        this.#status = 0;
        this.#length = 0;
        visitor.onInvalidBytes(byte);
        return;
      }
    } else if (this.#status === 0) {
      visitor.onInvalidBytes(byte);
      return;
    } else {
      if (this.#length === 0) {
        this.#packed = this.#status;
        this.#length = 1;
      }
      this.#packed |= byte << (8 * this.#length);
      this.#length++;
    }
    if (this.#length === shortMessageLength(this.#status)) {
      this.#length = 0;
      if (!isChannelMessage(this.#status)) this.#status = 0;
      visitor.onShortMessage(this.#packed);
    }
  }

  /** A status byte has come before what is under way was complete. */
  #endUnfinished(visitor: WireVisitor): void {
    if (this.#inSysex) {
      this.#inSysex = false;
      visitor.onSysexBroken();
    } else if (this.#length > 0) {
      this.#length = 0;
      visitor.onInvalidBytes(this.#packed);
    }
  }
}
