/** Ways of reading a path so that neither the event loop nor a thread ever waits for it. */
import { close, closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { Socket } from 'node:net';
import { isatty, ReadStream } from 'node:tty';
import type { CancelTimer, Clock } from '../midi/clock.js';
import { systemErrorCode } from './stream-error.js';
import { makeLineRaw } from './terminal-line.js';

/** Receives what a reader reads. */
export interface ReaderTarget {
  /** @returns a promise if no more should be read until it resolves */
  onBytes(bytes: Uint8Array): Promise<void> | undefined;
  /** There is nothing more to read, and never will be. */
  onEnd(): void;
}

/** A path that is open for reading. What is not read stays where it is. */
export interface StreamReader {
  start(target: ReaderTarget): void;
  stop(): void;
  close(): void;
}

/**
 * Opens a path for reading, in the way that suits what it is. A FIFO is read until it is closed:
 * writers may come and go.
 *
 * @throws the system's error if it cannot be opened
 */
export function openReader(path: string, clock: Clock): StreamReader {
  const { O_NOCTTY, O_NONBLOCK, O_RDONLY, O_RDWR } = constants;
  const fd = openSync(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  try {
    if (fstatSync(fd).isFIFO()) {
      closeSync(fd);
      // As its own writer it never sees the end of the stream when another writer leaves.
      const lasting = openSync(path, O_RDWR | O_NONBLOCK);
      return new EventReader(new Socket({ fd: lasting, readable: true, writable: false }));
    }
    if (!isatty(fd)) return new PollingReader(fd, clock);
    makeLineRaw(path);
    return new EventReader(new ReadStream(fd));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Standard input, which is not ours to close. */
export function openStandardInput(): StreamReader {
  return new EventReader(process.stdin);
}

type EventStream = typeof process.stdin | Socket | ReadStream;

/** Reads what the event loop can wait for: pipes, FIFOs, terminals. */
class EventReader implements StreamReader {
  readonly #stream: EventStream;
  #target: ReaderTarget | undefined;
  #hasEnded = false;

  constructor(stream: EventStream) {
    this.#stream = stream;
    stream.on('data', this.#onData);
    stream.on('end', this.#onEnd);
    stream.on('error', this.#onEnd);
    stream.pause();
  }

  start(target: ReaderTarget): void {
    this.#target = target;
    if (this.#hasEnded) queueMicrotask(this.#onEnd);
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

  readonly #onData = (bytes: Buffer): void => {
    const target = this.#target;
    const drained = target?.onBytes(bytes);
    if (drained === undefined) return;
    this.#stream.pause();
    drained.then(() => {
      if (this.#target === target) this.#stream.resume();
    });
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#target?.onEnd();
  };
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
  readonly #chunk = new Uint8Array(CHUNK_LENGTH);
  #target: ReaderTarget | undefined;
  #cancelTimer: CancelTimer = () => {};
  #looksInVain = 0;

  constructor(fd: number, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
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
      const length = this.#read();
      if (length === 0) {
        target.onEnd();
        return;
      }
      if (length === undefined) {
        this.#looksInVain++;
        break;
      }
      this.#looksInVain = 0;
      const drained = target.onBytes(this.#chunk.subarray(0, length));
      if (drained !== undefined) {
        drained.then(() => {
          if (this.#target === target) this.#lookLater();
        });
        return;
      }
    }
    if (this.#target === target && target !== undefined) this.#lookLater();
  }

  /** @returns bytes read into the chunk, 0 at the end or after an error, undefined if there is nothing yet */
  #read(): number | undefined {
    try {
      return readSync(this.#fd, this.#chunk, 0, CHUNK_LENGTH, null);
    } catch (error) {
      return systemErrorCode(error) === 'EAGAIN' ? undefined : 0;
    }
  }
}
