/** The client of an open device as its driver knows it: whom to call back, and how. */

import type { MidiOpenDesc } from './driver-structures.js';
import type { DriverHost, DwordPtr } from './user-mode-driver.js';

/** Made from what came with MIDM_OPEN or MODM_OPEN; good until the device is closed. */
export class DriverClient {
  readonly #host: DriverHost;
  readonly #description: MidiOpenDesc;
  readonly #dcbFlags: number;

  /** @param openFlags - dwParam2 of the open message */
  constructor(host: DriverHost, description: MidiOpenDesc, openFlags: number) {
    this.#host = host;
    this.#description = description;
    this.#dcbFlags = openFlags >>> 16;
  }

  /** Sends MIM_… or MOM_… to the client. */
  callBack(dwMsg: number, dwParam1: DwordPtr, dwParam2: DwordPtr): void {
    const { dwCallback, hMidi, dwInstance } = this.#description;
    this.#host.driverCallback(
      dwCallback,
      this.#dcbFlags,
      hMidi,
      dwMsg,
      dwInstance,
      dwParam1,
      dwParam2,
    );
  }
}
