/**
 * Messages out of the buffers that a driver gives back: pieces joined until F7, whatever their
 * length, and the same messages however the bytes are cut.
 */
import { ByteStreamParser, SysexJoiner } from '../midi/byte-stream-parser.js';
import { SYSEX_END } from '../midi/status.js';

/** Receives what the assembler has made out. */
export interface AssemblyVisitor {
  /**
   * @param payload - F0 to F7; owned by the receiver
   * @param timeMs - the time of the buffer in which the message began
   */
  onSysex(payload: Uint8Array, timeMs: number): void;
  /** A sysex of which the beginning or the end is missing: its bytes as they came. */
  onBrokenSysex(payload: Uint8Array, timeMs: number): void;
  /** A short message that stood in a buffer: realtime in the midst of a sysex, or an event of its own. */
  onShort(packed: number, timeMs: number): void;
  /** Bytes that belong to no message: a short message that was broken off, an undefined F4 or F5. */
  onInvalid(packed: number, timeMs: number): void;
}

export class SysexAssembler {
  readonly #visitor: AssemblyVisitor;
  /** Running status never stands in a buffer: data after a whole message is a sysex without its beginning. */
  readonly #parser = new ByteStreamParser(false);
  readonly #joiner = new SysexJoiner();
  #startedMs = 0;
  #nowMs = 0;

  constructor(visitor: AssemblyVisitor) {
    this.#visitor = visitor;
  }

  /** Bytes of an unfinished sysex that are waiting for the rest. */
  get pendingLength(): number {
    return this.#joiner.length;
  }

  /** Whether nothing is under way, neither a sysex nor a short message that the end of a buffer has cut. */
  get isBetweenMessages(): boolean {
    return this.#parser.isBetweenMessages;
  }

  /**
   * Takes the bytes of one buffer.
   *
   * @param bytes - read now, not kept
   * @param timeMs - the buffer's time
   */
  feed(bytes: Uint8Array, timeMs: number): void {
    this.#nowMs = timeMs;
    this.#parser.feed(bytes, this.#parts);
  }

  /** Something else has come, or nothing will: what is under way will never be finished. */
  break(): void {
    this.#parser.breakOff(this.#parts);
  }

  readonly #parts = {
    onShort: (packed: number): void => this.#visitor.onShort(packed, this.#nowMs),
    onSysexBytes: (bytes: Uint8Array): void => {
      if (this.#joiner.length === 0) this.#startedMs = this.#nowMs;
      this.#joiner.append(bytes);
    },
    onSysexEnd: (isComplete: boolean): void => {
      const payload = this.#joiner.take();
      if (isComplete) this.#visitor.onSysex(payload, this.#startedMs);
      else this.#visitor.onBrokenSysex(payload, this.#startedMs);
    },
    onInvalid: (packed: number): void => {
      // The end of a sysex of which nothing else has come is kept, as any other part of one is.
      if (packed === SYSEX_END) this.#visitor.onBrokenSysex(Uint8Array.of(packed), this.#nowMs);
      else this.#visitor.onInvalid(packed, this.#nowMs);
    },
  };
}
