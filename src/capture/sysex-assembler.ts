/**
 * Sysex messages out of the buffers that a driver gives back: pieces joined until F7, whatever
 * their length, and the same messages however the bytes are cut.
 */
import { isRealtime, SYSEX_END, SYSEX_START, shortMessageLength } from '../midi/status.js';

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
}

const FIRST_STORE_SIZE = 4096;
/** The store of a message larger than this is not kept for the next. */
const LARGEST_KEPT_STORE = 1024 * 1024;

export class SysexAssembler {
  readonly #visitor: AssemblyVisitor;
  /** The bytes of the message under way, `#length` of them. */
  #store = new Uint8Array(FIRST_STORE_SIZE);
  #length = 0;
  /** Whether a message is under way. It may have no F0, if its beginning was lost. */
  #isOpen = false;
  #startedMs = 0;
  /** A short message that the end of a buffer has cut: its bytes so far. */
  #short = 0;
  #shortHave = 0;
  #shortNeed = 0;

  constructor(visitor: AssemblyVisitor) {
    this.#visitor = visitor;
  }

  /** Bytes of an unfinished sysex that are waiting for the rest. */
  get pendingLength(): number {
    return this.#isOpen ? this.#length : 0;
  }

  /**
   * Takes the bytes of one buffer.
   *
   * @param bytes - read now, not kept
   * @param timeMs - the buffer's time
   */
  feed(bytes: Uint8Array, timeMs: number): void {
    let position = 0;
    while (position < bytes.length) {
      const statusAt = findStatus(bytes, position);
      if (statusAt > position) this.#takeData(bytes, position, statusAt, timeMs);
      if (statusAt === bytes.length) return;
      this.#takeStatus(bytes[statusAt]!, timeMs);
      position = statusAt + 1;
    }
  }

  /** Something that is not sysex has come: what is under way will never be finished. */
  break(): void {
    this.#shortNeed = 0;
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#visitor.onBrokenSysex(this.#take(), this.#startedMs);
  }

  #takeData(bytes: Uint8Array, from: number, to: number, timeMs: number): void {
    let position = from;
    while (this.#shortNeed > 0 && position < to) this.#takeShortData(bytes[position++]!, timeMs);
    if (position === to) return;
    if (!this.#isOpen) this.#open(timeMs);
    this.#append(bytes.subarray(position, to));
  }

  #takeShortData(data: number, timeMs: number): void {
    this.#short |= data << (8 * this.#shortHave);
    this.#shortHave++;
    if (this.#shortHave < this.#shortNeed) return;
    this.#shortNeed = 0;
    this.#visitor.onShort(this.#short, timeMs);
  }

  #takeStatus(status: number, timeMs: number): void {
    if (isRealtime(status)) {
      this.#visitor.onShort(status, timeMs);
      return;
    }
    if (status === SYSEX_END) {
      this.#takeEnd(timeMs);
      return;
    }
    this.break();
    if (status === SYSEX_START) {
      this.#open(timeMs);
      this.#appendByte(status);
      return;
    }
    const length = shortMessageLength(status);
    if (length === 1) this.#visitor.onShort(status, timeMs);
    if (length > 1) {
      this.#short = status;
      this.#shortHave = 1;
      this.#shortNeed = length;
    }
  }

  #takeEnd(timeMs: number): void {
    this.#shortNeed = 0;
    if (!this.#isOpen) this.#open(timeMs);
    this.#appendByte(SYSEX_END);
    this.#isOpen = false;
    const payload = this.#take();
    if (payload[0] === SYSEX_START) this.#visitor.onSysex(payload, this.#startedMs);
    else this.#visitor.onBrokenSysex(payload, this.#startedMs);
  }

  #open(timeMs: number): void {
    this.#isOpen = true;
    this.#length = 0;
    this.#startedMs = timeMs;
  }

  #append(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    this.#store.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #appendByte(byte: number): void {
    this.#makeRoom(1);
    this.#store[this.#length++] = byte;
  }

  #makeRoom(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#store.length) return;
    const larger = new Uint8Array(Math.max(needed, this.#store.length * 2));
    larger.set(this.#store.subarray(0, this.#length));
    this.#store = larger;
  }

  #take(): Uint8Array {
    const payload = this.#store.slice(0, this.#length);
    if (this.#store.length > LARGEST_KEPT_STORE) this.#store = new Uint8Array(FIRST_STORE_SIZE);
    return payload;
  }
}

function findStatus(bytes: Uint8Array, from: number): number {
  let position = from;
  while (position < bytes.length && bytes[position]! < 0x80) position++;
  return position;
}
