/** Devices as people name them: by id, by name, by a part of the name. */
import { MidirecError } from '../midi/errors.js';
import { printable } from '../midi/printable.js';
import { GONE_HINT } from './mmresult.js';
import type { MidiInCaps, MidiOutCaps } from './structures.js';
import type { DeviceIdentity, WinMm } from './winmm.js';

export interface InputDevice {
  id: number;
  /** As the driver gave it, made harmless for a terminal. */
  name: string;
  caps: MidiInCaps;
  /** Of its interface; undefined if the driver does not tell. */
  path?: string | undefined;
}

export interface OutputDevice {
  id: number;
  name: string;
  caps: MidiOutCaps;
  path?: string | undefined;
}

/** Whether it is the same device, as far as can be told: by its path, else by its name. */
export function isSame(one: DeviceIdentity, other: DeviceIdentity): boolean {
  if (one.path !== undefined && other.path !== undefined) return one.path === other.path;
  return one.name !== undefined && one.name === other.name;
}

/** All inputs. One that cannot tell its capabilities is left out: it cannot be opened either. */
export function listInputs(winmm: WinMm): InputDevice[] {
  const pathOf = (id: number) => winmm.interfacePath('midiIn', id);
  return listDevices(winmm.midiInGetNumDevs(), (id) => winmm.midiInGetDevCaps(id), pathOf);
}

/** All outputs, likewise. */
export function listOutputs(winmm: WinMm): OutputDevice[] {
  const pathOf = (id: number) => winmm.interfacePath('midiOut', id);
  return listDevices(winmm.midiOutGetNumDevs(), (id) => winmm.midiOutGetDevCaps(id), pathOf);
}

function listDevices<Caps extends MidiInCaps>(
  count: number,
  capsOf: (id: number) => { result: number; caps?: Caps },
  pathOf: (id: number) => string | undefined,
): { id: number; name: string; caps: Caps; path?: string | undefined }[] {
  const devices = [];
  for (let id = 0; id < count; id++) {
    const { caps } = capsOf(id);
    if (caps !== undefined)
      devices.push({ id, name: printable(caps.szPname), caps, path: pathOf(id) });
  }
  return devices;
}

/**
 * The one device that `text` names: its id, or the path of its interface; or, whatever the case of the letters, its whole name,
 * else the beginning of its name, else a part of its name.
 *
 * @param kind - `input` or `output`, for the messages
 * @throws MidirecError UNKNOWN_DEVICE, AMBIGUOUS_DEVICE (exit code 2), NO_DEVICE
 */
export function resolveDevice<
  Device extends { id: number; name: string; path?: string | undefined },
>(kind: 'input' | 'output', devices: Device[], text: string): Device {
  if (devices.length === 0) throw noDevice(kind);
  const wanted = text.trim().toLowerCase();
  if (/^\d+$/.test(wanted)) {
    const byId = devices.find((device) => device.id === Number(wanted));
    if (byId !== undefined) return byId;
  }
  const byPath = devices.find(({ path }) => path?.toLowerCase() === wanted);
  if (byPath !== undefined) return byPath;
  const tests: ((name: string) => boolean)[] = [
    // Some drivers fill names up with spaces, which nobody sees in a list.
    (name) => name.trim() === wanted,
    (name) => name.startsWith(wanted),
    (name) => name.includes(wanted),
  ];
  for (const test of wanted === '' ? [] : tests) {
    const found = devices.filter((device) => test(device.name.toLowerCase()));
    if (found.length === 1) return found[0]!;
    if (found.length > 1) {
      throw new MidirecError(
        'AMBIGUOUS_DEVICE',
        `'${text}' names ${found.length} ${kind}s: ${listNames(found)}`,
        { hint: 'give the id, or more of the name', exitCode: 2 },
      );
    }
  }
  throw new MidirecError('UNKNOWN_DEVICE', `there is no MIDI ${kind} '${text}'`, {
    hint: `available: ${listNames(devices)}`,
    exitCode: 2,
  });
}

/** What to say when there is no device at all. */
export function noDevice(kind: 'input' | 'output'): MidirecError {
  return new MidirecError('NO_DEVICE', `there is no MIDI ${kind}`, {
    hint: 'plug an instrument in, or try --backend embedded for the demo devices',
    exitCode: 2,
  });
}

/** What to say when a device that was chosen has gone, or another one has its id, before it was opened. */
export function wentAway(name: string): MidirecError {
  return new MidirecError('NO_DEVICE', `${name} went away before it was opened`, {
    hint: GONE_HINT,
  });
}

/** `0 'Keyboard', 1 'Synth'`. */
export function listNames(devices: readonly { id: number; name: string }[]): string {
  return devices.map(({ id, name }) => `${id} '${name}'`).join(', ');
}
