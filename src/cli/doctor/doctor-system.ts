/** The machine as `midirec doctor` sees it: system, Node.js, Linux' sound devices, environment. */
import { constants, readdirSync } from 'node:fs';
import { arch, release, type as systemName, version } from 'node:os';
import { join } from 'node:path';
import { mayAccess } from '../../embedded/drivers/streams/stream-reader.js';

export interface SystemFacts {
  platform: NodeJS.Platform;
  /** `Linux`, `Windows_NT`, `Darwin`. */
  system: string;
  release: string;
  version: string;
  arch: string;
  node: string;
  /** Windows' own Node.js, but not Windows. */
  isWine: boolean;
}

/** Variables that change what midirec does or how it looks. */
const VARIABLES = [
  'MIDIREC_BACKEND',
  'MIDIREC_CALLBACK',
  'NO_COLOR',
  'FORCE_COLOR',
  'TERM',
  'COLUMNS',
  'LC_ALL',
  'LC_CTYPE',
  'LANG',
  'CI',
  'NODE_OPTIONS',
  'WINEPREFIX',
] as const;

export function inspectSystem(): SystemFacts {
  return {
    platform: process.platform,
    system: systemName(),
    release: release(),
    version: version(),
    arch: arch(),
    node: process.versions.node,
    isWine: process.platform === 'win32' && Object.keys(process.env).some(isSetByWine),
  };
}

function isSetByWine(variable: string): boolean {
  return /^WINE(?:LOADER|DATADIR|CONFIGDIR|PREFIX)/i.test(variable);
}

export interface SoundDevice {
  path: string;
  readable: boolean;
  writable: boolean;
}

/** The raw MIDI devices of Linux; undefined if there is no folder for sound devices at all. */
export function inspectSoundDevices(folder = '/dev/snd'): SoundDevice[] | undefined {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return undefined;
  }
  return names
    .filter((name) => /^midiC\d+D\d+$/.test(name))
    .sort()
    .map((name) => {
      const path = join(folder, name);
      return {
        path,
        readable: mayAccess(path, constants.R_OK),
        writable: mayAccess(path, constants.W_OK),
      };
    });
}

/** Those that are set, with their values. */
export function inspectEnvironment(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    VARIABLES.flatMap((name) => {
      const value = env[name];
      return value === undefined || value === '' ? [] : [[name, value]];
    }),
  );
}
