/** Ways of reading a path so that neither the event loop nor a thread ever waits for it. */
import {
  close,
  closeSync,
  constants,
  fstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream } from 'node:tty';
import { type CancelTimer, type Clock, untilBeat } from '../../midi/clock.js';
import { ACTIVE_SENSING } from '../../midi/status.js';
import { systemErrorCode } from './stream-error.js';
import { makeLineRaw } from './terminal-line.js';

/** How a stream that is there only once has come to its end: read to the last byte, or not. */
export type StreamEnding = 'complete' | 'failed';

/** Receives what a reader reads. */
export interface ReaderTarget {
  /** @returns a promise if no more should be read until it resolves */
  onBytes(bytes: Uint8Array): Promise<void> | undefined;
  /**
   * There is nothing more to read, and never will be through this reader.
   *
   * @param ending - undefined for a device or FIFO that has gone: it may come back
   */
  onEnd(ending: StreamEnding | undefined): void;
}

/** A path that is open for reading. What is not read stays where it is. */
export interface StreamReader {
  start(target: ReaderTarget): void;
  stop(): void;
  close(): void;
}

/** Pipes that belong to a process, such as a shell's `<(…)`: when their writers leave, no other can come. */
const INHERITED = /^\/dev\/(stdin|fd\/\d+)$/;

/**
 * Opens a path for reading, in the way that suits what it is. A FIFO is read as long as its path
 * is there: writers may come and go.
 *
 * @throws the system's error if it cannot be opened
 */
export function openReader(path: string, clock: Clock): StreamReader {
  const { O_NOCTTY, O_NONBLOCK, O_RDONLY } = constants;
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    const stats = fstatSync(fd);
    if (stats.isFIFO()) return INHERITED.test(path) ? openPipe(fd) : openFifo(path, fd, clock);
    if (!isatty(fd)) return new PollingReader(fd, clock, stats.isFile());
    makeLineRaw(path);
    return new EventReader(new ReadStream(fd), false);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Standard input, which is not ours to close. */
export function openStandardInput(): StreamReader {
  return new EventReader(process.stdin, true);
}

function openPipe(fd: number): StreamReader {
  return new EventReader(new Socket({ fd, readable: true, writable: false }), true);
}

function openFifo(path: string, fd: number, clock: Clock): StreamReader {
  // As its own writer it never sees the end of the stream when another writer leaves.
  const lasting = openSync(path, constants.O_RDWR | constants.O_NONBLOCK);
  closeSync(fd);
  const socket = new Socket({ fd: lasting, readable: true, writable: false });
  return new FifoReader(socket, path, fstatSync(lasting), clock);
}

type EventStream = typeof process.stdin | Socket | ReadStream;

/** Reads what the event loop can wait for: pipes, terminals. */
class EventReader implements StreamReader {
  readonly #stream: EventStream;
  readonly #isOnce: boolean;
  #target: ReaderTarget | undefined;
  #isHeldBack = false;
  #hasEnded = false;
  #ending: StreamEnding | undefined;

  /** @param isOnce - whether its end is the end for good */
  constructor(stream: EventStream, isOnce: boolean) {
    this.#stream = stream;
    this.#isOnce = isOnce;
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
    stream.on('error', this.#onError);
    stream.pause();
  }

  start(target: ReaderTarget): void {
    this.#target = target;
    if (this.#hasEnded) queueMicrotask(() => this.#target?.onEnd(this.#ending));
    else this.#stream.resume();
  }

  stop(): void {
    this.#target = undefined;
    this.#stream.pause();
  }

  close(): void {
    this.stop();
    this.#stream.off('data', this.#onData);
    this.#stream.off('end', this.#onEnd);
    if (this.#stream !== process.stdin) this.#stream.destroy();
  }

  /** Whether there may be bytes that wait for the target. */
  protected get isHeldBack(): boolean {
    return this.#isHeldBack;
  }

  protected end(ending: StreamEnding | undefined): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#ending = ending;
    this.#target?.onEnd(ending);
  }

  readonly #onData = (bytes: Buffer): void => {
    const target = this.#target;
    const drained = target?.onBytes(bytes);
    if (drained === undefined) return;
    this.#stream.pause();
    this.#isHeldBack = true;
    drained.then(() => {
      this.#isHeldBack = false;
      if (this.#target === target) this.#stream.resume();
    });
  };

  readonly #onEnd = (): void => this.end(this.#isOnce ? 'complete' : undefined);

  readonly #onError = (): void => this.end(this.#isOnce ? 'failed' : undefined);
}

/** How often to look whether a FIFO is still where it was opened. */
const FIFO_LOOK_MS = 500;
/** In so many looks it has to be missing: after the first, what is in it is still read. */
const FIFO_LOOKS_MISSING = 2;

/** Reads a FIFO until its path is gone, or is another one's. */
class FifoReader extends EventReader {
  readonly #path: string;
  readonly #opened: Stats;
  readonly #clock: Clock;
  #cancelLook: CancelTimer = () => {};
  #looksMissing = 0;

  constructor(stream: Socket, path: string, opened: Stats, clock: Clock) {
    super(stream, false);
    this.#path = path;
    this.#opened = opened;
    this.#clock = clock;
  }

  override start(target: ReaderTarget): void {
    super.start(target);
    this.#lookLater();
  }

  override stop(): void {
    this.#cancelLook();
    super.stop();
  }

  #lookLater(): void {
    const delayMs = untilBeat(this.#clock.nowMs(), FIFO_LOOK_MS);
    this.#cancelLook = this.#clock.setTimer(delayMs, () => this.#look());
  }

  #look(): void {
    const now = statIfThere(this.#path);
    const isSame = now?.ino === this.#opened.ino && now.dev === this.#opened.dev;
    this.#looksMissing = isSame ? 0 : this.#looksMissing + 1;
    if (this.#looksMissing < FIFO_LOOKS_MISSING || this.isHeldBack) this.#lookLater();
    else this.end(undefined);
  }
}

/** What a path names; undefined if there is nothing, or nothing that can be looked at. */
export function statIfThere(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

/**
 * How often a device that is being played is looked at, and one that is not: time stamps are as
 * fine as that, and every look costs some 40 µs.
 */
const BUSY_POLL_MS = 2;
const IDLE_POLL_MS = 8;
/** Looks without success after which a device counts as one that is not being played: 2 s. */
const LOOKS_UNTIL_IDLE = 1000;
const CHUNK_LENGTH = 4096;
/** Chunks at a time, so that a flood leaves room for everything else. */
const CHUNKS_PER_LOOK = 16;

/** Reads what the event loop cannot wait for: character devices that are no terminals, files. */
class PollingReader implements StreamReader {
  readonly #fd: number;
  readonly #clock: Clock;
  readonly #isFile: boolean;
  readonly #chunk = new Uint8Array(CHUNK_LENGTH);
  #target: ReaderTarget | undefined;
  #cancelTimer: CancelTimer = () => {};
  #looksInVain = 0;

  constructor(fd: number, clock: Clock, isFile: boolean) {
    this.#fd = fd;
    this.#clock = clock;
    this.#isFile = isFile;
  }

  start(target: ReaderTarget): void {
    this.#target = target;
    this.#looksInVain = 0;
    this.#lookLater();
  }

  stop(): void {
    this.#target = undefined;
    this.#cancelTimer();
  }

  close(): void {
    this.stop();
    // A device may take its time to close.
    close(this.#fd, () => {});
  }

  #lookLater(): void {
    const delayMs = this.#looksInVain < LOOKS_UNTIL_IDLE ? BUSY_POLL_MS : IDLE_POLL_MS;
    this.#cancelTimer = this.#clock.setTimer(delayMs, () => this.#look());
  }

  #look(): void {
    const target = this.#target;
    for (let count = 0; count < CHUNKS_PER_LOOK && target !== undefined; count++) {
      const length = this.#read(target);
      if (length === 'end') return;
      if (length === 0) {
        this.#looksInVain++;
        break;
      }
      const bytes = this.#chunk.subarray(0, length);
      if (isPlaying(bytes)) this.#looksInVain = 0;
      const drained = target.onBytes(bytes);
      if (drained !== undefined) {
        drained.then(() => {
          if (this.#target === target) this.#lookLater();
        });
        return;
      }
    }
    if (this.#target === target && target !== undefined) this.#lookLater();
  }

  /** @returns bytes read into the chunk, 0 if there is nothing yet, or `end` if the target has been told of it */
  #read(target: ReaderTarget): number | 'end' {
    try {
      const length = readSync(this.#fd, this.#chunk, 0, CHUNK_LENGTH, null);
      if (length > 0) return length;
      target.onEnd('complete');
    } catch (error) {
      if (systemErrorCode(error) === 'EAGAIN') return 0;
      target.onEnd(this.#isFile ? 'failed' : undefined);
    }
    return 'end';
  }
}

/** Whether there is anything but active sensing, which many a keyboard sends all the time. */
function isPlaying(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte !== ACTIVE_SENSING);
}
