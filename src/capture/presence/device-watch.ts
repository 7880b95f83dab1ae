/** Looks at the list of inputs from time to time, for devices that have gone or come. */
import { BEAT_MS, type CancelTimer, type Clock, untilBeat } from '../../midi/clock.js';
import type { WinMm } from '../../winmm/winmm.js';

/** How often while a device is missing: within two seconds it has gone, and it is back soon after it is there. */
const MISSING_BEAT_MS = 500;
/** A list that takes its time is asked for less often, so that a fiftieth of the time is spent on it at most. */
const PAUSE_FACTOR = 50;

/** The names of all inputs as their drivers give them, by device id; undefined for one that does not tell. */
function listInputNames(winmm: WinMm): (string | undefined)[] {
  const count = winmm.midiInGetNumDevs();
  return Array.from({ length: count }, (_, id) => winmm.midiInGetDevCaps(id).caps?.szPname);
}

export interface DeviceWatcher {
  /**
   * Asked before every look. The list is read on JavaScript's thread, where a driver that hangs in
   * another call might keep the reader for ever: so not while one is opened or closed.
   */
  mayLook(): boolean;
  /** Whether a device is missing, so that the next look is to be soon. */
  readonly isInDoubt: boolean;
  /** Gets the list after every look. */
  onLook(names: (string | undefined)[]): void;
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
    this.#cancelLook = this.#clock.setTimer(delayMs, () => this.#look());
  }

  #look(): void {
    const beforeMs = this.#clock.nowMs();
    const names = this.#watcher.mayLook() ? listInputNames(this.#winmm) : undefined;
    const nowMs = this.#clock.nowMs();
    const tookMs = nowMs - beforeMs;
    // The shorter of two, for the machine may have been busy with something else.
    const pauseMs = Math.min(tookMs, this.#lastTookMs) * PAUSE_FACTOR;
    this.#lastTookMs = tookMs;
    if (names !== undefined) this.#watcher.onLook(names);
    const periodMs = this.#watcher.isInDoubt ? MISSING_BEAT_MS : BEAT_MS;
    if (!this.#isStopped) this.#lookIn(Math.max(untilBeat(nowMs, periodMs), pauseMs));
  }
}
