/** What the functions for inputs and the functions for outputs do not have in common: message numbers, entry points and structures. */
import {
  MIDM_CLOSE,
  MIDM_GETDEVCAPS,
  MIDM_GETNUMDEVS,
  MIDM_OPEN,
  MIDM_PREPARE,
  MIDM_UNPREPARE,
  MODM_CLOSE,
  MODM_GETDEVCAPS,
  MODM_GETNUMDEVS,
  MODM_OPEN,
  MODM_PREPARE,
  MODM_UNPREPARE,
} from '../winmm/constants.js';
import {
  MIDIINCAPSW_SIZE,
  MIDIOUTCAPSW_SIZE,
  type MidiInCaps,
  type MidiOutCaps,
  readMidiInCaps,
  readMidiOutCaps,
} from '../winmm/structures.js';
import type { Mmresult } from '../winmm/winmm.js';
import type { DwordPtr, UserModeDriver } from './user-mode-driver.js';

export interface Direction<Caps extends MidiInCaps = MidiInCaps> {
  readonly GETNUMDEVS: number;
  readonly GETDEVCAPS: number;
  readonly OPEN: number;
  readonly CLOSE: number;
  readonly PREPARE: number;
  readonly UNPREPARE: number;
  readonly capsSize: number;
  readCaps(bytes: Uint8Array): Caps;
  /** Calls the driver's entry point for this direction. */
  message(
    driver: UserModeDriver,
    uDeviceId: number,
    uMsg: number,
    dwUser: DwordPtr,
    dwParam1: DwordPtr,
    dwParam2: DwordPtr,
  ): Mmresult | Promise<Mmresult>;
}

export const INPUT: Direction<MidiInCaps> = {
  GETNUMDEVS: MIDM_GETNUMDEVS,
  GETDEVCAPS: MIDM_GETDEVCAPS,
  OPEN: MIDM_OPEN,
  CLOSE: MIDM_CLOSE,
  PREPARE: MIDM_PREPARE,
  UNPREPARE: MIDM_UNPREPARE,
  capsSize: MIDIINCAPSW_SIZE,
  readCaps: readMidiInCaps,
  message: (driver, uDeviceId, uMsg, dwUser, dwParam1, dwParam2) =>
    driver.midMessage(uDeviceId, uMsg, dwUser, dwParam1, dwParam2),
};

export const OUTPUT: Direction<MidiOutCaps> = {
  GETNUMDEVS: MODM_GETNUMDEVS,
  GETDEVCAPS: MODM_GETDEVCAPS,
  OPEN: MODM_OPEN,
  CLOSE: MODM_CLOSE,
  PREPARE: MODM_PREPARE,
  UNPREPARE: MODM_UNPREPARE,
  capsSize: MIDIOUTCAPSW_SIZE,
  readCaps: readMidiOutCaps,
  message: (driver, uDeviceId, uMsg, dwUser, dwParam1, dwParam2) =>
    driver.modMessage(uDeviceId, uMsg, dwUser, dwParam1, dwParam2),
};
