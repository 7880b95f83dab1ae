/** What `midirec doctor` looks at and listens to: the facts, as `--json` has them. */
import { MidirecError } from '../../midi/errors.js';
import { listInputs, listOutputs } from '../../winmm/devices.js';
import type { BackendName, CallbackKind } from '../../winmm/winmm.js';
import type { Backend, SequencerState } from '../backend.js';
import { type DeviceFacts, describeDevice } from '../capturing/device-facts.js';
import type { CommandContext } from '../command.js';
import { StopRequests } from '../process/stop-requests.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatTime } from '../terminal/figures.js';
import { startLiveLine } from '../terminal/live-line.js';
import { type ListenAnswer, listen } from './doctor-listen.js';
import {
  inspectEnvironment,
  inspectSoundDevices,
  inspectSystem,
  type SoundDevice,
  type SystemFacts,
} from './doctor-system.js';
import { inspectWindows, type WindowsFacts } from './doctor-windows.js';

export interface Facts {
  system: SystemFacts;
  windows?: WindowsFacts;
  /** On Linux; null if there is no folder for sound devices at all. */
  soundDevices?: SoundDevice[] | null;
  environment: Record<string, string>;
  backend: BackendFacts;
  /** Of a backend that works. `demo`: it makes sound by itself, and is no instrument. */
  inputs?: (DeviceFacts & { demo?: boolean })[];
  outputs?: DeviceFacts[];
  /** How many devices the driver lists, those included of which it tells nothing. */
  listed?: { inputs: number; outputs: number };
  /** For how long, and what was heard; no input if nobody listened. */
  listening?: { ms: number; inputs: ListenAnswer[] };
}

interface BackendFacts {
  name: BackendName;
  /** Why this one. */
  reason: string;
  /** Of a backend that works. */
  callbackKind?: CallbackKind;
  callbackReason?: string;
  /** On Linux, whether devices are those of the ALSA sequencer. */
  sequencer?: SequencerState;
  /** Why it does not work, and what to do. */
  error?: string;
  hint?: string;
}

/** @param listenMs - 0: no device is opened */
export async function gatherFacts(listenMs: number, context: CommandContext): Promise<Facts> {
  const system = inspectSystem();
  return {
    system,
    ...(system.platform === 'win32' && { windows: await inspectWindows() }),
    ...(system.platform === 'linux' && { soundDevices: inspectSoundDevices() ?? null }),
    environment: inspectEnvironment(process.env),
    ...(await inspectMidi(listenMs, context)),
  };
}

async function inspectMidi(
  listenMs: number,
  { backend: { name, reason }, createBackend, console }: CommandContext,
): Promise<Pick<Facts, 'backend' | 'inputs' | 'outputs' | 'listed' | 'listening'>> {
  let backend: Backend;
  try {
    backend = await createBackend();
  } catch (error) {
    if (!(error instanceof MidirecError)) throw error;
    const { message, hint } = error;
    return { backend: { name, reason, error: message, hint } };
  }
  const { winmm, preferredNames, sequencer } = backend;
  const { callbackKind, callbackReason } = winmm;
  const inputs = listInputs(winmm).map((device) => ({
    ...describeDevice(device),
    ...(name === 'embedded' && !preferredNames?.has(device.caps.szPname) && { demo: true }),
  }));
  const outputs = listOutputs(winmm).map(describeDevice);
  const listed = { inputs: winmm.midiInGetNumDevs(), outputs: winmm.midiOutGetNumDevs() };
  const isListening = listenMs > 0 && inputs.length > 0;
  const { answers, haveClosed } = isListening
    ? await listenFor(listenMs, backend, inputs, console)
    : { answers: [], haveClosed: true };
  if (haveClosed) winmm.dispose();
  return {
    backend: {
      name,
      reason,
      callbackKind,
      callbackReason,
      ...(process.platform === 'linux' && sequencer && { sequencer }),
    },
    inputs,
    outputs,
    listed,
    listening: { ms: listenMs, inputs: answers },
  };
}

/** Until the time is over, or Ctrl-C. */
async function listenFor(
  ms: number,
  { winmm, clock }: Backend,
  inputs: DeviceFacts[],
  console: ConsoleOutput,
): ReturnType<typeof listen> {
  const stop = new StopRequests();
  stop.listen();
  const endMs = clock.nowMs() + ms;
  console.say(`listening for ${formatTime(ms)}: play something`);
  const live = await startLiveLine(console, () => `${formatTime(endMs - clock.nowMs())} left`);
  try {
    return await listen(winmm, clock, inputs, stop.firstWithin(clock, ms));
  } finally {
    live?.stop();
    stop.close();
  }
}
