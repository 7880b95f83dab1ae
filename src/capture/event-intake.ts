/** What has come in through one input, as events in order of time: the batch, the counts, the losses. */
import { EventBatch, EventKind } from '../midi/event-batch.js';
import { ACTIVE_SENSING, isRealtime, shortMessageLength } from '../midi/status.js';
import type { LossKind, LossLedger } from './loss-ledger.js';
import { type AssemblyVisitor, SysexAssembler } from './sysex-assembler.js';

/** What has come in through an input. */
export interface InputCounts {
  shortMessages: number;
  sysexMessages: number;
  sysexBytes: number;
}

/** All times are milliseconds on the take's clock. */
export class EventIntake implements AssemblyVisitor {
  readonly counts: InputCounts = { shortMessages: 0, sysexMessages: 0, sysexBytes: 0 };
  /** Events that were drained and not yet taken. The session empties it. */
  readonly batch = new EventBatch();
  /** How many of the short messages were active sensing, which says only that a cable is plugged in. */
  activeSensing = 0;
  /** When the last buffer with sysex in it came, whole messages or not; undefined before the first. */
  lastSysexMs: number | undefined;
  readonly #device: number;
  readonly #ledger: LossLedger;
  readonly #assembler = new SysexAssembler(this);
  #stampMs = 0;
  #lastRowMs = 0;

  /** @param device - index of the input in the take */
  constructor(device: number, ledger: LossLedger) {
    this.#device = device;
    this.#ledger = ledger;
  }

  /** The time of the last event. */
  get lastMs(): number {
    return this.#lastRowMs;
  }

  /** Whether a sysex has begun and not ended yet. */
  get isInSysex(): boolean {
    return this.#assembler.pendingLength > 0;
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
    if (status === ACTIVE_SENSING) this.activeSensing++;
    if (!this.#assembler.isBetweenMessages && !isRealtime(status)) this.#assembler.break();
    this.onShort(
      length === 3 ? packed & 0xffffff : packed & (length === 2 ? 0xffff : 0xff),
      timeMs,
    );
  }

  /** Something has come that is no message. */
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
    this.#assembler.feed(bytes, timeMs);
  }

  /** The driver says that the sysex under way, or the one just taken, is damaged: MIM_LONGERROR. */
  takeDamage(timeMs: number): void {
    this.lose('damaged-sysex', timeMs);
    this.#assembler.break();
  }

  /** Ends what is under way: a sysex without F7 becomes a broken one. */
  finish(): void {
    this.#assembler.break();
  }

  /** A remark of the recorder itself. */
  addMarker(text: string, timeMs: number): void {
    const payload = new TextEncoder().encode(text);
    this.batch.addBytes(this.#inOrder(timeMs), this.#device, EventKind.MARKER, payload, timeMs);
  }

  lose(kind: LossKind, timeMs: number, count = 1, detail = ''): void {
    this.#ledger.add(kind, this.#device, timeMs, count, detail);
  }

  /** AssemblyVisitor: a short message, also out of a sysex buffer. */
  onShort(packed: number, timeMs: number): void {
    this.counts.shortMessages++;
    this.batch.addShort(this.#inOrder(timeMs), this.#device, packed, this.#stampMs);
  }

  /** AssemblyVisitor */
  onSysex(payload: Uint8Array, timeMs: number): void {
    this.#addSysex(EventKind.SYSEX, payload, timeMs);
  }

  /** AssemblyVisitor */
  onBrokenSysex(payload: Uint8Array, timeMs: number): void {
    this.lose('incomplete-sysex', timeMs);
    this.#addSysex(EventKind.BROKEN_SYSEX, payload, timeMs);
  }

  /** AssemblyVisitor */
  onInvalid(packed: number, timeMs: number): void {
    this.takeInvalid(packed, timeMs);
  }

  #addSysex(kind: number, payload: Uint8Array, timeMs: number): void {
    this.counts.sysexMessages++;
    this.counts.sysexBytes += payload.length;
    this.batch.addBytes(this.#inOrder(timeMs), this.#device, kind, payload, this.#stampMs);
  }

  /** A long sysex carries the time at which it began, but realtime may have passed it by meanwhile. */
  #inOrder(timeMs: number): number {
    if (timeMs > this.#lastRowMs) this.#lastRowMs = timeMs;
    return this.#lastRowMs;
  }
}

/** The bytes of a packed message that is no message, for a person. */
function formatPacked(packed: number): string {
  const bytes = [packed & 0xff, (packed >>> 8) & 0xff, (packed >>> 16) & 0xff];
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
