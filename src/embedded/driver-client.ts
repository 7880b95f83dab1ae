/** The client of an open device as its driver knows it: whom to call back, and how. */
import type { Address } from '../winmm/memory.js';
import { DWORD, POINTER, Structure } from '../winmm/structures.js';
import type { MidiHandle } from '../winmm/winmm.js';
import type { DriverHost, DwordPtr } from './user-mode-driver.js';

/** What a driver is told of its client when a device is opened. */
export interface MidiOpenDesc {
  /** The client's handle, to be passed to DriverCallback. */
  hMidi: MidiHandle;
  /** The client's callback; what kind it is stands in the flags of the open message. */
  dwCallback: Address;
  /** What the client wants to get back with every callback. */
  dwInstance: Address;
  dnDevNode: number;
  /** Streams, and the first one's id: 0, for only the MIDI mapper has any. */
  cIds: number;
  rgIds: number;
}

/** Source: mmddk.h, which like mmsystem.h packs everything to one byte (`#include "pshpack1.h"`). */
export const MIDIOPENDESC = new Structure<MidiOpenDesc>({
  hMidi: POINTER,
  dwCallback: POINTER,
  dwInstance: POINTER,
  dnDevNode: POINTER,
  cIds: DWORD,
  rgIds: POINTER,
});

/** Sends MIM_… or MOM_… to the client, until the device is closed. @param timeMs - as DriverHost.driverCallback takes it */
export type CallBack = (
  dwMsg: number,
  dwParam1: DwordPtr,
  dwParam2: DwordPtr,
  timeMs?: number,
) => void;

/** @param openFlags - dwParam2 of the message that opened the device */
export function callBackTo(
  { dwCallback, hMidi, dwInstance }: MidiOpenDesc,
  openFlags: number,
  host: DriverHost,
): CallBack {
  const dwFlags = openFlags >>> 16;
  return (dwMsg, ...given) => {
    host.driverCallback(dwCallback, dwFlags, hMidi, dwMsg, dwInstance, ...given);
  };
}
