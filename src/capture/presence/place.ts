/** The place of one input in the take: whether its device is there, and when to try to open it again. */
import type { DeviceIdentity } from '../../winmm/winmm.js';
import type { Input } from '../input.js';
import type { ListedInput } from './listed-ids.js';

/** In so many looks, one after the other, a device has to be missing: some lists are wrong for a moment. */
const LOOKS_MISSING = 2;
/** The first wait after an attempt that failed, or that did not last; each one after it is twice as long. */
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;
/** A device that stays this long has come back for good. */
const STEADY_MS = 10_000;
/** What is opened again has so many buffers at least, or as many as it had. */
const FEWEST_BUFFERS_AGAIN = 4;

/** All times are milliseconds on one clock. */
export class Place implements ListedInput {
  /** Of the input in the take. */
  readonly index: number;
  listed: DeviceIdentity;
  deviceId: number;
  /** `busy` while it is closed, or opened again. */
  state: 'present' | 'busy' | 'away' = 'present';
  /** Whether it is opened again, now that it is not present. */
  isAwaited = false;
  /** Settles when what makes it busy is over. */
  work: Promise<void> = Promise.resolve();
  /** Attempts to open it again that failed, since it was last present. */
  attempts = 0;
  #looksMissing = 0;
  #strandings = 0;
  readonly #buffers: number;
  readonly #bufferBytes: number;
  #presentSinceMs: number;
  #retryMs = 0;
  #retryAtMs = 0;

  constructor(index: number, { listed, deviceId, buffers }: Input, nowMs: number) {
    this.index = index;
    this.#buffers = buffers.count;
    this.#bufferBytes = buffers.byteLength;
    this.listed = listed;
    this.deviceId = deviceId;
    this.#presentSinceMs = nowMs;
  }

  /** Whether it has been missing for long enough to have gone. */
  get isMissed(): boolean {
    return this.state === 'present' && this.#looksMissing >= LOOKS_MISSING;
  }

  /** Whether a look at the list may change what is known of it soon. */
  get isInDoubt(): boolean {
    return this.state === 'present' ? this.#looksMissing > 0 : this.isAwaited;
  }

  /**
   * How many buffers it gets when it is opened again. Drivers that keep what they were given strand
   * that memory for good; so the next time it is a half, then a third, a quarter …
   *
   * @param bytesLeft - what may still be stranded: no more than a quarter of it at once
   * @returns 0 if there is no memory left for that
   */
  buffersNext(bytesLeft: number): number {
    const affordable = Math.floor(bytesLeft / 4 / this.#bufferBytes);
    const fewest = Math.min(FEWEST_BUFFERS_AGAIN, this.#buffers);
    if (this.#strandings === 0) return this.#buffers;
    if (affordable < fewest) return 0;
    return Math.max(
      fewest,
      Math.min(affordable, Math.floor(this.#buffers / (this.#strandings + 1))),
    );
  }

  /** A look at the list has shown it, or not. */
  noteLook(isMissing: boolean): void {
    this.#looksMissing = isMissing ? this.#looksMissing + 1 : 0;
  }

  /** It has left memory to its driver. */
  noteStranded(): void {
    this.#strandings++;
  }

  /** It is unplugged indeed: when it is back, that is worth an attempt at once. */
  forgetRetries(): void {
    this.#retryMs = 0;
    this.#retryAtMs = 0;
  }

  mayRetry(nowMs: number): boolean {
    return this.state === 'away' && this.isAwaited && nowMs >= this.#retryAtMs;
  }

  /** The device has gone, and is being closed. */
  leave(nowMs: number, isAwaited: boolean): void {
    if (nowMs - this.#presentSinceMs >= STEADY_MS) this.#retryMs = 0;
    this.#looksMissing = 0;
    this.isAwaited = isAwaited;
    this.state = 'busy';
  }

  /** It is closed, or could not be opened again: the next attempt has to wait. */
  stayAway(nowMs: number): void {
    this.state = 'away';
    this.#retryAtMs = nowMs + this.#retryMs;
    this.#retryMs = Math.min(Math.max(FIRST_RETRY_MS, this.#retryMs * 2), LONGEST_RETRY_MS);
  }

  comeBack(nowMs: number): void {
    this.state = 'present';
    this.isAwaited = false;
    this.attempts = 0;
    this.#presentSinceMs = nowMs;
  }
}
