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
import type { DeviceKind } from '../../../winmm/winmm.js';
import type { KernelPort, PortSource } from '../../kernel-port.js';
import { deviceName } from '../device-name.js';
import { createByteStreamPort } from './byte-stream-port.js';
import type { RawSubdevice } from './raw-control.js';
import type { RawWait } from './raw-reader.js';

/** Where Linux shows its sound devices; elsewhere in tests. */
export interface AlsaFolders {
  readonly asound: string;
  readonly devices: string;
}

/** One line of a raw device: a port of an interface. */
export interface AlsaRawDevice extends RawSubdevice {
  /** Of the device. */
  readonly name: string;
  /** How many lines the device has. */
  readonly lines: number;
  readonly path: string;
  readonly input: boolean;
  readonly output: boolean;
}

const DEVICE = /^midi(\d+)$/;
const DEVICE_PATH = /^\/dev\/snd\/midiC(\d+)D(\d+)$/;
const ALSA_FOLDERS: AlsaFolders = { asound: '/proc/asound', devices: '/dev/snd' };

/** Product ids of raw devices begin here, above those of the built-in devices. */
const FIRST_PRODUCT_ID = 0x1000;
const DEVICES_PER_CARD = 8;
const LINES_PER_DEVICE = 32;

/**
 * Which other program has a line of the card open, on one of its sides: its name and number; undefined if the kernel
 * names none.
 *
 * @param line - of all that the card has, if it does not say which
 */
export function holderOn(
  line: Pick<RawSubdevice, 'card'> & Partial<RawSubdevice>,
  kind: DeviceKind,
  { asound }: AlsaFolders = ALSA_FOLDERS,
): string | undefined {
  const folder = join(asound, `card${line.card}`);
  const devices = line.device === undefined ? numbersIn(folder, DEVICE) : [line.device];
  const owners = devices
    .flatMap((device) => sidesIn(readIfThere(join(folder, `midi${device}`)) ?? ''))
    .filter((side) => side.kind === kind && side.subdevice === (line.subdevice ?? side.subdevice))
    .flatMap(({ owner }) => owner ?? []);
  const named = [...new Set(owners)].flatMap((id) => {
    const program = id === process.pid ? undefined : readIfThere(`/proc/${id}/comm`)?.trim();
    return program === undefined ? [] : [`${program}, process ${id}`];
  });
  return named.length === 0 ? undefined : named.join('; ');
}

/** The same for the path of a raw device; undefined for any other. */
export function holderOfPath(path: string, kind: DeviceKind): string | undefined {
  const [, card, device] = DEVICE_PATH.exec(path) ?? [];
  return card && device && holderOn({ card: Number(card), device: Number(device) }, kind);
}

/** The devices that are there now, by card and device number. None where there is no ALSA. */
export function findAlsaRawDevices(folders: AlsaFolders = ALSA_FOLDERS): AlsaRawDevice[] {
  const devices: AlsaRawDevice[] = [];
  // Asked twice a second where there is no ALSA: an error would cost ten times as much.
  if (!existsSync(folders.asound)) return devices;
  for (const card of numbersIn(folders.asound, /^card(\d+)$/)) {
    const cardFolder = join(folders.asound, `card${card}`);
    for (const device of numbersIn(cardFolder, DEVICE)) {
      const description = readIfThere(join(cardFolder, `midi${device}`));
      if (description === undefined) continue;
      const [firstLine = ''] = description.split('\n', 1);
      const sides = sidesIn(description);
      const numbers = [...new Set(sides.map(({ subdevice }) => subdevice))].sort((a, b) => a - b);
      for (const subdevice of numbers) {
        const has = (kind: DeviceKind) =>
          sides.some((side) => side.subdevice === subdevice && side.kind === kind);
        devices.push({
          ...{ card, device, subdevice, lines: numbers.length },
          name: firstLine.trim() || `MIDI ${card},${device}`,
          path: join(folders.devices, `midiC${card}D${device}`),
          input: has('midiIn'),
          output: has('midiOut'),
        });
      }
    }
  }
  return devices;
}

/**
 * Ports for the lines that are there; the same line is the same port as long as it stays.
 *
 * @param rawWait - undefined where the kernel can do no more than read and write: then a device has its first line only
 */
export function createAlsaPortSource(
  clock: Clock,
  rawWait?: RawWait,
  folders: AlsaFolders = ALSA_FOLDERS,
): PortSource {
  const control = rawWait?.control;
  let known = new Map<string, KernelPort>();
  const portOf = (found: AlsaRawDevice): KernelPort => {
    const { card, device, subdevice, lines, path, input, output } = found;
    const isOneOfSeveral = control !== undefined && lines > 1;
    const portName = isOneOfSeveral ? control.nameOf(found, input) || `${subdevice + 1}` : '';
    return createByteStreamPort({
      ...{ clock, path, sides: { input, output }, rawWait },
      name: deviceName({ clientName: found.name, portName }),
      wPid: FIRST_PRODUCT_ID + (card * DEVICES_PER_CARD + device) * LINES_PER_DEVICE + subdevice,
      subdevice: isOneOfSeveral ? found : undefined,
      holderOf: (kind) => holderOn(found, kind, folders),
    });
  };
  return () => {
    const present = new Map<string, KernelPort>();
    for (const found of findAlsaRawDevices(folders)) {
      if (control === undefined && found.subdevice > 0) continue;
      const key = JSON.stringify(found);
      present.set(key, known.get(key) ?? portOf(found));
    }
    known = present;
    return [...present.values()];
  };
}

/** What a description says of each side of each line. */
function sidesIn(
  description: string,
): { kind: DeviceKind; subdevice: number; owner: number | undefined }[] {
  return [...description.matchAll(/^(Input|Output) (\d+)((?:\n {2}.*)*)/gm)].map(
    ([, side, number, lines = '']) => {
      const [, owner] = /Owner PID *: (\d+)/.exec(lines) ?? [];
      return {
        kind: side === 'Input' ? 'midiIn' : 'midiOut',
        subdevice: Number(number),
        owner: owner === undefined ? undefined : Number(owner),
      };
    },
  );
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
