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
import type { CallbackRing } from '../winmm/callback-ring.js';
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
import type { Address } from '../winmm/memory.js';
import type { MidiInCaps, MidiOutCaps } from '../winmm/structures.js';
import type {
  CounterSample,
  DevCapsAnswer,
  MidiHandle,
  Mmresult,
  OpenAnswer,
  WinMm,
} from '../winmm/winmm.js';
import { answeredAtOnce, DeviceTable } from './device-table.js';
import { INPUT, OUTPUT } from './direction.js';
import { createDemoKeyboard } from './drivers/demo-keyboard.js';
import { createDemoSynth } from './drivers/demo-synth.js';
import { createLoopback } from './drivers/loopback.js';
import { EmbeddedMemory } from './embedded-memory.js';
import type { PortSource } from './kernel-port.js';
import { PortDriver } from './port-driver.js';
import type { Completion } from './port-output.js';
import type { DriverFactory } from './user-mode-driver.js';

export interface EmbeddedWinMmOptions {
  readonly clock: Clock;
  /** Ports whose devices come first in the lists, before the built-in ones. Asked anew whenever devices are counted. */
  readonly ports?: PortSource;
  /** In the place of the built-in drivers (demo keyboard, demo synth, loopback). */
  readonly drivers?: readonly DriverFactory[];
}

/** Loads the drivers. The memory of headers and rings is the answer's `memory`. */
export function createEmbeddedWinMm(options: EmbeddedWinMmOptions): WinMm {
  return new EmbeddedWinMm(options);
}

class EmbeddedWinMm implements WinMm {
  readonly backend = 'embedded';
  readonly callbackKind = 'direct';
  readonly callbackReason = '';
  readonly memory = new EmbeddedMemory();
  readonly #clock: Clock;
  readonly #devices: DeviceTable;

  constructor({ clock, ports, drivers = builtInDrivers(clock) }: EmbeddedWinMmOptions) {
    // Synchronous, so that midiOutLongMsg itself says when the other end of a stream is gone.
    const named = ports === undefined ? [] : [portDriver(clock, ports, 'synchronous')];
    this.#clock = clock;
    this.#devices = new DeviceTable(this.memory, () => this.readCounter().counter, [
      ...named,
      ...drivers,
    ]);
  }

  readCounter(): CounterSample {
    const timeMs = this.#clock.nowMs();
    return { counter: Math.floor(timeMs * 1000), timeMs };
  }

  midiInGetNumDevs(): number {
    return this.#devices.count(INPUT);
  }
  midiInGetDevCaps(uDeviceID: number): DevCapsAnswer<MidiInCaps> {
    return this.#devices.getCaps(INPUT, uDeviceID);
  }
  async midiInOpen(
    uDeviceID: number,
    ring: CallbackRing,
    fdwOpen = CALLBACK_FUNCTION,
  ): Promise<OpenAnswer> {
    return this.#devices.open(INPUT, uDeviceID, ring, fdwOpen);
  }
  midiInPrepareHeader(hmi: MidiHandle, pmh: Address, cbmh: number): Mmresult {
    return this.#devices.prepare(INPUT, hmi, pmh, cbmh);
  }
  midiInAddBuffer(hmi: MidiHandle, pmh: Address, cbmh: number): Mmresult {
    return answeredAtOnce(this.#devices.sendBuffer(INPUT, hmi, MIDM_ADDBUFFER, pmh, cbmh));
  }
  async midiInUnprepareHeader(hmi: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult> {
    return this.#devices.unprepare(INPUT, hmi, pmh, cbmh);
  }
  async midiInStart(hmi: MidiHandle): Promise<Mmresult> {
    return this.#devices.send(INPUT, hmi, MIDM_START);
  }
  async midiInStop(hmi: MidiHandle): Promise<Mmresult> {
    return this.#devices.send(INPUT, hmi, MIDM_STOP);
  }
  async midiInReset(hmi: MidiHandle): Promise<Mmresult> {
    return this.#devices.send(INPUT, hmi, MIDM_RESET);
  }
  async midiInClose(hmi: MidiHandle): Promise<Mmresult> {
    return this.#devices.close(INPUT, hmi);
  }
  messagesDropped(hmi: MidiHandle): number | undefined {
    return this.#devices.messagesDropped(hmi);
  }

  midiOutGetNumDevs(): number {
    return this.#devices.count(OUTPUT);
  }
  midiOutGetDevCaps(uDeviceID: number): DevCapsAnswer<MidiOutCaps> {
    return this.#devices.getCaps(OUTPUT, uDeviceID);
  }
  async midiOutOpen(
    uDeviceID: number,
    ring: CallbackRing,
    fdwOpen = CALLBACK_FUNCTION,
  ): Promise<OpenAnswer> {
    return this.#devices.open(OUTPUT, uDeviceID, ring, fdwOpen);
  }
  midiOutPrepareHeader(hmo: MidiHandle, pmh: Address, cbmh: number): Mmresult {
    return this.#devices.prepare(OUTPUT, hmo, pmh, cbmh);
  }
  async midiOutUnprepareHeader(hmo: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult> {
    return this.#devices.unprepare(OUTPUT, hmo, pmh, cbmh);
  }
  midiOutShortMsg(hmo: MidiHandle, dwMsg: number): Mmresult {
    return answeredAtOnce(this.#devices.send(OUTPUT, hmo, MODM_DATA, dwMsg));
  }
  async midiOutLongMsg(hmo: MidiHandle, pmh: Address, cbmh: number): Promise<Mmresult> {
    return this.#devices.sendBuffer(OUTPUT, hmo, MODM_LONGDATA, pmh, cbmh);
  }
  async midiOutReset(hmo: MidiHandle): Promise<Mmresult> {
    return this.#devices.send(OUTPUT, hmo, MODM_RESET);
  }
  async midiOutClose(hmo: MidiHandle): Promise<Mmresult> {
    return this.#devices.close(OUTPUT, hmo);
  }

  dispose(): void {
    this.#devices.unload();
  }
}

/** The demo devices complete asynchronously, the loopback synchronously: both kinds are at work. */
function builtInDrivers(clock: Clock): DriverFactory[] {
  const demo = [createDemoKeyboard(clock), createDemoSynth(clock)];
  const loopback = [createLoopback()];
  return [
    portDriver(clock, () => demo, 'asynchronous'),
    portDriver(clock, () => loopback, 'synchronous'),
  ];
}

function portDriver(clock: Clock, ports: PortSource, completion: Completion): DriverFactory {
  return (host) => new PortDriver(host, { clock, ports, completion });
}
