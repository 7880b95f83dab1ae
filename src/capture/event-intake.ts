/**
 * What has come in through one input, as events in order of time: the batch, the counts, the losses.
 *
 * Sysex is put together here: the pieces in the buffers that a driver gives back are joined until
 * F7, and make the same messages however the bytes are cut. A message longer than memory should hold
 * is handed on in parts as it comes.
 */

import {
  ByteStreamParser,
  type ByteStreamVisitor,
  SysexJoiner,
} from '../midi/byte-stream-parser.js';
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { formatHex } from '../midi/hex.js';
import { isRealtime, SYSEX_END, shortMessageLength } from '../midi/status.js';
import type { LossKind, LossLedger } from './loss-ledger.js';

/** A sysex of more bytes than this is handed on in parts, so that one without end does not fill the memory. */
const PART_BYTES = 0x10_0000;

/** What has come in through an input. */
export interface InputCounts {
  shortMessages: number;
  sysexMessages: number;
  sysexBytes: number;
}

/** All times are milliseconds on the take's clock. */
export class EventIntake implements ByteStreamVisitor {
  readonly counts: InputCounts = { shortMessages: 0, sysexMessages: 0, sysexBytes: 0 };
  /** Events that were drained and not yet taken. The session empties it. */
  readonly batch = new EventBatch();
  /** When bytes of sysex were seen last, whole messages or not; undefined before the first. */
  lastSysexMs: number | undefined;
  readonly #device: number;
  readonly #ledger: LossLedger;
  /** Running status never stands in a buffer: data after a whole message is a sysex without its beginning. */
  readonly #parser = new ByteStreamParser(false);
  readonly #joiner = new SysexJoiner();
  readonly #partBytes: number;
  /** Parts of the sysex under way that were handed on. */
  #parts = 0;
  /** Sysex without a beginning or an end since the last buffer began. */
  #broken = 0;
  /** The time of the buffer that was read last, and of the one in which the sysex under way began. */
  #bufferMs = 0;
  #sysexMs = 0;
  #stampMs = 0;
  #lastRowMs = 0;
  #markers = 0;
  #filled = 0;

  /**
   * @param device - index of the input in the take
   * @param partBytes - the most bytes of sysex in one row, unless more come at once
   */
  constructor(device: number, ledger: LossLedger, partBytes = PART_BYTES) {
    this.#device = device;
    this.#ledger = ledger;
    this.#partBytes = partBytes;
  }

  /** The time of the last event. */
  get lastMs(): number {
    return this.#lastRowMs;
  }

  /** The time of what was read last: what comes next is no earlier. A sysex under way has not made a row of it yet. */
  get readMs(): number {
    return Math.max(this.#lastRowMs, this.#bufferMs);
  }

  /** Whether no event has come so far, not even a marker. */
  get isUntouched(): boolean {
    return this.counts.shortMessages + this.counts.sysexMessages + this.#markers === 0;
  }

  /** Whether a sysex has begun and not ended yet. */
  get isInSysex(): boolean {
    return this.#joiner.length > 0 || this.#filled > 0;
  }

  /** Whether it can be seen how the sysex under way goes on: see `watchBuffer`. */
  get isSysexSeen(): boolean {
    return this.#filled > 0;
  }

  /**
   * A short message has come: MIM_DATA.
   *
   * @param packed - as the driver gave it; the bytes beyond the message's length may be anything
   * @param stampMs - when the callback ran
   */
  takeShort(packed: number, timeMs: number, stampMs: number): void {
    this.#stampMs = stampMs;
    const status = packed & 0xff;
    const length = shortMessageLength(status);
    if (length === 0) {
      this.takeInvalid(packed, timeMs);
      return;
    }
    if (!this.#parser.isBetweenMessages && !isRealtime(status)) this.#parser.breakOff(this);
    this.#addShort(
      length === 3 ? packed & 0xffffff : packed & (length === 2 ? 0xffff : 0xff),
      timeMs,
    );
  }

  /** Something has come that is no message: MIM_ERROR. */
  takeInvalid(packed: number, timeMs: number): void {
    this.lose('invalid-message', timeMs, 1, formatPacked(packed));
  }

  /**
   * The bytes of a sysex buffer have come.
   *
   * @param bytes - read now, not kept
   */
  takeBytes(bytes: Uint8Array, timeMs: number, stampMs: number): void {
    this.#stampMs = stampMs;
    this.lastSysexMs = stampMs;
    this.#bufferMs = timeMs;
    this.#broken = 0;
    this.#parser.feed(bytes, this);
  }

  /**
   * The buffer whose turn it is has been looked at.
   *
   * @param filled - bytes that stand in it, of a sysex of which nothing more is known so far
   */
  watchBuffer(filled: number, nowMs: number): void {
    if (filled > 0 && filled !== this.#filled) this.lastSysexMs = nowMs;
    this.#filled = filled;
  }

  /** The driver says that the sysex under way, or the one just taken, is damaged: MIM_LONGERROR. */
  takeDamage(timeMs: number): void {
    this.#parser.breakOff(this);
    // One that has no beginning or end has been counted as that.
    if (this.#broken === 0) this.lose('damaged-sysex', timeMs);
    this.#broken = 0;
  }

  /** Ends what is under way: a sysex without F7 becomes a broken one. */
  finish(): void {
    this.#parser.breakOff(this);
  }

  /** A remark of the recorder itself. */
  addMarker(text: string, timeMs: number): void {
    const payload = new TextEncoder().encode(text);
    this.#markers++;
    this.batch.addBytes(this.#inOrder(timeMs), this.#device, EventKind.MARKER, payload, timeMs);
  }

  lose(kind: LossKind, timeMs: number, count = 1, detail = ''): void {
    this.#ledger.add(kind, this.#device, timeMs, count, detail);
  }

  /** ByteStreamVisitor: realtime in the midst of a sysex, or a message of its own in a buffer. */
  onShort(packed: number): void {
    this.#addShort(packed, this.#bufferMs);
  }

  /** ByteStreamVisitor */
  onSysexBytes(bytes: Uint8Array): void {
    if (this.#joiner.length > 0 && this.#joiner.length + bytes.length > this.#partBytes) {
      this.#addSysex(EventKind.SYSEX_PART, this.#joiner.take(), this.#sysexMs);
      this.#parts++;
    }
    if (this.#joiner.length === 0) this.#sysexMs = this.#bufferMs;
    this.#joiner.append(bytes);
  }

  /** ByteStreamVisitor */
  onSysexEnd(isComplete: boolean): void {
    this.#endSysex(isComplete, this.#joiner.take(), this.#sysexMs);
  }

  /** ByteStreamVisitor: a short message that was broken off, an undefined F4 or F5, an F7 alone. */
  onInvalid(packed: number): void {
    // The end of a sysex of which nothing else has come is kept, as any other part of one is.
    if (packed === SYSEX_END) this.#endSysex(false, Uint8Array.of(packed), this.#bufferMs);
    else this.takeInvalid(packed, this.#bufferMs);
  }

  #addShort(packed: number, timeMs: number): void {
    this.counts.shortMessages++;
    this.batch.addShort(this.#inOrder(timeMs), this.#device, packed, this.#stampMs);
  }

  #endSysex(isComplete: boolean, payload: Uint8Array, timeMs: number): void {
    if (!isComplete) {
      this.lose('incomplete-sysex', timeMs);
      this.#broken++;
    }
    this.counts.sysexMessages++;
    this.#addSysex(isComplete ? EventKind.SYSEX : EventKind.BROKEN_SYSEX, payload, timeMs);
    this.#parts = 0;
  }

  #addSysex(kind: number, payload: Uint8Array, timeMs: number): void {
    this.counts.sysexBytes += payload.length;
    const { batch } = this;
    const rowMs = this.#inOrder(timeMs);
    batch.addBytes(rowMs, this.#device, kind, payload, this.#stampMs, this.#parts);
  }

  /** A sysex carries the time at which it began, and so does a part of one, but realtime may have passed it by meanwhile. */
  #inOrder(timeMs: number): number {
    if (timeMs > this.#lastRowMs) this.#lastRowMs = timeMs;
    return this.#lastRowMs;
  }
}

/** The bytes of a packed message that is no message, for a person. */
function formatPacked(packed: number): string {
  return formatHex([packed & 0xff, (packed >>> 8) & 0xff, (packed >>> 16) & 0xff]);
}
