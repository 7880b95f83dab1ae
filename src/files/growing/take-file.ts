/** A take on its way to the disk: a valid Standard MIDI File while it grows, a canonical one at the end. */
import type { MidirecError } from '../../midi/errors.js';
import type { EventBatch } from '../../midi/event-batch.js';
import { layTempo, leadOf } from '../../midi/tempo/tempo-grid.js';
import { TempoMap } from '../../midi/tempo/tempo-map.js';
import { checkPpq, microsecondsPerQuarter } from '../../midi/ticks.js';
import { type Destination, inspectDestination } from '../disk/destination.js';
import type { Disk } from '../disk/disk.js';
import { writeFailed } from '../disk/io-errors.js';
import { nodeDisk } from '../disk/node-disk.js';
import { tempoTrack } from '../smf/tempo-track.js';
import {
  bothLost,
  type LostEvents,
  type TakeLimits,
  type TakeOptions,
  type TakeResult,
  type TakeTiming,
} from './growing-take.js';
import { nameOfDevice, TakeEncoder } from './take-encoder.js';
import { finishTake } from './take-finish.js';
import { TakeFlusher } from './take-flusher.js';
import type { TakeShape } from './take-journal.js';
import { TakePlaces } from './take-places.js';
import type { CanonicalTempo } from './take-rewrite.js';
import { planTracks } from './take-tracks.js';

/** So much waits for a disk that is well before who writes is to wait; a MIDI cable needs ten minutes for it. */
const BEHIND_BYTES = 0x20_0000;
/** 64 MiB, hours of a full MIDI line; and just under 2 GiB, where the numbers of many readers end. */
const DEFAULT_LIMITS: TakeLimits = { waitingBytes: 0x400_0000, trackBytes: 0x7fff_0000 };

/**
 * A take. What `write` was given is on the disk within a second (take-flusher.ts), in a file
 * that any program can read at any moment, whatever ends this one (take-journal.ts).
 *
 * Memory does not grow with the length of the take. If the disk takes nothing, up to 64 MiB wait
 * in memory. Then they, and all that follows, go to a file in the folder for temporary files; the
 * end of the take puts both together. If there is no room either, what comes is lost, and counted,
 * and a marker in the file says so.
 */
export class TakeFile {
  readonly #options: TakeOptions;
  readonly #disk: Disk;
  readonly #limits: TakeLimits;
  readonly #shape: TakeShape;
  /** Of the growing file: one tempo from its beginning to its end, unless its changes are known. */
  readonly #tempo: TempoMap;
  readonly #output: Destination | undefined;
  readonly #places: TakePlaces;
  readonly #encoder: TakeEncoder;
  readonly #flusher: TakeFlusher;
  #mayMove = true;
  #lost: LostEvents | undefined;
  #isLosing = false;
  #closing: Promise<TakeResult> | undefined;
  #isDiscarded = false;

  /**
   * Makes the file.
   *
   * @throws MidirecError OUTPUT_EXISTS or OUTPUT_UNWRITABLE, and RangeError for a tempo or ppq that
   *   no SMF can have; nothing is left on the disk then
   */
  static open(options: TakeOptions): TakeFile {
    return new TakeFile(options);
  }

  private constructor(options: TakeOptions) {
    const { path, format, ppq, timeSignature, clock, about } = options;
    const tempoMicroseconds = microsecondsPerQuarter(options.bpm);
    this.#options = options;
    this.#disk = options.disk ?? nodeDisk;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    checkPpq(ppq);
    const known = format === 1 ? options.known : undefined;
    const tempoEvents = known?.events;
    this.#shape = { format, ppq, timeSignature, tempoMicroseconds, tempoEvents, about };
    this.#output = path === undefined ? undefined : inspectDestination(path, options.overwrite);
    this.#places = new TakePlaces(this.#disk, this.#output, this.#shape, path);
    this.#tempo = known?.map ?? new TempoMap(ppq, tempoMicroseconds);
    this.#encoder = new TakeEncoder(this.#tempo, format, options.keepRealtime, options.deviceNames);
    this.#flusher = new TakeFlusher(this.#places.first.journal, this.#encoder, clock, {
      onTrouble: (error) => options.onTrouble?.(this.#describeTrouble(error)),
      onRecovered: () => options.onRecovered?.(),
      onFlushed: () => {
        if (!this.#isDiscarded) this.#places.publish();
      },
    });
  }

  /** The growing file at this moment. */
  get path(): string {
    return this.#places.first.path;
  }

  /** Where the take will be: another file than the growing one until that has replaced what was there. */
  get finalPath(): string {
    return this.#output?.path ?? this.path;
  }

  /** Whether it takes no more, however healthy the disk. */
  get isFull(): boolean {
    return this.#places.byteLength + this.#flusher.waitingBytes >= this.#limits.trackBytes;
  }

  /** Names of the inputs with a sysex that this file has but the beginning of, so far. */
  get inSysex(): string[] {
    const { inSysex, deviceNames } = this.#encoder;
    return Array.from(inSysex, (device) => nameOfDevice(deviceNames, device));
  }

  /** Events that there was no place for, so far. */
  get lostEvents(): number {
    return this.#lost?.count ?? 0;
  }

  /** Bytes that are not known to be on the disk. */
  get waitingBytes(): number {
    return this.#flusher.waitingBytes;
  }

  /** Whether a disk that is well has not yet taken what it was given, and more should wait with those who send it. */
  get isBehind(): boolean {
    return !this.#flusher.isInTrouble && this.#flusher.waitingBytes >= BEHIND_BYTES;
  }

  /** Replaces the names of the inputs, once it is known which could be opened. Before the first `write`. */
  nameDevices(names: readonly string[]): void {
    this.#encoder.deviceNames = names;
  }

  /**
   * Adds events: encodes them and returns. Their order is kept, and becomes that of the file; an
   * event that is earlier than the one before it is given that one's time.
   */
  write(batch: EventBatch): void {
    if (this.#closing !== undefined || this.#isDiscarded) throw new Error('the take is closed');
    if (batch.count === 0) return;
    if (this.#isOverLimit) this.#moveAway();
    if (this.#isOverLimit || this.isFull) {
      this.#lose(batch);
      return;
    }
    if (this.#isLosing) {
      this.#isLosing = false;
      const { count } = this.#lost!;
      this.#encoder.addMarker(
        batch.timeMs[0]!,
        `${count === 1 ? '1 event was' : `${count} events were`} not recorded: the disk took no more`,
      );
    }
    this.#encoder.encode(batch);
    this.#flusher.wake();
  }

  /** Flushes what there is without waiting for more. Resolves when it is on the disk, or the disk did not take it. */
  flush(): Promise<void> {
    return this.#flusher.flushNow();
  }

  /**
   * Ends the take. Calling it again gives the same promise.
   *
   * The final steps block, and need no thread pool, since the drivers of a broken device may
   * hold that up.
   *
   * @param endTimeMs - where all tracks end, on the take's clock, but not before the last event
   * @param timing - where the beats were, if that was found out; times stay what they are
   * @returns what became of it; a disk that fails is in the answer, not thrown
   */
  close(endTimeMs: number, timing?: TakeTiming): Promise<TakeResult> {
    if (this.#isDiscarded) throw new Error('the take is closed');
    this.#closing ??= this.#close(endTimeMs, timing);
    return this.#closing;
  }

  /** Ends the take and removes its file: for when there is nothing to record after all. */
  discard(): void {
    if (this.#closing !== undefined || this.#isDiscarded) return;
    this.#isDiscarded = true;
    this.#places.discard(this.#flusher.stop());
  }

  async #close(endTimeMs: number, timing: TakeTiming | undefined): Promise<TakeResult> {
    const encoder = this.#encoder;
    const isHung = !(await this.#flusher.settle());
    const lastTick = encoder.track.lastTick;
    const endTick = Math.max(this.#tempo.tickAt(endTimeMs), lastTick);
    const { waitingFrom } = this.#flusher;
    const waiting = this.#flusher.takeRest(endTick);
    let journalError: unknown = isHung ? new Error('the disk does not answer') : undefined;
    const { journal } = this.#places.last;
    try {
      while (!isHung && waiting.length > 0) {
        journal.flushNow(waiting[0]!);
        waiting.shift();
      }
      if (!isHung) journal.finishNow();
    } catch (error) {
      journalError = error;
    }
    const deviceCount = Math.max(encoder.deviceNames.length, encoder.devicesSeen);
    const deviceNames = Array.from({ length: deviceCount }, (_, device) =>
      nameOfDevice(encoder.deviceNames, device),
    );
    const { lostCount, lostFromTick, ...finished } = await finishTake({
      disk: this.#disk,
      clock: this.#options.clock,
      output: this.#output,
      parts: this.#places.parts,
      events: encoder.written,
      waiting,
      waitingFrom,
      journalError,
      isHung,
      canonical: {
        ...this.#shape,
        tracks: planTracks(
          this.#shape.format,
          this.#options.trackPer ?? 'device',
          deviceNames,
          encoder.channelsSeen,
        ),
        endTick,
        tempo: timing && this.#layOut(timing),
      },
    });
    if (lostCount > 0) {
      const firstTimeMs = this.#tempo.timeMsAt(lostFromTick ?? waitingFrom.tick);
      const lastTimeMs = this.#tempo.timeMsAt(lastTick);
      this.#lost = bothLost(this.#lost, { count: lostCount, firstTimeMs, lastTimeMs });
    }
    const { written, notes, leftOut } = encoder;
    return { ...finished, events: written - lostCount, notes, leftOut, lost: this.#lost };
  }

  #layOut({ points, smpteOffset, known }: TakeTiming): CanonicalTempo {
    const { ppq, tempoMicroseconds, timeSignature } = this.#shape;
    if (known !== undefined) {
      const { events, map } = known;
      const tickOf = (tick: number) =>
        map === this.#tempo ? tick : map.tickAt(this.#tempo.timeMsAt(tick));
      return { events, tickOf, smpteOffset };
    }
    if (points.length === 0) {
      const events = tempoTrack(this.#tempo, ppq, timeSignature);
      return { events, tickOf: (tick) => tick, smpteOffset };
    }
    const barQuarters = (timeSignature.numerator * 4) / timeSignature.denominator;
    const map = layTempo(points, ppq, barQuarters, tempoMicroseconds);
    const { pickup } = leadOf(points, barQuarters, tempoMicroseconds);
    const tickOf = (tick: number) => map.tickAt(this.#tempo.timeMsAt(tick));
    return { events: tempoTrack(map, ppq, timeSignature, pickup), tickOf, smpteOffset };
  }

  /** A single sysex may be larger than the limit: a healthy disk takes it all the same. */
  get #isOverLimit(): boolean {
    const { waitingBytes, isInTrouble } = this.#flusher;
    return isInTrouble && waitingBytes >= this.#limits.waitingBytes;
  }

  /** Puts what waits into a file in the folder for temporary files, and goes on there. A disk that does not answer is waited for. */
  #moveAway(): void {
    if (!this.#mayMove || this.#flusher.isFlushing) return;
    this.#mayMove = false;
    const { waitingFrom } = this.#flusher;
    try {
      const spare = this.#places.moveOn(waitingFrom, (journal) => this.#flusher.moveTo(journal));
      this.#options.onMoved?.(spare.path);
    } catch {
      // No room there either: from now on there is nothing but to count what is lost.
    }
  }

  #lose(batch: EventBatch): void {
    this.#isLosing = true;
    const { count, timeMs } = batch;
    const last = { count, firstTimeMs: timeMs[0]!, lastTimeMs: timeMs[count - 1]! };
    this.#lost = bothLost(this.#lost, last);
  }

  #describeTrouble(error: unknown): MidirecError {
    const megabytes = Math.round(this.#limits.waitingBytes / 0x10_0000);
    const hint = `make room: up to ${megabytes} MiB wait in memory, and writing is tried every second`;
    return writeFailed(this.#places.last.path, error, hint);
  }
}
