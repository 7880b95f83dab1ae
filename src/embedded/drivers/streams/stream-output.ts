/** The output side of a byte stream: a path that is written to without anybody having to wait for it. */
import { close, constants, fstatSync, writeSync } from 'node:fs';
import { isatty } from 'node:tty';
import type { Clock } from '../../../midi/clock.js';
import { sleep } from '../../../midi/waiting.js';
import { MIDIERR_NODEVICE, MMSYSERR_NOERROR } from '../../../winmm/constants.js';
import type { Mmresult } from '../../../winmm/winmm.js';
import type { KernelOutput } from '../../kernel-port.js';
import { mmresultOf, systemErrorCode } from './stream-error.js';
import { makeLineRaw } from './terminal-line.js';

/** How long to wait when the other end takes no more. */
const RETRY_MS = 2;

export class StreamOutput implements KernelOutput {
  readonly #path: string;
  readonly #clock: Clock;
  readonly #openFile: (flags: number) => number;
  #fd: number | undefined;
  #giveBack = () => {};
  /** For the other end to take more. */
  #waiting: AbortController | undefined;

  /** @param openFile - open(2) of the path */
  constructor(path: string, clock: Clock, openFile: (flags: number) => number) {
    this.#path = path;
    this.#clock = clock;
    this.#openFile = openFile;
  }

  /** @returns MIDIERR_NODEVICE if it is a FIFO that nobody reads, or by now a file or a disk, which are never written to */
  open(): Mmresult {
    try {
      const { O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;
      this.#fd = this.#openFile(O_WRONLY | O_NONBLOCK | O_NOCTTY);
      const stats = fstatSync(this.#fd);
      if (stats.isFile() || stats.isBlockDevice()) {
        this.close();
        return MIDIERR_NODEVICE;
      }
      if (isatty(this.#fd)) this.#giveBack = makeLineRaw(this.#path);
      return MMSYSERR_NOERROR;
    } catch (error) {
      this.close();
      return mmresultOf(error);
    }
  }

  cancel(): void {
    this.#waiting?.abort();
  }

  close(): void {
    this.#giveBack();
    // A raw MIDI device lets go only when its last byte is on the line.
    if (this.#fd !== undefined) close(this.#fd, () => {});
    this.#fd = undefined;
  }

  play(bytes: Uint8Array): Mmresult | Promise<Mmresult> {
    if (this.#fd === undefined) return MIDIERR_NODEVICE;
    let written = 0;
    while (written < bytes.length) {
      try {
        written += writeSync(this.#fd, bytes, written);
      } catch (error) {
        if (systemErrorCode(error) !== 'EAGAIN') return mmresultOf(error);
        return this.#writeLater(bytes.subarray(written));
      }
    }
    return MMSYSERR_NOERROR;
  }

  async #writeLater(bytes: Uint8Array): Promise<Mmresult> {
    this.#waiting = new AbortController();
    const { signal } = this.#waiting;
    await sleep(this.#clock, RETRY_MS, signal);
    return signal.aborted ? MMSYSERR_NOERROR : this.play(bytes);
  }
}
