/** Which WinMm to use, and making it. */
import { existsSync } from 'node:fs';
import { uptime } from 'node:os';
import type { InputEnding } from '../capture/presence/reconnect.js';
import type { RawDevices } from '../embedded/drivers/raw/raw-devices.js';
import type {
  SequencerLack,
  SequencerPorts,
} from '../embedded/drivers/sequencer/sequencer-ports.js';
import { type Clock, systemClock } from '../midi/clock.js';
import { MidirecError, usage } from '../midi/errors.js';
import { printable } from '../midi/printable.js';
import type { BackendName, WinMm } from '../winmm/winmm.js';

export const BACKENDS = ['winmm', 'embedded'] as const;

/** Windows' own synthesizer, an output on every machine. */
const WINDOWS_SYNTH = 'Microsoft GS Wavetable';

export interface BackendChoice {
  name: BackendName;
  reason: string;
  /** Paths of `--port`, which become devices of the embedded one. */
  ports: string[];
  /** Name of `--virtual`: a port of midirec's own in the ALSA sequencer. */
  virtual?: string | undefined;
  /** Raw MIDI devices, and not the ports of the ALSA sequencer. */
  raw?: boolean | undefined;
}

export type SequencerState = 'used' | 'not-wanted' | SequencerLack;

export interface Backend {
  winmm: WinMm;
  clock: Clock;
  portNames: ReadonlySet<string>;
  /** Whether a device of `--port` is a FIFO, which leads one way: sending to it is no way to ask it. */
  isFifo: (name: string) => boolean;
  /**
   * Names of the devices to take if the user names none: those of `--port`, else real ones, so that
   * the demo devices do not play into a recording. Undefined: all of them.
   */
  preferredNames: ReadonlySet<string> | undefined;
  /** Whether a device is one to practise with, that is always there: no instrument. */
  isBuiltIn: (name: string) => boolean;
  /** How an input that is there only once has come to its end, if it has: see SessionOptions. */
  endingOf: (name: string) => InputEnding | undefined;
  /** Whether an output is a port of midirec's own that no program has connected with yet. */
  isUnheard?: (name: string) => boolean;
  /** Whether devices are those of the ALSA sequencer, or why not. */
  sequencer?: SequencerState;
  /** The name of the device with a number of the ALSA sequencer, such as `14:0`; undefined if there is none. */
  nameOfAddress: (address: string) => string | undefined;
}

/**
 * The command line decides, then MIDIREC_BACKEND, then whether this is Windows.
 *
 * @throws MidirecError USAGE
 */
export function chooseBackend(
  option: BackendName | undefined,
  ports: string[],
  { virtual, raw }: Pick<BackendChoice, 'virtual' | 'raw'> = {},
): BackendChoice {
  const own = virtual === undefined ? raw && '--raw' : '--virtual';
  const choice = nameBackend(option, ports, own || undefined);
  return { ...choice, virtual, raw };
}

function nameBackend(
  option: BackendName | undefined,
  ports: string[],
  own: '--virtual' | '--raw' | undefined,
): BackendChoice {
  const wish = own ?? (ports.length > 0 ? '--port' : undefined);
  if (wish !== undefined && option === 'winmm') {
    throw usage(`${wish} is for devices of the embedded backend`, 'omit --backend winmm');
  }
  if (own === undefined && option !== undefined) {
    return { name: option, reason: 'given with --backend', ports };
  }
  if (wish !== undefined) return { name: 'embedded', reason: `asked for by ${wish}`, ports };
  const variable = process.env.MIDIREC_BACKEND;
  if (variable !== undefined && variable !== '') {
    const name = BACKENDS.find((backend) => backend === variable);
    if (name === undefined) {
      throw usage(
        `MIDIREC_BACKEND: '${variable}' is not one of ${BACKENDS.join(', ')}`,
        'correct the variable, or clear it',
      );
    }
    return { name, reason: 'given by MIDIREC_BACKEND', ports };
  }
  if (process.platform === 'win32') return { name: 'winmm', reason: 'this is Windows', ports };
  return { name: 'embedded', reason: `there is no winmm.dll on ${process.platform}`, ports };
}

/**
 * Makes the WinMm.
 *
 * @param say - is told if it takes some time
 * @param tell - if given, gets a line for every call to it, with the answer
 * @throws MidirecError NO_BACKEND if it cannot work here, TIMEOUT if it does not answer, UNKNOWN_DEVICE
 *   for a port that cannot be one
 */
export async function createBackend(
  choice: BackendChoice,
  say: (line: string) => void = () => {},
  tell?: (line: string) => void,
): Promise<Backend> {
  const backend = await loadBackend(choice, say);
  if (tell === undefined) return backend;
  const { traceWinMm } = await import('../winmm/traced-winmm.js');
  return { ...backend, winmm: traceWinMm(backend.winmm, systemClock, tell) };
}

async function loadBackend(choice: BackendChoice, say: (line: string) => void): Promise<Backend> {
  if (choice.name === 'winmm') {
    const { createNativeWinMm } = await import('../winmm/native/native-winmm.js');
    const forceRegister = process.env.MIDIREC_CALLBACK === 'register';
    return {
      winmm: await createNativeWinMm({
        forceRegister,
        onWaiting: () => say('waiting for the MIDI service of Windows'),
      }),
      clock: systemClock,
      portNames: new Set(),
      isFifo: () => false,
      preferredNames: undefined,
      isBuiltIn: (name) => name.startsWith(WINDOWS_SYNTH),
      endingOf: () => undefined,
      nameOfAddress: () => undefined,
    };
  }
  if (choice.raw && !existsSync('/dev/snd')) {
    throw noBackend(
      '--raw needs the raw MIDI devices of ALSA, which are not there',
      'omit --raw; midirec doctor tells what is there',
    );
  }
  const { createBuiltInWinMm } = await import('../embedded/drivers/built-in.js');
  const { createStreamPorts } = await import('../embedded/drivers/streams/stream-ports.js');
  const { takeUnexplained } = await import('../embedded/drivers/streams/stream-error.js');
  const isWanted = !choice.raw || choice.virtual !== undefined;
  const opened = isWanted ? await loadSequencer() : 'not-wanted';
  const opener = typeof opened === 'string' ? undefined : opened;
  const sequencer = choice.raw ? undefined : opener;
  if (choice.virtual !== undefined && opener === undefined) {
    throw noBackend(
      '--virtual needs the ALSA sequencer, which is not there',
      'on Linux: modprobe snd-seq, install libasound2, join the group audio; midirec doctor tells more',
    );
  }
  const made = choice.virtual === undefined ? [] : [opener!.createOwn(choice.virtual)];
  const clock: Clock = { ...systemClock, uptimeMs: () => uptime() * 1000 };
  const isRaw =
    sequencer === undefined || choice.ports.some((path) => path.startsWith('/dev/snd/'));
  const raw = isRaw ? await loadRawDevices(clock) : undefined;
  const hardware = sequencer?.list ?? raw?.ports;
  const { named, all } = createStreamPorts(clock, choice.ports, {
    hardware,
    rawWait: raw?.rawWait,
  });
  const wished = [...made, ...named];
  const played = sequencer ? sequencer.list().filter(({ isThrough }) => !isThrough) : raw?.ports();
  const real = wished.length > 0 ? wished : (played ?? []);
  const isThrough = (name: string) =>
    sequencer?.list().some((port) => port.isThrough && port.name === name) === true;
  const findNamed = (wanted: string) => named.find(({ name }) => name === wanted);
  const present = made.length > 0 ? () => [...made, ...all()] : all;
  const findPort = (wanted: string) => present().find(({ name }) => printable(name) === wanted);
  return {
    winmm: {
      ...createBuiltInWinMm(clock, present),
      ...(sequencer && { onDevicesChanged: sequencer.onChange }),
      holderOf: (kind, name) => findPort(name)?.holderOf?.(kind),
      systemError: takeUnexplained,
    },
    clock: systemClock,
    portNames: new Set(wished.map(({ name }) => name)),
    preferredNames: real.length > 0 ? new Set(real.map(({ name }) => name)) : undefined,
    isBuiltIn: (name) => !present().some((port) => port.name === name) || isThrough(name),
    isFifo: (name) => findNamed(name)?.isFifo() === true,
    endingOf: (name) => findNamed(name)?.ending,
    isUnheard: (wanted) => made.some((port) => printable(port.name) === wanted && port.isUnheard()),
    sequencer: choice.raw ? 'not-wanted' : typeof opened === 'string' ? opened : 'used',
    nameOfAddress: (wanted) => sequencer?.list().find(({ address }) => address === wanted)?.name,
  };
}

async function loadRawDevices(clock: Clock): Promise<RawDevices> {
  const { openRawDevices } = await import('../embedded/drivers/raw/raw-devices.js');
  return openRawDevices(clock);
}

async function loadSequencer(): Promise<SequencerPorts | SequencerLack> {
  const { openSequencer } = await import('../embedded/drivers/sequencer/sequencer-ports.js');
  return openSequencer(systemClock);
}

function noBackend(message: string, hint: string): MidirecError {
  return new MidirecError('NO_BACKEND', message, { hint, exitCode: 2 });
}
