/** A user-mode driver on the bench: a test sends it messages itself, and sees whom it calls back. */
import { MIDIOPENDESC } from '../../src/embedded/driver-client.js';
import { EmbeddedMemory } from '../../src/embedded/embedded-memory.js';
import { PortDriver } from '../../src/embedded/port-driver.js';
import type { Completion } from '../../src/embedded/port-output.js';
import { CALLBACK_FUNCTION, DRVM_INIT, MHDR_PREPARED } from '../../src/winmm/constants.js';
import type { Address } from '../../src/winmm/memory.js';
import { readAddress } from '../../src/winmm/structures.js';
import type { Mmresult } from '../../src/winmm/winmm.js';
import { FakeClock } from './fake-clock.js';
import { FakePort } from './fake-port.js';
import { MidiBuffer } from './midi-buffer.js';

/** What a driver's client is known by here. */
export const CLIENT = {
  hMidi: 0x2_0000_0001,
  dwCallback: 0x3_0000_0002,
  dwInstance: 0x4_0000_0003,
  dnDevNode: 0,
  cIds: 0,
  rgIds: 0,
};

export interface Callback {
  dwMsg: number;
  dwParam1: number;
  dwParam2: number;
}

export class DriverBench {
  readonly clock = new FakeClock();
  readonly memory = new EmbeddedMemory();
  readonly port = new FakePort();
  readonly driver: PortDriver;
  /** Callbacks to {@link CLIENT}, oldest first. */
  readonly callbacks: Callback[] = [];
  /** Callbacks to anybody else. */
  readonly strayCallbacks: number[] = [];
  /** Called with every callback to {@link CLIENT}, while it lasts. */
  onCallback: (dwMsg: number) => void = () => {};

  constructor(completion: Completion = 'asynchronous') {
    this.driver = new PortDriver(
      {
        resolve: (address, byteLength) => this.memory.resolve(address, byteLength),
        driverCallback: (dwCallback, dwFlags, hDevice, dwMsg, dwUser, dwParam1, dwParam2) => {
          const isClient =
            dwCallback === CLIENT.dwCallback &&
            dwFlags === CALLBACK_FUNCTION >>> 16 &&
            hDevice === CLIENT.hMidi &&
            dwUser === CLIENT.dwInstance;
          if (!isClient) {
            this.strayCallbacks.push(dwMsg);
            return false;
          }
          this.callbacks.push({ dwMsg, dwParam1, dwParam2 });
          this.onCallback(dwMsg);
          return true;
        },
      },
      this.clock,
      () => [this.port],
      completion,
    );
    this.driver.midMessage(0, DRVM_INIT, 0, 0, 0);
  }

  /** Sends MIDM_OPEN or MODM_OPEN. @returns the result, and the instance identifier that the driver gave */
  open(uMsg: number, uDeviceId = 0): { result: Mmresult; instance: number } {
    const description = this.memory.allocate(MIDIOPENDESC.size);
    MIDIOPENDESC.write(description.bytes, CLIENT);
    const place = this.memory.allocate(8);
    const isInput = uMsg >= 50;
    const entry = isInput ? 'midMessage' : 'modMessage';
    const result = this.driver[entry](
      uDeviceId,
      uMsg,
      place.address,
      description.address,
      CALLBACK_FUNCTION,
    );
    if (typeof result !== 'number') throw new TypeError('an open that does not return');
    const instance = readAddress(new DataView(place.bytes.buffer), 0);
    this.memory.free(description);
    this.memory.free(place);
    return { result, instance };
  }

  /** A prepared buffer that holds `bytes`. */
  preparedBuffer(bytes: ArrayLike<number>): MidiBuffer {
    const buffer = MidiBuffer.of(this.memory, bytes);
    buffer.header.dwFlags = MHDR_PREPARED;
    return buffer;
  }

  /** Callbacks with this message since the beginning: their dwParam1. */
  calledBack(dwMsg: number): Address[] {
    return this.callbacks.filter((call) => call.dwMsg === dwMsg).map(({ dwParam1 }) => dwParam1);
  }
}
