/** Reads what nothing can wait for: files, character devices that are no terminals, raw MIDI devices where koffi cannot be loaded. */
import { close, readSync } from 'node:fs';
import type { CancelTimer, Clock } from '../../../midi/clock.js';
import { ACTIVE_SENSING } from '../../../midi/status.js';
import { systemErrorCode } from './stream-error.js';
import type { ReaderTarget, StreamReader } from './stream-reader.js';

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

export class PollingReader implements StreamReader {
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
