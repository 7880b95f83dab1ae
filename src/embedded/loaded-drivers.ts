/** The drivers that are loaded, and their devices: numbered through all of them, in the order of loading. */
import {
  DRVM_EXIT,
  DRVM_INIT,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_NOERROR,
} from '../winmm/constants.js';
import type { MemoryBlock } from '../winmm/memory.js';
import type { MidiInCaps } from '../winmm/structures.js';
import type { DevCapsAnswer, Mmresult } from '../winmm/winmm.js';
import { type Direction, OUTPUT } from './direction.js';
import type { EmbeddedMemory } from './embedded-memory.js';
import type { DriverFactory, DriverHost, UserModeDriver } from './user-mode-driver.js';

export interface LocatedDevice {
  readonly driver: UserModeDriver;
  /** The device's number within its driver. */
  readonly uDeviceId: number;
}

export class LoadedDrivers {
  /** Room for the capabilities of one device: they are asked for again and again. */
  readonly #capsRoom: MemoryBlock;
  readonly #drivers: readonly UserModeDriver[];

  /** Loads them, and says DRVM_INIT to every one. */
  constructor(memory: EmbeddedMemory, host: DriverHost, factories: readonly DriverFactory[]) {
    this.#capsRoom = memory.allocate(OUTPUT.caps.size);
    this.#drivers = factories.map((load) => load(host));
    this.#tellAll(DRVM_INIT);
  }

  unload(): void {
    this.#tellAll(DRVM_EXIT);
  }

  count(direction: Direction): number {
    return this.#drivers.reduce((sum, driver) => sum + countDevices(direction, driver), 0);
  }

  locate(direction: Direction, uDeviceID: number): LocatedDevice | undefined {
    if (!Number.isInteger(uDeviceID) || uDeviceID < 0) return undefined;
    let uDeviceId = uDeviceID;
    for (const driver of this.#drivers) {
      const count = countDevices(direction, driver);
      if (uDeviceId < count) return { driver, uDeviceId };
      uDeviceId -= count;
    }
    return undefined;
  }

  getCaps<Caps extends MidiInCaps>(
    direction: Direction<Caps>,
    uDeviceID: number,
  ): DevCapsAnswer<Caps> {
    const found = this.locate(direction, uDeviceID);
    if (found === undefined) return { result: MMSYSERR_BADDEVICEID };
    const { driver, uDeviceId } = found;
    const { entryPoint, GETDEVCAPS, caps } = direction;
    const { address, bytes } = this.#capsRoom;
    bytes.fill(0);
    const answer = driver[entryPoint](uDeviceId, GETDEVCAPS, 0, address, caps.size);
    const result = answeredAtOnce(answer);
    return result === MMSYSERR_NOERROR ? { result, caps: caps.read(bytes) } : { result };
  }

  #tellAll(uMsg: number): void {
    for (const driver of this.#drivers) {
      driver.midMessage(0, uMsg, 0, 0, 0);
      driver.modMessage(0, uMsg, 0, 0, 0);
    }
  }
}

/**
 * An answer that a driver may not keep its caller waiting for.
 *
 * @throws TypeError if it is a promise all the same: the driver does not keep to its interface
 */
export function answeredAtOnce(answer: Mmresult | Promise<Mmresult>): Mmresult {
  if (typeof answer === 'number') return answer;
  throw new TypeError('a driver answered with a promise where only a number is allowed');
}

function countDevices(direction: Direction, driver: UserModeDriver): number {
  return answeredAtOnce(driver[direction.entryPoint](0, direction.GETNUMDEVS, 0, 0, 0));
}
