/** Looks at the list of inputs from time to time, for devices that have gone or come. */
import { BEAT_MS, type CancelTimer, type Clock, untilBeat } from '../../midi/clock.js';
import { waitAtMost } from '../../winmm/calls/bounded-wait.js';
import { OPEN_LIMIT_MS } from '../../winmm/calls/device-open.js';
import type { DeviceIdentity, WinMm } from '../../winmm/winmm.js';

/** How often while a device is missing: within two seconds it has gone, and it is back soon after it is there. */
const MISSING_BEAT_MS = 500;
/** A list that takes its time is asked for less often, so that a fiftieth of the time is spent on it at most. */
const PAUSE_FACTOR = 50;

export interface DeviceWatcher {
  /** Asked before every look: a driver that hangs in another call might keep the reader for ever, so not while one is opened or closed. */
  mayLook(): boolean;
  /** Whether a device is missing, so that the next look is to be soon. */
  readonly isInDoubt: boolean;
  /** The list has not come within ten seconds; there are no more looks. */
  onHung(): void;
  /** Gets the list after every look. */
  onLook(devices: DeviceIdentity[]): void;
}

export class DeviceWatch {
  readonly #winmm: WinMm;
  readonly #clock: Clock;
  readonly #watcher: DeviceWatcher;
  #cancelLook: CancelTimer | undefined;
  #lastTookMs = 0;
  #isStopped = false;

  constructor(winmm: WinMm, clock: Clock, watcher: DeviceWatcher) {
    this.#winmm = winmm;
    this.#clock = clock;
    this.#watcher = watcher;
    this.#lookIn(untilBeat(clock.nowMs(), BEAT_MS));
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelLook?.();
  }

  #lookIn(delayMs: number): void {
    this.#cancelLook = this.#clock.setTimer(delayMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const beforeMs = this.#clock.nowMs();
    const looked = this.#watcher.mayLook()
      ? await waitAtMost(this.#clock, this.#winmm.listInputs(), OPEN_LIMIT_MS)
      : undefined;
    if (this.#isStopped) return;
    if (looked?.done === false) {
      this.#watcher.onHung();
      return;
    }
    const nowMs = this.#clock.nowMs();
    const tookMs = nowMs - beforeMs;
    // The shorter of two, for the machine may have been busy with something else.
    const pauseMs = Math.min(tookMs, this.#lastTookMs) * PAUSE_FACTOR;
    this.#lastTookMs = tookMs;
    if (looked !== undefined && this.#watcher.mayLook()) this.#watcher.onLook(looked.value);
    const periodMs = this.#watcher.isInDoubt ? MISSING_BEAT_MS : BEAT_MS;
    if (!this.#isStopped) this.#lookIn(Math.max(untilBeat(nowMs, periodMs), pauseMs));
  }
}
