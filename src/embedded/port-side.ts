/** One side of the port driver, its inputs or its outputs: which devices there are, and which are open. */
import {
  MM_UNMAPPED,
  MMSYSERR_ALLOCATED,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
  MOD_MIDIPORT,
} from '../winmm/constants.js';
import { type MidiOutCaps, writeAddress } from '../winmm/structures.js';
import type { Mmresult } from '../winmm/winmm.js';
import type { Direction } from './direction.js';
import { type CallBack, callBackTo, MIDIOPENDESC } from './driver-client.js';
import type { KernelPort, PortSource } from './kernel-port.js';
import type { DriverHost, DriverMessage, DwordPtr } from './user-mode-driver.js';

/** vDriverVersion: major in the high byte, minor in the low one. */
const DRIVER_VERSION = 0x0100;
/** Voices and notes at a time of a synthesizer made of code; a mere port has none to tell of. */
const SYNTH_VOICES = 16;

/** A port together with the half of it that a device of this side is made of. */
interface PortHalf<Half> {
  readonly port: KernelPort;
  readonly half: Half;
}

interface Instance {
  open(): Mmresult;
  close(): Mmresult;
}

export class PortSide<Half, Open extends Instance> {
  /** How many instances all drivers have given out: each gets a number of its own. */
  static #instances = 0;
  readonly #host: DriverHost;
  readonly #direction: Direction;
  readonly #ports: PortSource;
  readonly #halfOf: (port: KernelPort) => Half | undefined;
  /** The devices that are there, and the ports that they were made of. */
  #halves: readonly PortHalf<Half>[] = [];
  #seen: readonly KernelPort[] = [];
  readonly #make: (half: Half, callBack: CallBack) => Open;
  /** By the instance identifier that the client passes as dwUser. */
  readonly #open = new Map<DwordPtr, { instance: Open; port: KernelPort }>();

  /**
   * @param ports - those that are there now; those that have `halfOf` are the devices, in the order of their ids
   * @param make - makes what stands for an open device; its `open` comes next
   */
  constructor(
    host: DriverHost,
    direction: Direction,
    ports: PortSource,
    halfOf: (port: KernelPort) => Half | undefined,
    make: (half: Half, callBack: CallBack) => Open,
  ) {
    this.#host = host;
    this.#direction = direction;
    this.#ports = ports;
    this.#halfOf = halfOf;
    this.#make = make;
  }

  /** Answers what is asked of every driver; undefined for any other message. */
  answer(...[uDeviceId, uMsg, dwUser, dwParam1, dwParam2]: DriverMessage): Mmresult | undefined {
    const { GETNUMDEVS, GETDEVCAPS, OPEN, CLOSE } = this.#direction;
    switch (uMsg) {
      case GETNUMDEVS:
        return this.#devices().length;
      case GETDEVCAPS:
        return this.#getCaps(uDeviceId, dwParam1, dwParam2);
      case OPEN:
        return this.#openDevice(uDeviceId, dwUser, dwParam1, dwParam2);
      case CLOSE:
        return this.#closeDevice(dwUser);
      default:
        return undefined;
    }
  }

  /** The open device of an instance identifier; undefined if there is none. */
  find(identifier: DwordPtr): Open | undefined {
    return this.#open.get(identifier)?.instance;
  }

  /** Worked out anew when others are there: who reads a list of many asks for each of them several times. */
  #devices(): readonly PortHalf<Half>[] {
    const ports = this.#ports();
    if (ports === this.#seen) return this.#halves;
    this.#seen = ports;
    this.#halves = ports.flatMap((port) => {
      const half = this.#halfOf(port);
      return half === undefined ? [] : [{ port, half }];
    });
    return this.#halves;
  }

  #getCaps(uDeviceId: number, address: DwordPtr, byteLength: number): Mmresult {
    const found = this.#devices()[uDeviceId];
    if (found === undefined) return MMSYSERR_BADDEVICEID;
    const { caps } = this.#direction;
    const bytes = byteLength < caps.size ? undefined : this.#host.resolve(address, caps.size);
    if (bytes === undefined) return MMSYSERR_INVALPARAM;
    caps.write(bytes, capsOf(found.port));
    return MMSYSERR_NOERROR;
  }

  /** Opens the port, and tells the client by which number it is to call its instance from now on. */
  #openDevice(
    uDeviceId: number,
    instanceAddress: DwordPtr,
    descriptionAddress: DwordPtr,
    openFlags: number,
  ): Mmresult {
    const found = this.#devices()[uDeviceId];
    if (found === undefined) return MMSYSERR_BADDEVICEID;
    const { port, half } = found;
    for (const open of this.#open.values()) if (open.port === port) return MMSYSERR_ALLOCATED;
    const description = this.#host.resolve(descriptionAddress, MIDIOPENDESC.size);
    const room = this.#host.resolve(instanceAddress, 8);
    if (description === undefined || room === undefined) return MMSYSERR_INVALPARAM;
    const callBack = callBackTo(MIDIOPENDESC.read(description), openFlags, this.#host);
    const instance = this.#make(half, callBack);
    const identifier = ++PortSide.#instances;
    writeAddress(new DataView(room.buffer, room.byteOffset, 8), 0, identifier);
    this.#open.set(identifier, { instance, port });
    const result = instance.open();
    if (result !== MMSYSERR_NOERROR) this.#open.delete(identifier);
    return result;
  }

  #closeDevice(identifier: DwordPtr): Mmresult {
    const result = this.find(identifier)?.close() ?? MMSYSERR_INVALHANDLE;
    if (result === MMSYSERR_NOERROR) this.#open.delete(identifier);
    return result;
  }
}

/** What is told of a port on either side; of an input no more than a MIDIINCAPS has room for. */
function capsOf({ name, wPid, wTechnology }: KernelPort): MidiOutCaps {
  const voices = wTechnology === MOD_MIDIPORT ? 0 : SYNTH_VOICES;
  return {
    wMid: MM_UNMAPPED,
    wPid,
    vDriverVersion: DRIVER_VERSION,
    szPname: name,
    dwSupport: 0,
    wTechnology,
    wVoices: voices,
    wNotes: voices,
    wChannelMask: 0xffff,
  };
}
