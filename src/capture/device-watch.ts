/** Looks at the list of inputs from time to time, for devices that have gone or come. */
import type { CancelTimer, Clock } from '../midi/clock.js';
import type { WinMm } from '../winmm/winmm.js';

/** How often; a device that is gone in two looks is noticed well within two seconds. */
export const LOOK_EVERY_MS = 500;
/** A list that takes its time is asked for less often, so that a fiftieth of the time is spent on it at most. */
const PAUSE_FACTOR = 50;

/** The names of all inputs as their drivers give them, by device id; undefined for one that does not tell. */
export function listInputNames(winmm: WinMm): (string | undefined)[] {
  const count = winmm.midiInGetNumDevs();
  return Array.from({ length: count }, (_, id) => winmm.midiInGetDevCaps(id).caps?.szPname);
}

export class DeviceWatch {
  readonly #winmm: WinMm;
  readonly #clock: Clock;
  readonly #onLook: (names: (string | undefined)[]) => void;
  #cancelLook: CancelTimer | undefined;

  /** @param onLook - gets the list after every look */
  constructor(winmm: WinMm, clock: Clock, onLook: (names: (string | undefined)[]) => void) {
    this.#winmm = winmm;
    this.#clock = clock;
    this.#onLook = onLook;
    this.#lookIn(LOOK_EVERY_MS);
  }

  stop(): void {
    this.#cancelLook?.();
  }

  #lookIn(delayMs: number): void {
    this.#cancelLook = this.#clock.setTimer(delayMs, () => {
      const beforeMs = this.#clock.nowMs();
      const names = listInputNames(this.#winmm);
      const tookMs = this.#clock.nowMs() - beforeMs;
      this.#lookIn(Math.max(LOOK_EVERY_MS, tookMs * PAUSE_FACTOR));
      this.#onLook(names);
    });
  }
}
