/** Looks at the list of inputs from time to time, and when the system says that it is another one, for devices that have gone or come. */

import { BEAT_MS, type CancelTimer, type Clock, untilBeat } from '../../midi/clock.js';
import { waitAtMost } from '../../midi/waiting.js';
import { OPEN_LIMIT_MS } from '../../winmm/calls/device-open.js';
import type { DeviceIdentity, WinMm } from '../../winmm/winmm.js';

/** How often while a device is missing: within two seconds it has gone, and it is back soon after it is there. */
const MISSING_BEAT_MS = 500;
/** A list that takes its time is asked for less often, so that a fiftieth of the time is spent on it at most. */
const PAUSE_FACTOR = 50;

/** What is told comes in bursts, and a list may have been remembered for a moment: so long after the first is looked. */
const TOLD_MS = 150;

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
  #isLooking = false;
  /** The system has told of a change since the last look began. */
  #isTold = false;
  readonly #endTelling: (() => void) | undefined;

  constructor(winmm: WinMm, clock: Clock, watcher: DeviceWatcher) {
    this.#winmm = winmm;
    this.#clock = clock;
    this.#watcher = watcher;
    this.#endTelling = winmm.onDevicesChanged?.(() => this.#onTold());
    this.#lookIn(untilBeat(clock.nowMs(), BEAT_MS));
  }

  stop(): void {
    this.#isStopped = true;
    this.#endTelling?.();
    this.#cancelLook?.();
  }

  #onTold(): void {
    if (this.#isTold || this.#isStopped) return;
    this.#isTold = true;
    if (this.#isLooking) return;
    this.#cancelLook?.();
    this.#lookIn(TOLD_MS);
  }

  #lookIn(delayMs: number): void {
    this.#cancelLook = this.#clock.setTimer(delayMs, () => void this.#look());
  }

  async #look(): Promise<void> {
    const beforeMs = this.#clock.nowMs();
    const mayLook = this.#watcher.mayLook();
    this.#isLooking = true;
    if (mayLook) this.#isTold = false;
    const looked = mayLook
      ? await waitAtMost(this.#clock, this.#winmm.listInputs(), OPEN_LIMIT_MS)
      : undefined;
    this.#isLooking = false;
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
    const delayMs = this.#isTold ? TOLD_MS : Math.max(untilBeat(nowMs, periodMs), pauseMs);
    if (!this.#isStopped) this.#lookIn(delayMs);
  }
}
