/**
 * The embedded WinMm: the functions of winmm.dll in TypeScript, over user-mode drivers in
 * TypeScript. It needs neither Windows nor hardware.
 *
 * Here are the functions themselves; what they have in common is in device-table.ts. The
 * counter of its callbacks is the clock in microseconds.
 *
 * Source: the midiIn… and midiOut… functions of the Windows SDK.
 */
import type { Clock } from '../midi/clock.js';
import {
  CALLBACK_FUNCTION,
  MIDM_ADDBUFFER,
  MIDM_RESET,
  MIDM_START,
  MIDM_STOP,
  MODM_DATA,
  MODM_LONGDATA,
  MODM_RESET,
} from '../winmm/constants.js';
import type { CounterSample, WinMm } from '../winmm/winmm.js';
import { DeviceTable } from './device-table.js';
import { INPUT, OUTPUT } from './direction.js';
import { EmbeddedMemory } from './embedded-memory.js';
import { answeredAtOnce } from './loaded-drivers.js';
import {
  type DriverFactory,
  MIDM_GETDROPPED,
  MIDM_GETLATE,
  MIDM_GETOVERRUNS,
} from './user-mode-driver.js';

/**
 * Loads the drivers. The memory of headers and rings is the answer's `memory`.
 *
 * @param factories - devices are numbered through all of them, in this order
 */
export function createEmbeddedWinMm(clock: Clock, factories: readonly DriverFactory[]): WinMm {
  const memory = new EmbeddedMemory();
  const counterAt = (timeMs = clock.nowMs()): number => Math.floor(timeMs * 1000);
  const readCounter = (): CounterSample => {
    const timeMs = clock.nowMs();
    return { counter: counterAt(timeMs), timeMs };
  };
  const devices = new DeviceTable(memory, counterAt, factories);
  const { drivers } = devices;
  // Functions that answer with a promise do their work when they are called all the same.
  return {
    backend: 'embedded',
    callbackKind: 'direct',
    callbackReason: '',
    memory,
    readCounter,

    midiInGetNumDevs: () => drivers.count(INPUT),
    midiInGetDevCaps: (uDeviceID) => drivers.getCaps(INPUT, uDeviceID),
    midiInOpen: async (uDeviceID, ring, fdwOpen = CALLBACK_FUNCTION) =>
      devices.open(INPUT, uDeviceID, ring, fdwOpen),
    midiInPrepareHeader: (hmi, pmh, cbmh) => devices.prepare(INPUT, hmi, pmh, cbmh),
    midiInAddBuffer: (hmi, pmh, cbmh) =>
      answeredAtOnce(devices.sendBuffer(INPUT, hmi, MIDM_ADDBUFFER, pmh, cbmh)),
    midiInUnprepareHeader: async (hmi, pmh, cbmh) => devices.unprepare(INPUT, hmi, pmh, cbmh),
    midiInStart: async (hmi) => devices.send(INPUT, hmi, MIDM_START),
    midiInStop: async (hmi) => devices.send(INPUT, hmi, MIDM_STOP),
    midiInReset: async (hmi) => devices.send(INPUT, hmi, MIDM_RESET),
    midiInClose: async (hmi) => devices.close(INPUT, hmi),
    messagesDropped: (hmi) => devices.askInput(hmi, MIDM_GETDROPPED),
    messagesLate: (hmi) => devices.askInput(hmi, MIDM_GETLATE),
    overruns: (hmi) => devices.askInput(hmi, MIDM_GETOVERRUNS),
    listInputs: async () =>
      Array.from({ length: drivers.count(INPUT) }, (_, id) => ({
        name: drivers.getCaps(INPUT, id).caps?.szPname,
      })),
    interfacePath: () => undefined,

    midiOutGetNumDevs: () => drivers.count(OUTPUT),
    midiOutGetDevCaps: (uDeviceID) => drivers.getCaps(OUTPUT, uDeviceID),
    midiOutOpen: async (uDeviceID, ring, fdwOpen = CALLBACK_FUNCTION) =>
      devices.open(OUTPUT, uDeviceID, ring, fdwOpen),
    midiOutPrepareHeader: (hmo, pmh, cbmh) => devices.prepare(OUTPUT, hmo, pmh, cbmh),
    midiOutUnprepareHeader: async (hmo, pmh, cbmh) => devices.unprepare(OUTPUT, hmo, pmh, cbmh),
    midiOutShortMsg: (hmo, dwMsg) => answeredAtOnce(devices.send(OUTPUT, hmo, MODM_DATA, dwMsg)),
    midiOutLongMsg: async (hmo, pmh, cbmh) =>
      devices.sendBuffer(OUTPUT, hmo, MODM_LONGDATA, pmh, cbmh),
    midiOutReset: async (hmo) => devices.send(OUTPUT, hmo, MODM_RESET),
    midiOutClose: async (hmo) => devices.close(OUTPUT, hmo),

    dispose: () => drivers.unload(),
  };
}
