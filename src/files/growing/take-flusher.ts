/** When a growing take goes to the disk: soon, in good pieces, one flush at a time, again if it fails. */

import { type CancelTimer, type Clock, RunningClock } from '../../midi/clock.js';
import { waitAtMost } from '../../midi/waiting.js';
import type { TrackEncoder } from '../smf/smf-encoding.js';
import type { TakeEncoder } from './take-encoder.js';
import type { TakeJournal, TakePosition } from './take-journal.js';

/**
 * How long events wait in memory at most, if the disk is well. After a power cut a reader that stops
 * at the first end of track may see the flush before the last one: twice this, and the syncs of a
 * slow disk, stay under a second.
 */
export const FLUSH_MS = 350;
/** How many bytes wait at most, if the disk is well. */
export const FLUSH_BYTES = 0x10_0000;
/** How long after a failed flush the next attempt comes. */
export const RETRY_MS = 1000;
/** How long a flush may take before it counts as trouble. */
export const STALL_MS = 5000;
/** How long the end of the take waits for a flush under way: a disk that was asleep needs some seconds. */
export const SETTLE_MS = 10_000;

const START: TakePosition = { tick: 0, device: -1 };
const FIRST_BUFFER = 0x1_0000;
/** Buffers larger than this are not kept for the next flush. */
const MAX_SPARE = 8 * FLUSH_BYTES;

export interface FlushReports {
  /** Called once when flushes begin to fail, or do not come back. */
  onTrouble(error: unknown): void;
  /** Called when a flush has succeeded after trouble. */
  onRecovered(): void;
  /** Called after each flush. */
  onFlushed(): void;
}

export class TakeFlusher {
  #journal: TakeJournal;
  readonly #encoder: TakeEncoder;
  readonly #track: TrackEncoder;
  readonly #clock: Clock;
  readonly #reports: FlushReports;
  /** Bytes that a flush is writing, or has failed to write. */
  #chunk: Uint8Array<ArrayBuffer> | undefined;
  /** Where the chunk begins, and what is encoded behind it. */
  #chunkFrom: TakePosition = START;
  #trackFrom: TakePosition = START;
  #spare = new Uint8Array(FIRST_BUFFER);
  #flight: Promise<void> | undefined;
  #cancelTimer: CancelTimer | undefined;
  #cancelAlarm: CancelTimer | undefined;
  #isInTrouble = false;
  #isStopped = false;

  /** @param encoder - where the take's events are encoded; its track is emptied by each flush */
  constructor(journal: TakeJournal, encoder: TakeEncoder, clock: Clock, reports: FlushReports) {
    this.#journal = journal;
    this.#encoder = encoder;
    this.#track = encoder.track;
    this.#clock = clock;
    this.#reports = reports;
  }

  /** Bytes that are not known to be on the disk. */
  get waitingBytes(): number {
    return (this.#chunk?.length ?? 0) + this.#track.length;
  }

  /** True while a flush is under way, however long it takes. */
  get isFlushing(): boolean {
    return this.#flight !== undefined;
  }

  /** Where what waits begins. */
  get waitingFrom(): TakePosition {
    return this.#chunk === undefined ? this.#trackFrom : this.#chunkFrom;
  }

  /** True from the first flush that fails or hangs to the next that succeeds. */
  get isInTrouble(): boolean {
    return this.#isInTrouble;
  }

  /** Tells that events have been encoded. */
  wake(): void {
    if (this.#isStopped || this.#chunk !== undefined || this.#track.length === 0) return;
    if (this.#track.length >= FLUSH_BYTES) this.#start();
    else this.#cancelTimer ??= this.#clock.setTimer(FLUSH_MS, () => this.#start());
  }

  /** Flushes what there is without waiting for more. Resolves when it is on the disk, or the disk did not take it. */
  async flushNow(): Promise<void> {
    await this.#flight;
    if (this.#isStopped || this.#chunk !== undefined || this.#track.length === 0) return;
    this.#start();
    await this.#flight;
  }

  /**
   * Puts all that waits into another journal, and goes on there. Not while a flush is under way.
   *
   * @throws what the disk throws; then nothing has changed
   */
  moveTo(journal: TakeJournal): void {
    const track = this.#track;
    if (this.#chunk !== undefined) journal.flushNow(this.#chunk);
    const { length } = track;
    try {
      track.addEndOfTrack(track.lastTick);
      journal.flushNow(track.view());
    } catch (error) {
      track.length = length;
      throw error;
    }
    track.clear();
    this.#trackFrom = this.#positionNow;
    this.#dropChunk();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    this.#journal = journal;
    this.#isInTrouble = false;
  }

  /** Begins no more flushes. The promise is that of the flush under way, if there is one; it never rejects. */
  stop(): Promise<void> | undefined {
    this.#cancelAlarm?.();
    return this.#beginNoMore();
  }

  /** Stops, and waits for a flush under way. False if it did not come back in time: it may still at any later moment. */
  async settle(): Promise<boolean> {
    const flight = this.#beginNoMore();
    if (flight === undefined) return true;
    return (await waitAtMost(this.#clock, flight, SETTLE_MS)).done;
  }

  /** Ends the track at `endTick`, and gives what is still to be flushed, in order. Only after `settle`. */
  takeRest(endTick: number): Uint8Array[] {
    this.#track.addEndOfTrack(endTick);
    const rest = this.#track.view();
    return this.#chunk === undefined ? [rest] : [this.#chunk, rest];
  }

  #beginNoMore(): Promise<void> | undefined {
    this.#isStopped = true;
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    return this.#flight;
  }

  get #positionNow(): TakePosition {
    return { tick: this.#track.lastTick, device: this.#encoder.device };
  }

  #start(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
    if (this.#chunk === undefined) {
      this.#track.addEndOfTrack(this.#track.lastTick);
      this.#chunk = this.#track.detach(this.#spare);
      this.#chunkFrom = this.#trackFrom;
      this.#trackFrom = this.#positionNow;
    }
    this.#flight = this.#flush(this.#chunk);
  }

  async #flush(chunk: Uint8Array<ArrayBuffer>): Promise<void> {
    this.#cancelAlarm = new RunningClock(this.#clock).setTimer(STALL_MS, () => {
      this.#fail(new Error(`the disk has not answered for ${STALL_MS / 1000} seconds`));
    });
    try {
      await this.#journal.flush(chunk);
    } catch (error) {
      this.#flight = undefined;
      this.#fail(error);
      if (!this.#isStopped) {
        this.#cancelTimer = this.#clock.setTimer(RETRY_MS, () => this.#start());
      }
      return;
    } finally {
      this.#cancelAlarm();
    }
    this.#flight = undefined;
    this.#dropChunk();
    if (this.#isInTrouble) {
      this.#isInTrouble = false;
      this.#reports.onRecovered();
    }
    this.#reports.onFlushed();
    this.wake();
  }

  /** The chunk is on a disk: its buffer is the spare one again, for the track has got the one that was. */
  #dropChunk(): void {
    if (this.#chunk === undefined) return;
    const { buffer } = this.#chunk;
    this.#chunk = undefined;
    this.#spare = new Uint8Array(
      buffer.byteLength > MAX_SPARE ? new ArrayBuffer(FIRST_BUFFER) : buffer,
    );
  }

  #fail(error: unknown): void {
    if (this.#isInTrouble) return;
    this.#isInTrouble = true;
    this.#reports.onTrouble(error);
  }
}
