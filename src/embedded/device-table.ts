/**
 * What winmm.dll keeps between its functions and the drivers: the devices that are open, and the
 * checks that come before any driver is asked.
 *
 * It checks handles, pointers, sizes and flags, turns functions into driver messages, and driver
 * callbacks into ring messages. Whether a buffer may be queued is for the drivers to say.
 *
 * Source: return values of the midiIn… and midiOut… functions in the Windows SDK.
 */
import type { CallbackRing } from '../winmm/callback-ring.js';
import {
  CALLBACK_EVENT,
  CALLBACK_FUNCTION,
  CALLBACK_NULL,
  CALLBACK_TYPEMASK,
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_STILLPLAYING,
  MMSYSERR_BADDEVICEID,
  MMSYSERR_INVALFLAG,
  MMSYSERR_INVALHANDLE,
  MMSYSERR_INVALPARAM,
  MMSYSERR_NOERROR,
  MMSYSERR_NOTSUPPORTED,
} from '../winmm/constants.js';
import type { Address, MemoryBlock } from '../winmm/memory.js';
import { type MidiHdr, readAddress } from '../winmm/structures.js';
import type { MidiHandle, Mmresult, OpenAnswer } from '../winmm/winmm.js';
import { resolveClientBuffer, resolveMidiHdr } from './client-buffer.js';
import { type Direction, INPUT } from './direction.js';
import { MIDIOPENDESC } from './driver-client.js';
import type { EmbeddedMemory } from './embedded-memory.js';
import { answeredAtOnce, LoadedDrivers, type LocatedDevice } from './loaded-drivers.js';
import type { DriverFactory, DriverHost, DwordPtr } from './user-mode-driver.js';

/** What stands in a MIDIOPENDESC for the address of the one callback function there is: put it in the ring. */
const RING_CALLBACK: Address = 0x7ff_6000_0000;
const DCB_FUNCTION = CALLBACK_FUNCTION >>> 16;
const DCB_TYPEMASK = CALLBACK_TYPEMASK >>> 16;

/** Where in the block of an open device the driver's answer goes, and how long it is. */
const ANSWER_OFFSET = 8;
const ANSWER_SIZE = 4;

interface OpenDevice extends LocatedDevice {
  readonly direction: Direction;
  readonly ring: CallbackRing;
  /**
   * Eight bytes in which the driver leaves its instance identifier, whose address is the handle,
   * and behind them room for a number that it answers with.
   */
  readonly block: MemoryBlock;
}

export class DeviceTable {
  readonly #memory: EmbeddedMemory;
  readonly #counterAt: (timeMs?: number) => number;
  readonly drivers: LoadedDrivers;
  readonly #open = new Map<MidiHandle, OpenDevice>();

  /** @param counterAt - the counter that is stored with every callback: at that time, else now */
  constructor(
    memory: EmbeddedMemory,
    counterAt: (timeMs?: number) => number,
    factories: readonly DriverFactory[],
  ) {
    this.#memory = memory;
    this.#counterAt = counterAt;
    const host: DriverHost = {
      resolve: (address, byteLength) => memory.resolve(address, byteLength),
      driverCallback: (dwCallback, dwFlags, hDevice, dwMsg, _dwUser, ...given) =>
        this.#callBack(dwCallback, dwFlags, hDevice, dwMsg, ...given),
    };
    this.drivers = new LoadedDrivers(memory, host, factories);
  }

  /**
   * @param fdwOpen - CALLBACK_FUNCTION, or CALLBACK_NULL for no callbacks. CALLBACK_EVENT is
   *   refused with MMSYSERR_INVALFLAG; windows and threads to send messages to do not exist
   *   here: MMSYSERR_INVALPARAM, as Windows answers to one that does not exist.
   */
  open(direction: Direction, uDeviceID: number, ring: CallbackRing, fdwOpen: number): OpenAnswer {
    const kind = fdwOpen & CALLBACK_TYPEMASK;
    if (kind === CALLBACK_EVENT) return { result: MMSYSERR_INVALFLAG, handle: 0 };
    if (kind !== CALLBACK_FUNCTION && kind !== CALLBACK_NULL) {
      return { result: MMSYSERR_INVALPARAM, handle: 0 };
    }
    const found = this.drivers.locate(direction, uDeviceID);
    if (found === undefined) return { result: MMSYSERR_BADDEVICEID, handle: 0 };

    const block = this.#memory.allocate(ANSWER_OFFSET + ANSWER_SIZE);
    const handle = block.address;
    const { driver, uDeviceId } = found;
    this.#open.set(handle, { direction, driver, uDeviceId, ring, block });
    const description = this.#memory.allocate(MIDIOPENDESC.size);
    MIDIOPENDESC.write(description.bytes, {
      hMidi: handle,
      dwCallback: RING_CALLBACK,
      dwInstance: ring.address,
      dnDevNode: 0,
      cIds: 0,
      rgIds: 0,
    });
    const result = answeredAtOnce(
      driver[direction.entryPoint](uDeviceId, direction.OPEN, handle, description.address, fdwOpen),
    );
    this.#memory.free(description);
    if (result !== MMSYSERR_NOERROR) {
      this.#forget(handle);
      return { result, handle: 0 };
    }
    return { result, handle };
  }

  close(direction: Direction, handle: MidiHandle): Mmresult {
    const result = answeredAtOnce(this.send(direction, handle, direction.CLOSE));
    if (result === MMSYSERR_NOERROR) this.#forget(handle);
    return result;
  }

  /** Preparing what is prepared does nothing. Where the driver does not do it, it is done here. */
  prepare(direction: Direction, handle: MidiHandle, pmh: Address, cbmh: number): Mmresult {
    const checked = this.#checkHeader(direction, handle, pmh, cbmh);
    if (typeof checked === 'number') return checked;
    if ((checked.dwFlags & MHDR_PREPARED) !== 0) return MMSYSERR_NOERROR;
    if (resolveClientBuffer(this.#memory, pmh, cbmh) === undefined) return MMSYSERR_INVALPARAM;
    const result = answeredAtOnce(this.send(direction, handle, direction.PREPARE, pmh, cbmh));
    if (result !== MMSYSERR_NOTSUPPORTED) return result;
    checked.dwFlags |= MHDR_PREPARED;
    return MMSYSERR_NOERROR;
  }

  /** Refused with MIDIERR_STILLPLAYING while the driver has the buffer; nothing to do for one that is not prepared. */
  unprepare(direction: Direction, handle: MidiHandle, pmh: Address, cbmh: number): Mmresult {
    const checked = this.#checkHeader(direction, handle, pmh, cbmh);
    if (typeof checked === 'number') return checked;
    if ((checked.dwFlags & MHDR_INQUEUE) !== 0) return MIDIERR_STILLPLAYING;
    if ((checked.dwFlags & MHDR_PREPARED) === 0) return MMSYSERR_NOERROR;
    const result = answeredAtOnce(this.send(direction, handle, direction.UNPREPARE, pmh, cbmh));
    if (result !== MMSYSERR_NOTSUPPORTED) return result;
    checked.dwFlags &= ~MHDR_PREPARED;
    return MMSYSERR_NOERROR;
  }

  sendBuffer(
    direction: Direction,
    handle: MidiHandle,
    uMsg: number,
    pmh: Address,
    cbmh: number,
  ): Mmresult | Promise<Mmresult> {
    const checked = this.#checkHeader(direction, handle, pmh, cbmh);
    return typeof checked === 'number' ? checked : this.send(direction, handle, uMsg, pmh, cbmh);
  }

  /** What the driver of an open input answers to MIDM_GETDROPPED, MIDM_GETLATE or MIDM_GETOVERRUNS; undefined if it does not know. */
  askInput(handle: MidiHandle, uMsg: number): number | undefined {
    const device = this.#find(INPUT, handle);
    if (device === undefined) return undefined;
    const { address, bytes } = device.block;
    const result = this.send(INPUT, handle, uMsg, address + ANSWER_OFFSET, ANSWER_SIZE);
    if (result !== MMSYSERR_NOERROR) return undefined;
    return new DataView(bytes.buffer, bytes.byteOffset).getUint32(ANSWER_OFFSET, true);
  }

  send(
    direction: Direction,
    handle: MidiHandle,
    uMsg: number,
    dwParam1: DwordPtr = 0,
    dwParam2: DwordPtr = 0,
  ): Mmresult | Promise<Mmresult> {
    const device = this.#find(direction, handle);
    if (device === undefined) return MMSYSERR_INVALHANDLE;
    const { bytes } = device.block;
    const dwUser = readAddress(new DataView(bytes.buffer, bytes.byteOffset, 8), 0);
    const { driver, uDeviceId } = device;
    return driver[direction.entryPoint](uDeviceId, uMsg, dwUser, dwParam1, dwParam2);
  }

  #checkHeader(
    direction: Direction,
    handle: MidiHandle,
    pmh: Address,
    cbmh: number,
  ): MidiHdr | Mmresult {
    if (this.#find(direction, handle) === undefined) return MMSYSERR_INVALHANDLE;
    return resolveMidiHdr(this.#memory, pmh, cbmh) ?? MMSYSERR_INVALPARAM;
  }

  #find(direction: Direction, handle: MidiHandle): OpenDevice | undefined {
    const device = this.#open.get(handle);
    return device?.direction === direction ? device : undefined;
  }

  #forget(handle: MidiHandle): void {
    const device = this.#open.get(handle);
    if (device === undefined) return;
    this.#open.delete(handle);
    this.#memory.free(device.block);
  }

  #callBack(
    dwCallback: Address,
    dwFlags: number,
    hDevice: MidiHandle,
    dwMsg: number,
    dwParam1: DwordPtr,
    dwParam2: DwordPtr,
    timeMs?: number,
  ): boolean {
    if ((dwFlags & DCB_TYPEMASK) !== DCB_FUNCTION || dwCallback !== RING_CALLBACK) return false;
    const device = this.#open.get(hDevice);
    if (device === undefined) return false;
    return device.ring.push(dwMsg, dwParam1, dwParam2, this.#counterAt(timeMs));
  }
}
