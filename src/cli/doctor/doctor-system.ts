/** The machine as `midirec doctor` sees it: system, Node.js, Windows' MIDI services, Linux' sound devices, environment. */
import { execFile } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { arch, release, type as systemName, version } from 'node:os';
import { join } from 'node:path';

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

export type ServiceState = 'running' | 'stopped' | 'not installed' | 'unknown';

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

/** Of the Windows MIDI Services, which newer versions of Windows put behind winmm.dll. */
const MIDI_SERVICE = 'midisrv';
const QUERY_LIMIT_MS = 2000;
/** Windows: "The specified service does not exist as an installed service." */
const ERROR_SERVICE_DOES_NOT_EXIST = 1060;
const SERVICE_STATES: Readonly<Record<string, ServiceState>> = { 1: 'stopped', 4: 'running' };

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

/** Asks Windows whether the Windows MIDI Services run. Takes two seconds at most, and changes nothing. */
export function queryMidiService(): Promise<ServiceState> {
  return new Promise((resolve) => {
    execFile(
      'sc.exe',
      ['query', MIDI_SERVICE],
      { timeout: QUERY_LIMIT_MS, windowsHide: true },
      (error, stdout) => {
        if (error?.code === ERROR_SERVICE_DOES_NOT_EXIST) return resolve('not installed');
        resolve(error === null ? readServiceState(stdout) : 'unknown');
      },
    ).on('error', () => resolve('unknown'));
  });
}

/**
 * The state in what `sc query` prints: the second of its indented lines. The words of that line are in
 * the language of Windows, its number is not.
 */
export function readServiceState(text: string): ServiceState {
  const [, state] = [...text.matchAll(/^[ \t]+\S+\s*:\s+(\d+)/gm)];
  return SERVICE_STATES[state?.[1] ?? ''] ?? 'unknown';
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
      return { path, readable: may(path, constants.R_OK), writable: may(path, constants.W_OK) };
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

function may(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
