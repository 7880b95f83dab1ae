/** A user-mode driver for kernel ports: takes the driver messages apart and hands them to open inputs and outputs. */
import type { Clock } from '../midi/clock.js';
import {
  DRVM_EXIT,
  DRVM_INIT,
  MIDM_ADDBUFFER,
  MIDM_GETNUMDEVS,
  MIDM_RESET,
  MIDM_START,
  MIDM_STOP,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
  MMSYSERR_NOTENABLED,
  MMSYSERR_NOTSUPPORTED,
  MODM_DATA,
  MODM_GETNUMDEVS,
  MODM_LONGDATA,
  MODM_RESET,
} from '../winmm/constants.js';
import type { Mmresult } from '../winmm/winmm.js';
import { INPUT, OUTPUT } from './direction.js';
import type { KernelInput, KernelOutput, PortSource } from './kernel-port.js';
import { PortInput } from './port-input.js';
import { type Completion, PortOutput } from './port-output.js';
import { PortSide } from './port-side.js';
import {
  type DriverHost,
  type DriverMessage,
  type DwordPtr,
  MIDM_GETDROPPED,
  MIDM_GETLATE,
  MIDM_GETOVERRUNS,
  type UserModeDriver,
} from './user-mode-driver.js';

export class PortDriver implements UserModeDriver {
  readonly #host: DriverHost;
  readonly #inputs: PortSide<KernelInput, PortInput>;
  readonly #outputs: PortSide<KernelOutput, PortOutput>;
  #isEnabled = false;

  constructor(host: DriverHost, clock: Clock, ports: PortSource, completion: Completion) {
    this.#host = host;
    this.#inputs = new PortSide(
      host,
      INPUT,
      ports,
      ({ input }) => input,
      (port, callBack) => new PortInput(host, clock, port, callBack),
    );
    this.#outputs = new PortSide(
      host,
      OUTPUT,
      ports,
      ({ output }) => output,
      (port, callBack) => new PortOutput(host, port, callBack, completion),
    );
  }

  midMessage(...message: DriverMessage): Mmresult {
    const [, uMsg, dwUser, dwParam1, dwParam2] = message;
    const answer = this.#commonMessage(uMsg) ?? this.#inputs.answer(...message);
    if (answer !== undefined) return answer;
    const input = this.#inputs.find(dwUser);
    if (input === undefined) return MMSYSERR_INVALHANDLE;
    switch (uMsg) {
      case MIDM_ADDBUFFER:
        return input.addBuffer(dwParam1, dwParam2);
      case MIDM_START:
        return input.start();
      case MIDM_STOP:
        return input.stop();
      case MIDM_RESET:
        return input.reset();
      case MIDM_GETDROPPED:
        return this.#writeNumber(input.dropped, dwParam1, dwParam2);
      case MIDM_GETLATE:
        return this.#writeNumber(input.countLate(), dwParam1, dwParam2);
      case MIDM_GETOVERRUNS:
        return this.#writeNumber(input.overruns, dwParam1, dwParam2);
      default:
        return MMSYSERR_NOTSUPPORTED;
    }
  }

  modMessage(...message: DriverMessage): Mmresult | Promise<Mmresult> {
    const [, uMsg, dwUser, dwParam1, dwParam2] = message;
    const answer = this.#commonMessage(uMsg) ?? this.#outputs.answer(...message);
    if (answer !== undefined) return answer;
    const output = this.#outputs.find(dwUser);
    if (output === undefined) return MMSYSERR_INVALHANDLE;
    switch (uMsg) {
      case MODM_DATA:
        return output.shortMessage(dwParam1);
      case MODM_LONGDATA:
        return output.longData(dwParam1, dwParam2);
      case MODM_RESET:
        return output.reset();
      default:
        // PREPARE and UNPREPARE are left to winmm; there is no volume, and there are no patches
        // to be cached.
        return MMSYSERR_NOTSUPPORTED;
    }
  }

  #commonMessage(uMsg: number): Mmresult | undefined {
    if (uMsg === DRVM_INIT) {
      this.#isEnabled = true;
      return MMSYSERR_NOERROR;
    }
    if (uMsg === MIDM_GETNUMDEVS || uMsg === MODM_GETNUMDEVS) {
      return this.#isEnabled ? undefined : 0;
    }
    if (!this.#isEnabled) return MMSYSERR_NOTENABLED;
    if (uMsg === DRVM_EXIT) {
      this.#isEnabled = false;
      return MMSYSERR_NOERROR;
    }
    return undefined;
  }

  #writeNumber(number: number, address: DwordPtr, byteLength: number): Mmresult {
    const bytes = byteLength < 4 ? undefined : this.#host.resolve(address, 4);
    if (bytes === undefined) return MMSYSERR_INVALPARAM;
    new DataView(bytes.buffer, bytes.byteOffset, 4).setUint32(0, number, true);
    return MMSYSERR_NOERROR;
  }
}
