/**
 * The interface between winmm and a user-mode driver: two entry points that take messages, and
 * the services that a driver finds around it.
 *
 * Source: mmddk.h; Windows NT DDK, "Audio Devices", the MIDM_ and MODM_ messages of user-mode
 * drivers, "Transferring MIDI Input Data", "Transferring MIDI Output Data".
 */
import { DRVM_USER } from '../winmm/constants.js';
import type { Address } from '../winmm/memory.js';
import type { MidiHandle, Mmresult } from '../winmm/winmm.js';

/**
 * A message of our own to an open input: how many messages were dropped since it was opened,
 * because there was no buffer for them. A driver that does not know answers MMSYSERR_NOTSUPPORTED.
 */
export const MIDM_GETDROPPED = DRVM_USER;

/**
 * Another one: how many messages since then have a time that is not their own, because this process did
 * not run when they came. Asked often, it is also how the driver knows that the process runs.
 */
export const MIDM_GETLATE = DRVM_USER + 1;

/** And how often since then the kernel had no room left for what came in, and threw it away: nobody knows how much. */
export const MIDM_GETOVERRUNS = DRVM_USER + 2;

/** DWORD_PTR: a number, or a pointer into the memory of the {@link DriverHost}. */
export type DwordPtr = number;

export type DriverMessage = [
  uDeviceId: number,
  uMsg: number,
  dwUser: DwordPtr,
  dwParam1: DwordPtr,
  dwParam2: DwordPtr,
];

/**
 * A driver for MIDI devices.
 *
 * Pointers point into the memory of the
 * {@link DriverHost}; what is pointed at belongs to the client, and a driver keeps a pointer
 * only to a MIDIHDR that is in its queue.
 *
 * | message | dwUser | dwParam1 | dwParam2 |
 * |---|---|---|---|
 * | DRVM_INIT, DRVM_EXIT | | | |
 * | …M_GETNUMDEVS | | | (answers with the number of devices) |
 * | …M_GETDEVCAPS | | address of a MIDIINCAPSW or MIDIOUTCAPSW | its size |
 * | …M_OPEN | address that receives the instance | address of a MIDIOPENDESC | CALLBACK_… flags |
 * | …M_PREPARE, …M_UNPREPARE, MIDM_ADDBUFFER, MODM_LONGDATA | instance | address of a MIDIHDR | its size |
 * | MODM_DATA | instance | the packed message | |
 * | MIDM_GETDROPPED, MIDM_GETLATE, MIDM_GETOVERRUNS | instance | address of a DWORD that receives the number | its size |
 * | all others | instance | | |
 *
 * PREPARE and UNPREPARE may be answered with MMSYSERR_NOTSUPPORTED; winmm then does the work.
 */
export interface UserModeDriver {
  midMessage(...message: DriverMessage): Mmresult;
  /**
   * A promise is a call that has not returned yet. Only MODM_LONGDATA of a synchronous driver
   * and MODM_RESET may keep their caller waiting so.
   */
  modMessage(...message: DriverMessage): Mmresult | Promise<Mmresult>;
}

/** What a driver finds around it. */
export interface DriverHost {
  /** The memory behind a pointer; undefined if it is not the client's (any more). */
  resolve(address: Address, byteLength: number): Uint8Array | undefined;
  /**
   * Calls the client back, as DriverCallback of winmm.dll does.
   *
   * @param dwCallback - from the MIDIOPENDESC
   * @param dwFlags - kind of callback: the CALLBACK_… flags of the open message, shifted right by 16 (DCB_…)
   * @param hDevice - from the MIDIOPENDESC
   * @param dwMsg - MIM_… or MOM_…
   * @param dwUser - dwInstance of the MIDIOPENDESC
   * @param timeMs - when what is told of came in, on the clock of the embedded WinMm; without it, now. It is finer than dwParam2
   * @returns false if the client could not be called
   */
  driverCallback(
    dwCallback: Address,
    dwFlags: number,
    hDevice: MidiHandle,
    dwMsg: number,
    dwUser: Address,
    dwParam1: DwordPtr,
    dwParam2: DwordPtr,
    timeMs?: number,
  ): boolean;
}

/** Loads a driver: from then on it answers messages, DRVM_INIT first. */
export type DriverFactory = (host: DriverHost) => UserModeDriver;
