/** Reads what the event loop can wait for: pipes, terminals, FIFOs. */
import type { Stats } from 'node:fs';
import type { Socket } from 'node:net';
import type { ReadStream } from 'node:tty';
import { BEAT_MS, type CancelTimer, type Clock, untilBeat } from '../../../midi/clock.js';
import {
  type ReaderTarget,
  type StreamEnding,
  type StreamReader,
  statIfThere,
} from './stream-reader.js';

type EventStream = typeof process.stdin | Socket | ReadStream;

export class EventReader implements StreamReader {
  /** Whether there may be bytes that wait for the target. */
  protected isHeldBack = false;
  readonly #stream: EventStream;
  readonly #isOnce: boolean;
  readonly #onClose: () => void;
  #target: ReaderTarget | undefined;
  #hasEnded = false;
  #ending: StreamEnding | undefined;

  /**
   * @param isOnce - whether its end is the end for good
   * @param onClose - gives back what reading needed
   */
  constructor(stream: EventStream, isOnce: boolean, onClose = () => {}) {
    this.#stream = stream;
    this.#isOnce = isOnce;
    this.#onClose = onClose;
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
    this.#onClose();
    if (this.#stream !== process.stdin) this.#stream.destroy();
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
    this.isHeldBack = true;
    drained.then(() => {
      this.isHeldBack = false;
      if (this.#target === target) this.#stream.resume();
    });
  };

  readonly #onEnd = (): void => this.end(this.#isOnce ? 'complete' : undefined);

  readonly #onError = (): void => this.end(this.#isOnce ? 'failed' : undefined);
}

/** In so many looks at its path it has to be missing: after the first, what is in it is still read. */
const FIFO_LOOKS_MISSING = 2;

/** Reads a FIFO until its path is gone, or is another one's. */
export class FifoReader extends EventReader {
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
    const delayMs = untilBeat(this.#clock.nowMs(), BEAT_MS);
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
