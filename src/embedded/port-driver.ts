/** A user-mode driver for kernel ports: takes the driver messages apart and hands them to open inputs and outputs. */
import type { Clock } from '../midi/clock.js';
import {
  DRVM_EXIT,
  DRVM_INIT,
  MIDM_ADDBUFFER,
  MIDM_CLOSE,
  MIDM_GETDEVCAPS,
  MIDM_GETNUMDEVS,
  MIDM_OPEN,
  MIDM_RESET,
  MIDM_START,
  MIDM_STOP,
  MM_UNMAPPED,
  MMSYSERR_ALLOCATED,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
  MMSYSERR_NOTENABLED,
  MMSYSERR_NOTSUPPORTED,
  MOD_MIDIPORT,
  MODM_CLOSE,
  MODM_DATA,
  MODM_GETDEVCAPS,
  MODM_GETNUMDEVS,
  MODM_LONGDATA,
  MODM_OPEN,
  MODM_RESET,
} from '../winmm/constants.js';
import {
  MIDIINCAPSW_SIZE,
  MIDIOUTCAPSW_SIZE,
  writeAddress,
  writeMidiInCaps,
  writeMidiOutCaps,
} from '../winmm/structures.js';
import type { Mmresult } from '../winmm/winmm.js';
import { DriverClient } from './driver-client.js';
import { MIDIOPENDESC_SIZE, readMidiOpenDesc } from './driver-structures.js';
import type { KernelPort, PortSource } from './kernel-port.js';
import { PortInput, type WhenStarved } from './port-input.js';
import { type Completion, PortOutput } from './port-output.js';
import {
  type DriverHost,
  type DwordPtr,
  MIDM_GETDROPPED,
  type UserModeDriver,
} from './user-mode-driver.js';

/** vDriverVersion: major in the high byte, minor in the low one. */
const DRIVER_VERSION = 0x0100;
/** Voices and notes at a time of a synthesizer made of code; a mere port has none to tell of. */
const SYNTH_VOICES = 16;

export interface PortDriverOptions {
  readonly clock: Clock;
  readonly ports: PortSource;
  readonly completion: Completion;
  /** Default `wait`. */
  readonly whenStarved?: WhenStarved;
}

/** One device that a client has open. */
interface Instance<Half, Port> {
  readonly half: Half;
  readonly port: Port;
}

type InputPort = KernelPort & Required<Pick<KernelPort, 'input'>>;
type OutputPort = KernelPort & Required<Pick<KernelPort, 'output'>>;

export class PortDriver implements UserModeDriver {
  readonly #host: DriverHost;
  readonly #options: PortDriverOptions;
  /** By the instance identifier that the client passes as dwUser. */
  readonly #inputs = new Map<DwordPtr, Instance<PortInput, InputPort>>();
  readonly #outputs = new Map<DwordPtr, Instance<PortOutput, OutputPort>>();
  #instancesOpened = 0;
  #isEnabled = false;

  constructor(host: DriverHost, options: PortDriverOptions) {
    this.#host = host;
    this.#options = options;
  }

  midMessage(
    uDeviceId: number,
    uMsg: number,
    dwUser: DwordPtr,
    dwParam1: DwordPtr,
    dwParam2: DwordPtr,
  ): Mmresult {
    const answer = this.#commonMessage(uMsg);
    if (answer !== undefined) return answer;
    switch (uMsg) {
      case MIDM_GETNUMDEVS:
        return this.#inputPorts().length;
      case MIDM_GETDEVCAPS:
        return this.#inputCaps(uDeviceId, dwParam1, dwParam2);
      case MIDM_OPEN:
        return this.#openInput(uDeviceId, dwUser, dwParam1, dwParam2);
    }
    const input = this.#inputs.get(dwUser)?.half;
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
        return this.#writeNumber(input.loss.messages, dwParam1, dwParam2);
      case MIDM_CLOSE: {
        const result = input.close();
        if (result === MMSYSERR_NOERROR) this.#inputs.delete(dwUser);
        return result;
      }
      default:
        return MMSYSERR_NOTSUPPORTED;
    }
  }

  modMessage(
    uDeviceId: number,
    uMsg: number,
    dwUser: DwordPtr,
    dwParam1: DwordPtr,
    dwParam2: DwordPtr,
  ): Mmresult | Promise<Mmresult> {
    const answer = this.#commonMessage(uMsg);
    if (answer !== undefined) return answer;
    switch (uMsg) {
      case MODM_GETNUMDEVS:
        return this.#outputPorts().length;
      case MODM_GETDEVCAPS:
        return this.#outputCaps(uDeviceId, dwParam1, dwParam2);
      case MODM_OPEN:
        return this.#openOutput(uDeviceId, dwUser, dwParam1, dwParam2);
    }
    const output = this.#outputs.get(dwUser)?.half;
    if (output === undefined) return MMSYSERR_INVALHANDLE;
    switch (uMsg) {
      case MODM_DATA:
        return output.shortMessage(dwParam1);
      case MODM_LONGDATA:
        return output.longData(dwParam1, dwParam2);
      case MODM_RESET:
        return output.reset();
      case MODM_CLOSE: {
        const result = output.close();
        if (result === MMSYSERR_NOERROR) this.#outputs.delete(dwUser);
        return result;
      }
      default:
        // PREPARE and UNPREPARE are left to winmm; there is no volume, and there are no patches
        // to be cached.
        return MMSYSERR_NOTSUPPORTED;
    }
  }

  /** @returns undefined if the message is one for a device */
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

  #inputPorts(): InputPort[] {
    return this.#options.ports().filter((port): port is InputPort => port.input !== undefined);
  }

  #outputPorts(): OutputPort[] {
    return this.#options.ports().filter((port): port is OutputPort => port.output !== undefined);
  }

  #inputCaps(uDeviceId: number, address: DwordPtr, byteLength: number): Mmresult {
    const port = this.#inputPorts()[uDeviceId];
    if (port === undefined) return MMSYSERR_BADDEVICEID;
    if (byteLength < MIDIINCAPSW_SIZE) return MMSYSERR_INVALPARAM;
    const bytes = this.#host.resolve(address, MIDIINCAPSW_SIZE);
    if (bytes === undefined) return MMSYSERR_INVALPARAM;
    writeMidiInCaps(bytes, commonCaps(port));
    return MMSYSERR_NOERROR;
  }

  #outputCaps(uDeviceId: number, address: DwordPtr, byteLength: number): Mmresult {
    const port = this.#outputPorts()[uDeviceId];
    if (port === undefined) return MMSYSERR_BADDEVICEID;
    if (byteLength < MIDIOUTCAPSW_SIZE) return MMSYSERR_INVALPARAM;
    const bytes = this.#host.resolve(address, MIDIOUTCAPSW_SIZE);
    if (bytes === undefined) return MMSYSERR_INVALPARAM;
    const voices = port.wTechnology === MOD_MIDIPORT ? 0 : SYNTH_VOICES;
    writeMidiOutCaps(bytes, {
      ...commonCaps(port),
      wTechnology: port.wTechnology,
      wVoices: voices,
      wNotes: voices,
      wChannelMask: 0xffff,
    });
    return MMSYSERR_NOERROR;
  }

  #writeNumber(number: number, address: DwordPtr, byteLength: number): Mmresult {
    const bytes = byteLength < 4 ? undefined : this.#host.resolve(address, 4);
    if (bytes === undefined) return MMSYSERR_INVALPARAM;
    new DataView(bytes.buffer, bytes.byteOffset, 4).setUint32(0, number, true);
    return MMSYSERR_NOERROR;
  }

  #openInput(
    uDeviceId: number,
    instanceAddress: DwordPtr,
    descriptionAddress: DwordPtr,
    openFlags: number,
  ): Mmresult {
    const port = this.#inputPorts()[uDeviceId];
    if (port === undefined) return MMSYSERR_BADDEVICEID;
    if (isOpen(this.#inputs, port)) return MMSYSERR_ALLOCATED;
    const client = this.#readClient(descriptionAddress, openFlags);
    if (client === undefined) return MMSYSERR_INVALPARAM;
    const { clock, whenStarved = 'wait' } = this.#options;
    const half = new PortInput({
      host: this.#host,
      clock,
      port: port.input,
      client,
      whenStarved,
    });
    return this.#addInstance(this.#inputs, { half, port }, instanceAddress);
  }

  #openOutput(
    uDeviceId: number,
    instanceAddress: DwordPtr,
    descriptionAddress: DwordPtr,
    openFlags: number,
  ): Mmresult {
    const port = this.#outputPorts()[uDeviceId];
    if (port === undefined) return MMSYSERR_BADDEVICEID;
    if (isOpen(this.#outputs, port)) return MMSYSERR_ALLOCATED;
    const client = this.#readClient(descriptionAddress, openFlags);
    if (client === undefined) return MMSYSERR_INVALPARAM;
    const half = new PortOutput(this.#host, port.output, client, this.#options.completion);
    return this.#addInstance(this.#outputs, { half, port }, instanceAddress);
  }

  #readClient(descriptionAddress: DwordPtr, openFlags: number): DriverClient | undefined {
    const bytes = this.#host.resolve(descriptionAddress, MIDIOPENDESC_SIZE);
    return bytes && new DriverClient(this.#host, readMidiOpenDesc(bytes), openFlags);
  }

  /** Opens the port, and tells the client by which number it is to call its instance from now on. */
  #addInstance<Half extends { open(): Mmresult }, Port>(
    instances: Map<DwordPtr, Instance<Half, Port>>,
    instance: Instance<Half, Port>,
    instanceAddress: DwordPtr,
  ): Mmresult {
    const bytes = this.#host.resolve(instanceAddress, 8);
    if (bytes === undefined) return MMSYSERR_INVALPARAM;
    const identifier = ++this.#instancesOpened;
    writeAddress(new DataView(bytes.buffer, bytes.byteOffset, 8), 0, identifier);
    instances.set(identifier, instance);
    const result = instance.half.open();
    if (result !== MMSYSERR_NOERROR) instances.delete(identifier);
    return result;
  }
}

function isOpen<Half, Port>(instances: Map<DwordPtr, Instance<Half, Port>>, port: Port): boolean {
  for (const instance of instances.values()) if (instance.port === port) return true;
  return false;
}

function commonCaps(port: KernelPort) {
  return {
    wMid: MM_UNMAPPED,
    wPid: port.wPid,
    vDriverVersion: DRIVER_VERSION,
    szPname: port.name,
    dwSupport: 0,
  };
}
