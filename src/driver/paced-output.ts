/** An output that keeps to a speed: bytes go to another output in small slices, evenly spread over time. */
import type { CancelTimer, Clock } from '../midi/clock.js';
import { MMSYSERR_NOERROR } from '../winmm/constants.js';
import type { Mmresult } from '../winmm/winmm.js';
import type { KernelOutput } from './kernel-port.js';

/** How far apart slices are, unless a single byte takes longer. */
const SLICE_MS = 10;

export class PacedOutput implements KernelOutput {
  readonly #clock: Clock;
  readonly #output: KernelOutput;
  readonly #bytesPerMs: number;
  readonly #sliceLength: number;
  /** When the line is free again. */
  #freeMs = 0;
  /** Ends the wait for the next slice, while there is one. */
  #breakOff: (() => void) | undefined;

  /** @param output - does the sending; it is opened and closed with this one */
  constructor(clock: Clock, output: KernelOutput, bytesPerSecond: number) {
    this.#clock = clock;
    this.#output = output;
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#sliceLength = Math.max(1, Math.floor(this.#bytesPerMs * SLICE_MS));
  }

  open(): Mmresult {
    return this.#output.open();
  }

  /** Answers when the last byte has gone and the line has had its time for it. */
  async ioctl(code: number, bytes: Uint8Array): Promise<Mmresult> {
    this.#freeMs = Math.max(this.#freeMs, this.#clock.nowMs());
    for (let from = 0; from < bytes.length; from += this.#sliceLength) {
      const slice = bytes.subarray(from, from + this.#sliceLength);
      const result = await this.#output.ioctl(code, slice);
      if (result !== MMSYSERR_NOERROR) return result;
      this.#freeMs += slice.length / this.#bytesPerMs;
      if (!(await this.#waitUntilFree())) break;
    }
    return MMSYSERR_NOERROR;
  }

  cancel(): void {
    this.#breakOff?.();
    this.#output.cancel();
  }

  close(): void {
    this.#output.close();
  }

  /** @returns false if the wait was broken off */
  #waitUntilFree(): Promise<boolean> {
    return new Promise((resolve) => {
      let cancelTimer: CancelTimer = () => {};
      const end = (isFree: boolean) => {
        cancelTimer();
        this.#breakOff = undefined;
        resolve(isFree);
      };
      this.#breakOff = () => end(false);
      cancelTimer = this.#clock.setTimer(Math.max(0, this.#freeMs - this.#clock.nowMs()), () =>
        end(true),
      );
    });
  }
}
