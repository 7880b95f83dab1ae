/** What `midirec doctor` asks Windows: which MIDI stack is in use, whether its service runs, and what may keep koffi from being loaded. */
import { execFile } from 'node:child_process';

type ServiceState = 'running' | 'stopped' | 'not installed' | 'unknown';

export interface WindowsFacts {
  /** Of Windows MIDI Services, which starts when a program asks for MIDI. */
  midiService: ServiceState;
  /** Whether winmm.dll has the driver that leads there, wdmaud2.drv; undefined if the registry does not tell. */
  hasMidiServices: boolean | undefined;
  /** 0: Windows MIDI Services; 1: the drivers as before; 2: MIDI 1.0 drivers as before. */
  useLegacyMidi: number;
  smartAppControl: 'off' | 'on' | 'evaluating' | 'unknown';
}

const MIDI_SERVICE = 'midisrv';
const QUERY_LIMIT_MS = 2000;
/** Windows: "The specified service does not exist as an installed service." */
const ERROR_SERVICE_DOES_NOT_EXIST = 1060;
const SERVICE_STATES: Readonly<Record<string, ServiceState>> = { 1: 'stopped', 4: 'running' };

// Source: "How to change the API mode" and "Required registry entries in Drivers32" of Windows MIDI Services.
const DRIVERS = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Drivers32';
const POLICY = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\CI\\Policy';
const POLICY_STATES = { 0: 'off', 1: 'on', 2: 'evaluating' } as const;

/** Takes two seconds at most, and changes nothing. */
export async function inspectWindows(): Promise<WindowsFacts> {
  const [midiService, drivers, policy] = await Promise.all([
    queryMidiService(),
    query('reg.exe', ['query', DRIVERS]),
    query('reg.exe', ['query', POLICY]),
  ]);
  return { midiService, ...readRegistry(drivers.text, policy.text) };
}

async function queryMidiService(): Promise<ServiceState> {
  const { text, code } = await query('sc.exe', ['query', MIDI_SERVICE]);
  if (code === ERROR_SERVICE_DOES_NOT_EXIST) return 'not installed';
  return readServiceState(text);
}

/** What a program of Windows prints; nothing if it fails or takes too long. */
function query(program: string, args: string[]): Promise<{ text: string; code: unknown }> {
  return new Promise((resolve) => {
    const options = { timeout: QUERY_LIMIT_MS, windowsHide: true };
    execFile(program, args, options, (error, stdout) => {
      resolve({ text: error === null ? stdout : '', code: error?.code });
    }).on('error', () => resolve({ text: '', code: undefined }));
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

/** What `reg query` prints of the two keys. */
export function readRegistry(drivers: string, policy: string): Omit<WindowsFacts, 'midiService'> {
  const state = numberOf(policy, 'VerifiedAndReputablePolicyState');
  return {
    hasMidiServices:
      drivers === '' ? undefined : /^\s+midi\d?\s.*\bwdmaud2\.drv\s*$/im.test(drivers),
    useLegacyMidi: numberOf(drivers, 'UseLegacyMidi') ?? 0,
    smartAppControl: POLICY_STATES[state as keyof typeof POLICY_STATES] ?? 'unknown',
  };
}

function numberOf(text: string, name: string): number | undefined {
  const [, digits] =
    new RegExp(`^\\s+${name}\\s+REG_DWORD\\s+(0x[\\da-f]+)`, 'im').exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
