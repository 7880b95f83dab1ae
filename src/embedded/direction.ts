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
  MIDIINCAPSW,
  MIDIOUTCAPSW,
  type MidiInCaps,
  type MidiOutCaps,
  type Structure,
} from '../winmm/structures.js';
import type { UserModeDriver } from './user-mode-driver.js';

export interface Direction<Caps extends MidiInCaps = MidiInCaps> {
  /** The driver's. */
  readonly entryPoint: keyof UserModeDriver;
  readonly GETNUMDEVS: number;
  readonly GETDEVCAPS: number;
  readonly OPEN: number;
  readonly CLOSE: number;
  readonly PREPARE: number;
  readonly UNPREPARE: number;
  readonly caps: Structure<Caps>;
}

export const INPUT: Direction<MidiInCaps> = {
  entryPoint: 'midMessage',
  GETNUMDEVS: MIDM_GETNUMDEVS,
  GETDEVCAPS: MIDM_GETDEVCAPS,
  OPEN: MIDM_OPEN,
  CLOSE: MIDM_CLOSE,
  PREPARE: MIDM_PREPARE,
  UNPREPARE: MIDM_UNPREPARE,
  caps: MIDIINCAPSW,
};

export const OUTPUT: Direction<MidiOutCaps> = {
  entryPoint: 'modMessage',
  GETNUMDEVS: MODM_GETNUMDEVS,
  GETDEVCAPS: MODM_GETDEVCAPS,
  OPEN: MODM_OPEN,
  CLOSE: MODM_CLOSE,
  PREPARE: MODM_PREPARE,
  UNPREPARE: MODM_UNPREPARE,
  caps: MIDIOUTCAPSW,
};
