/** An input of the port driver on the bench: its buffers, and what it tells its client. */
import {
  MIDM_ADDBUFFER,
  MIDM_OPEN,
  MIDM_RESET,
  MIDM_START,
  MIM_DATA,
  MIM_ERROR,
  MIM_LONGDATA,
  MIM_LONGERROR,
} from '../../src/winmm/constants.js';
import { MIDIHDR_SIZE } from '../../src/winmm/structures.js';
import type { Mmresult } from '../../src/winmm/winmm.js';
import { DriverBench } from './driver-bench.js';
import { hex, hexOfInvalid, hexOfMessage, type Received } from './input-client.js';
import type { MidiBuffer } from './midi-buffer.js';

export class InputBench extends DriverBench {
  readonly #instance: number;
  readonly #buffers = new Map<number, MidiBuffer>();
  #taken = 0;

  private constructor() {
    super();
    this.#instance = this.open(MIDM_OPEN).instance;
  }

  static opened(): InputBench {
    return new InputBench();
  }

  static recording(): InputBench {
    const bench = new InputBench();
    bench.send(MIDM_START);
    return bench;
  }

  send(uMsg: number, dwParam1 = 0, dwParam2 = 0): Mmresult {
    return this.driver.midMessage(0, uMsg, this.#instance, dwParam1, dwParam2);
  }

  reset(): Mmresult {
    return this.send(MIDM_RESET);
  }

  add(buffer: MidiBuffer): Mmresult {
    return this.send(MIDM_ADDBUFFER, buffer.address, MIDIHDR_SIZE);
  }

  /** Adds `count` new buffers. */
  queue(count: number, length: number): MidiBuffer[] {
    return Array.from({ length: count }, () => {
      const buffer = this.preparedBuffer(new Uint8Array(length));
      this.#buffers.set(buffer.address, buffer);
      this.add(buffer);
      return buffer;
    });
  }

  /** Messages about data since the last time; buffers stay with the client. */
  take(): Received[] {
    const fresh = this.callbacks.slice(this.#taken);
    this.#taken = this.callbacks.length;
    return fresh.flatMap(({ dwMsg, dwParam1, dwParam2 }): Received[] => {
      switch (dwMsg) {
        case MIM_DATA:
          return [['data', dwParam2, hexOfMessage(dwParam1)]];
        case MIM_ERROR:
          return [['error', dwParam2, hexOfInvalid(dwParam1)]];
        case MIM_LONGDATA:
          return [['long', dwParam2, this.#recordedAt(dwParam1)]];
        case MIM_LONGERROR:
          return [['long error', dwParam2, this.#recordedAt(dwParam1)]];
        default:
          return [];
      }
    });
  }

  #recordedAt(address: number): string {
    const buffer = this.#buffers.get(address);
    return buffer === undefined ? 'a buffer that nobody gave' : hex(buffer.recorded);
  }
}
