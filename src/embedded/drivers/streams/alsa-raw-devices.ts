/**
 * The raw MIDI devices of Linux, /dev/snd/midiC0D0 and so on, as ports.
 *
 * Source: Linux kernel, sound/core/rawmidi.c: /proc/asound/card0/midi0 has the device's name in
 * its first line, and a line "Input 0" or "Output 0" for each substream, below which "Owner PID" stands while
 * it is open.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../../midi/clock.js';
import type { KernelPort, PortSource } from '../../kernel-port.js';
import { createByteStreamPort } from './byte-stream-port.js';

/** Where Linux shows its sound devices; elsewhere in tests. */
export interface AlsaFolders {
  readonly asound: string;
  readonly devices: string;
}

export interface AlsaRawDevice {
  readonly card: number;
  readonly device: number;
  readonly name: string;
  readonly path: string;
  readonly input: boolean;
  readonly output: boolean;
}

const ALSA_FOLDERS: AlsaFolders = { asound: '/proc/asound', devices: '/dev/snd' };

/** Product ids of raw devices begin here, above those of the built-in devices. */
const FIRST_PRODUCT_ID = 0x1000;
const DEVICES_PER_CARD = 32;

const SIDES = { midiIn: 'Input', midiOut: 'Output' };

/** Which other program has something on that side of the card open: its name and number; undefined if the kernel names none. */
export function holderOn(
  card: number,
  kind: 'midiIn' | 'midiOut',
  { asound }: AlsaFolders = ALSA_FOLDERS,
): string | undefined {
  const folder = join(asound, `card${card}`);
  const owners = numbersIn(folder, /^midi(\d+)$/).flatMap((device) => {
    const description = readIfThere(join(folder, `midi${device}`)) ?? '';
    return [...description.matchAll(/^(Input|Output) \d+((?:\n {2}.*)*)/gm)].flatMap(
      ([, which, lines = '']) =>
        which === SIDES[kind] ? (/Owner PID *: (\d+)/.exec(lines)?.[1] ?? []) : [],
    );
  });
  const others = [...new Set(owners)].filter((id) => Number(id) !== process.pid);
  const named = others.flatMap((id) => {
    const program = readIfThere(`/proc/${id}/comm`)?.trim();
    return program === undefined ? [] : [`${program}, process ${id}`];
  });
  return named.length === 0 ? undefined : named.join('; ');
}

/** The devices that are there now, by card and device number. None where there is no ALSA. */
export function findAlsaRawDevices(folders: AlsaFolders = ALSA_FOLDERS): AlsaRawDevice[] {
  const devices: AlsaRawDevice[] = [];
  // Asked twice a second where there is no ALSA: an error would cost ten times as much.
  if (!existsSync(folders.asound)) return devices;
  for (const card of numbersIn(folders.asound, /^card(\d+)$/)) {
    const cardFolder = join(folders.asound, `card${card}`);
    for (const device of numbersIn(cardFolder, /^midi(\d+)$/)) {
      const description = readIfThere(join(cardFolder, `midi${device}`));
      if (description === undefined) continue;
      const [firstLine = ''] = description.split('\n', 1);
      devices.push({
        card,
        device,
        name: firstLine.trim() || `MIDI ${card},${device}`,
        path: join(folders.devices, `midiC${card}D${device}`),
        input: /^Input \d/m.test(description),
        output: /^Output \d/m.test(description),
      });
    }
  }
  return devices;
}

/** Ports for the devices that are there; the same device is the same port as long as it stays. */
export function createAlsaPortSource(
  clock: Clock,
  folders: AlsaFolders = ALSA_FOLDERS,
): PortSource {
  let known = new Map<string, KernelPort>();
  return () => {
    const present = new Map<string, KernelPort>();
    for (const found of findAlsaRawDevices(folders)) {
      const { card, device, name, path, input, output } = found;
      const key = JSON.stringify(found);
      const wPid = FIRST_PRODUCT_ID + card * DEVICES_PER_CARD + device;
      const port =
        known.get(key) ??
        createByteStreamPort({
          ...{ clock, path, name, wPid, sides: { input, output } },
          holderOf: (kind) => holderOn(card, kind, folders),
        });
      present.set(key, port);
    }
    known = present;
    return [...present.values()];
  };
}

/** The numbers in the names that `pattern` matches, ascending; none if the folder is not there. */
function numbersIn(folder: string, pattern: RegExp): number[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return [];
  }
  return names
    .flatMap((name) => pattern.exec(name)?.[1] ?? [])
    .map(Number)
    .sort((one, other) => one - other);
}

/** Undefined if the device has gone since its folder was read. */
function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
