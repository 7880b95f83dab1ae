/** A take on its way to the disk: a valid Standard MIDI File while it grows, a canonical one at the end. */
import { dirname, join } from 'node:path';
import type { Clock } from '../midi/clock.js';
import { MidirecError } from '../midi/errors.js';
import type { EventBatch } from '../midi/event-batch.js';
import { type GridPoint, TempoLayout } from '../midi/tempo-grid.js';
import { microsecondsPerQuarter, TickScale } from '../midi/ticks.js';
import { nodeTakeDisk } from './node-take-disk.js';
import type { DiskFile, TakeDisk } from './take-disk.js';
import { nameOfDevice, TakeEncoder } from './take-encoder.js';
import { type FinishedTake, finishTake, removeLeftover } from './take-finish.js';
import { TakeFlusher } from './take-flusher.js';
import { encodeSkeleton, TakeJournal, type TakeShape, type TimeSignature } from './take-journal.js';
import {
  describeIoError,
  inspectOutput,
  type TakeOutput,
  temporaryName,
  unwritable,
} from './take-output.js';
import type { CanonicalTempo } from './take-rewrite.js';

export interface TakeOptions {
  /**
   * Where the take goes. Undefined: into a temporary file, from which the caller copies it to
   * standard output (`streamFile`) and which the caller then removes.
   */
  readonly path: string | undefined;
  /** Replace a file that is there. It stays what it is until the first events of the take are on the disk. */
  readonly overwrite: boolean;
  readonly format: 0 | 1;
  /** Ticks per quarter note, 1 to MAX_PPQ. */
  readonly ppq: number;
  /** Quarter notes per minute. */
  readonly bpm: number;
  readonly timeSignature: TimeSignature;
  /** Names of the inputs, by their index in the batches. */
  readonly deviceNames: readonly string[];
  /** Keep as F7 escapes what an SMF has no event for: see TakeEncoder. */
  readonly keepRealtime: boolean;
  readonly clock: Clock;
  /** The real one, if not given. */
  readonly disk?: TakeDisk;
  readonly limits?: TakeLimits;
  /** Called once when writing begins to fail, or to hang; the take goes on in memory. */
  readonly onTrouble?: (error: MidirecError) => void;
  /** Called when what had been waiting is on the disk. */
  readonly onRecovered?: () => void;
}

export interface TakeLimits {
  /** Bytes that may wait in memory while the disk does not take them. */
  readonly waitingBytes: number;
  /** Bytes of the growing track. */
  readonly trackBytes: number;
}

/** 64 MiB, hours of a full MIDI line; and just under 2 GiB, where the numbers of many readers end. */
const DEFAULT_LIMITS: TakeLimits = { waitingBytes: 0x400_0000, trackBytes: 0x7fff_0000 };

/** Events that neither the disk nor the memory could take. */
export interface LostEvents {
  count: number;
  /** Times of the first and the last of them, on the take's clock. */
  firstTimeMs: number;
  lastTimeMs: number;
}

/** What was found out about the music's own time while it was played. */
export interface TakeTiming {
  /** Beats, on the take's clock; none before 0. Empty if nothing is known. */
  readonly points: readonly GridPoint[];
  /** Data of an SMPTE offset event: hours with frame rate, minutes, seconds, frames, hundredths. */
  readonly smpteOffset?: Uint8Array | undefined;
}

export interface TakeResult extends FinishedTake {
  /** Events in the file, without those that describe the take. */
  readonly events: number;
  /** Realtime and system common messages left out. */
  readonly leftOut: number;
  readonly lost: LostEvents | undefined;
}

/**
 * A take. What `write` was given is on the disk within a second (take-flusher.ts), in a file
 * that any program can read at any moment, whatever ends this one (take-journal.ts).
 *
 * Memory does not grow with the length of the take. If the disk takes nothing, up to 64 MiB wait
 * in memory; what comes after that is lost, and counted, and a marker in the file says so.
 */
export class TakeFile {
  readonly #options: TakeOptions;
  readonly #disk: TakeDisk;
  readonly #limits: TakeLimits;
  readonly #shape: TakeShape;
  readonly #scale: TickScale;
  readonly #output: TakeOutput | undefined;
  readonly #journal: TakeJournal;
  readonly #encoder: TakeEncoder;
  readonly #flusher: TakeFlusher;
  #journalPath: string;
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
    const { path, format, ppq, timeSignature, clock } = options;
    const tempoMicroseconds = microsecondsPerQuarter(options.bpm);
    this.#options = options;
    this.#disk = options.disk ?? nodeTakeDisk;
    this.#limits = options.limits ?? DEFAULT_LIMITS;
    this.#scale = new TickScale(ppq, tempoMicroseconds);
    this.#shape = { format, ppq, timeSignature, tempoMicroseconds };
    this.#output = path === undefined ? undefined : inspectOutput(path, options.overwrite);
    this.#journalPath = this.#chooseJournalPath();
    const skeleton = encodeSkeleton(this.#shape);
    this.#journal = new TakeJournal(this.#createJournal(skeleton.bytes), skeleton);
    this.#disk.syncFolder(dirname(this.#journalPath));
    this.#encoder = new TakeEncoder(this.#scale, format, options.keepRealtime, options.deviceNames);
    this.#flusher = new TakeFlusher(this.#journal, this.#encoder.track, clock, {
      onTrouble: (error) => options.onTrouble?.(this.#describeTrouble(error)),
      onRecovered: () => options.onRecovered?.(),
      onFlushed: () => this.#publish(),
    });
  }

  /** The growing file at this moment. */
  get path(): string {
    return this.#journalPath;
  }

  /** Bytes that are not known to be on the disk. */
  get waitingBytes(): number {
    return this.#flusher.waitingBytes;
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
    if (this.#isFull) {
      this.#lose(batch);
      return;
    }
    if (this.#isLosing) {
      this.#isLosing = false;
      const { count } = this.#lost!;
      this.#encoder.addMarker(
        batch.timeMs[0]!,
        `${count} events were not recorded: the disk did not take them`,
      );
    }
    this.#encoder.encode(batch);
    this.#flusher.wake();
  }

  /**
   * Ends the take. Calling it again gives the same promise.
   *
   * The final steps block, and need no thread pool, since the drivers of a broken device may
   * hold that up.
   *
   * @param endTimeMs - where all tracks end, on the take's clock, but not before the last event
   * @param timing - where the beats were, if that was found out; times stay what they are
   * @throws MidirecError WRITE_FAILED if the end of the take could not be written anywhere; what had
   *   been written before is still there
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
    const flight = this.#flusher.stop();
    const { file } = this.#journal;
    if (flight === undefined) file.close();
    else flight.then(() => file.close());
    removeLeftover(this.#disk, this.#journalPath);
  }

  async #close(endTimeMs: number, timing: TakeTiming | undefined): Promise<TakeResult> {
    const encoder = this.#encoder;
    const isHung = !(await this.#flusher.settle());
    const endTick = Math.max(this.#scale.ticksAt(endTimeMs), encoder.track.lastTick);
    const waiting = this.#flusher.takeRest(endTick);
    let journalError: unknown = isHung ? new Error('the disk does not answer') : undefined;
    try {
      while (!isHung && waiting.length > 0) {
        this.#journal.flushNow(waiting[0]!);
        waiting.shift();
      }
      if (!isHung) this.#journal.finishNow();
    } catch (error) {
      journalError = error;
    }
    const deviceCount = Math.max(encoder.deviceNames.length, encoder.devicesSeen);
    const deviceNames = Array.from({ length: deviceCount }, (_, device) =>
      nameOfDevice(encoder.deviceNames, device),
    );
    const finished = await finishTake({
      disk: this.#disk,
      clock: this.#options.clock,
      output: this.#output,
      journal: this.#journal,
      journalPath: this.#journalPath,
      waiting,
      journalError,
      isHung,
      canonical: { ...this.#shape, deviceNames, endTick, tempo: timing && this.#layOut(timing) },
    });
    const { written, leftOut } = encoder;
    return { ...finished, events: written, leftOut, lost: this.#lost };
  }

  #layOut({ points, smpteOffset }: TakeTiming): CanonicalTempo {
    const { ppq, tempoMicroseconds, timeSignature } = this.#shape;
    const scale = this.#scale;
    if (points.length === 0) {
      const steps = [{ tick: 0, microseconds: tempoMicroseconds }];
      return { steps, tickOf: (tick) => tick, smpteOffset };
    }
    const barQuarters = (timeSignature.numerator * 4) / timeSignature.denominator;
    const layout = new TempoLayout(points, ppq, barQuarters, tempoMicroseconds);
    const tickOf = (tick: number) => layout.ticksAt(scale.timeMsAt(tick));
    return { steps: layout.steps, tickOf, smpteOffset };
  }

  #chooseJournalPath(): string {
    const output = this.#output;
    if (output?.kind !== 'file') {
      return temporaryName(join(this.#disk.tempFolder, 'take')).concat('.mid');
    }
    return output.mode === undefined ? output.path : temporaryName(output.path);
  }

  #createJournal(content: Uint8Array): DiskFile {
    try {
      return this.#disk.create(this.#journalPath, content, this.#output?.mode);
    } catch (error) {
      const path = this.#options.path ?? this.#journalPath;
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
        throw new MidirecError('OUTPUT_EXISTS', `${path} exists already`, {
          hint: 'another program has just made it: choose another name',
          exitCode: 2,
        });
      }
      throw unwritable(path, describeIoError(error), error);
    }
  }

  /** Puts the growing file in the place of the one that it replaces, as soon as it holds something. */
  #publish(): void {
    const output = this.#output;
    if (output?.kind !== 'file' || this.#journalPath === output.path || this.#isDiscarded) return;
    try {
      this.#disk.rename(this.#journalPath, output.path);
    } catch {
      // Tried again at the next flush, and for the last time at the end, which reports it.
      return;
    }
    this.#journalPath = output.path;
    this.#disk.syncFolder(dirname(output.path));
  }

  get #isFull(): boolean {
    const { waitingBytes, isInTrouble } = this.#flusher;
    // A single sysex may be larger than the limit: a healthy disk takes it all the same.
    if (isInTrouble && waitingBytes >= this.#limits.waitingBytes) return true;
    return this.#journal.end - this.#journal.eventsAt + waitingBytes >= this.#limits.trackBytes;
  }

  #lose(batch: EventBatch): void {
    const firstTimeMs = batch.timeMs[0]!;
    this.#isLosing = true;
    this.#lost ??= { count: 0, firstTimeMs, lastTimeMs: firstTimeMs };
    this.#lost.count += batch.count;
    this.#lost.lastTimeMs = batch.timeMs[batch.count - 1]!;
  }

  #describeTrouble(error: unknown): MidirecError {
    const megabytes = Math.round(this.#limits.waitingBytes / 0x10_0000);
    return new MidirecError(
      'WRITE_FAILED',
      `cannot write to ${this.#journalPath}: ${describeIoError(error)}`,
      {
        hint: `make room: up to ${megabytes} MiB wait in memory, and writing is tried every second`,
        cause: error,
      },
    );
  }
}
