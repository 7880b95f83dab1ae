/**
 * Reads raw MIDI devices of Linux: one poll(2) waits for all that are open. Where the kernel stamps (Linux 5.14), what
 * comes in has its time, else that of the reading.
 */
import { close, readSync } from 'node:fs';
import type { Clock } from '../../../midi/clock.js';
import { RAW_FRAME_SIZE, type RawControl } from './raw-control.js';
import { systemErrorCode } from './stream-error.js';
import type { ReaderTarget, StreamReader } from './stream-reader.js';

/** A wait ends by itself now and then, if nothing else ends it. */
const WAIT_LIMIT_MS = 1000;
const CHUNK_LENGTH = 128 * RAW_FRAME_SIZE;
/** Chunks at a time, so that a flood leaves room for everything else. */
const CHUNKS_PER_LOOK = 16;

export class RawWait {
  readonly control: RawControl;
  readonly #readers = new Map<number, () => void>();
  #isWaiting = false;

  constructor(control: RawControl) {
    this.control = control;
  }

  add(fd: number, onReadable: () => void): void {
    this.#readers.set(fd, onReadable);
    if (this.#isWaiting) this.control.wake();
    else this.#wait();
  }

  remove(fd: number): void {
    if (this.#readers.delete(fd)) this.control.wake();
  }

  async #wait(): Promise<void> {
    const { control } = this;
    this.#isWaiting = true;
    while (this.#readers.size > 0) {
      const ready = await control.poll([control.wakeFd, ...this.#readers.keys()], WAIT_LIMIT_MS);
      control.rest();
      for (const fd of ready) this.#readers.get(fd)?.();
    }
    this.#isWaiting = false;
  }
}

export class RawReader implements StreamReader {
  readonly #fd: number;
  readonly #wait: RawWait;
  readonly #isFramed: boolean;
  /** The clock's time minus the kernel's. */
  readonly #offsetMs: number;
  readonly #chunk = new Uint8Array(CHUNK_LENGTH);
  #target: ReaderTarget | undefined;

  constructor(fd: number, wait: RawWait, clock: Clock) {
    this.#fd = fd;
    this.#wait = wait;
    this.#isFramed = wait.control.frame(fd);
    this.#offsetMs = clock.nowMs() - wait.control.monotonicMs();
  }

  start(target: ReaderTarget): void {
    this.#target = target;
    this.#listen();
    // The kernel takes nothing in before the first reading or waiting, and another thread begins to wait, some time.
    this.#look();
  }

  stop(): void {
    this.#target = undefined;
    this.#wait.remove(this.#fd);
  }

  close(): void {
    this.stop();
    // A device may take its time to close.
    close(this.#fd, () => {});
  }

  #listen(): void {
    this.#wait.add(this.#fd, () => this.#look());
  }

  #look(): void {
    const target = this.#target;
    for (let count = 0; count < CHUNKS_PER_LOOK && this.#target !== undefined; count++) {
      let length: number;
      try {
        length = readSync(this.#fd, this.#chunk, 0, CHUNK_LENGTH, null);
      } catch (error) {
        if (systemErrorCode(error) !== 'EAGAIN') this.#end();
        break;
      }
      if (length === 0) this.#end();
      const drained = this.#deliver(this.#chunk.subarray(0, length));
      if (drained === undefined) continue;
      this.#wait.remove(this.#fd);
      drained.then(() => {
        if (this.#target !== undefined && this.#target === target) this.#listen();
      });
      break;
    }
    // What is lost came after what was still there.
    if (this.#target && this.#wait.control.countOverruns(this.#fd) > 0) this.#target.onLost?.();
  }

  #end(): void {
    const target = this.#target;
    this.stop();
    target?.onEnd(undefined);
  }

  #deliver(bytes: Uint8Array): Promise<void> | undefined {
    if (!this.#isFramed) return this.#target?.onBytes(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let drained: Promise<void> | undefined;
    for (let at = 0; at + RAW_FRAME_SIZE <= bytes.length; at += RAW_FRAME_SIZE) {
      const [, length = 0] = bytes.subarray(at, at + 2);
      const kernelMs =
        Number(view.getBigUint64(at + 8, true)) * 1000 + view.getUint32(at + 4, true) / 1e6;
      const data = bytes.subarray(at + 16, at + 16 + length);
      drained = this.#target?.onBytes(data, kernelMs + this.#offsetMs) ?? drained;
    }
    return drained;
  }
}
