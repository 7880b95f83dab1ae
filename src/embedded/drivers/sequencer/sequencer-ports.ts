/** The ports of the ALSA sequencer as a device list shows them: those of all clients, and one of midirec's own. */
import { existsSync } from 'node:fs';
import type { Clock } from '../../../midi/clock.js';
import { MOD_MIDIPORT } from '../../../winmm/constants.js';
import { MAXPNAMELEN } from '../../../winmm/structures.js';
import type { KernelPort } from '../../kernel-port.js';
import { deviceName } from '../device-name.js';
import { holderOn } from '../streams/alsa-raw-devices.js';
import { loadLibasound } from './libasound.js';
import {
  type ListedPort,
  type SequencerLibrary,
  SND_SEQ_PORT_CAP_NO_EXPORT,
  SND_SEQ_PORT_CAP_READ,
  SND_SEQ_PORT_CAP_SUBS_READ,
  SND_SEQ_PORT_CAP_SUBS_WRITE,
  SND_SEQ_PORT_CAP_WRITE,
} from './sequencer.js';
import { SequencerHub } from './sequencer-hub.js';
import { SequencerInput } from './sequencer-input.js';
import { SequencerOutput } from './sequencer-output.js';

const SEQUENCER_DEVICE = '/dev/snd/seq';
const READABLE = SND_SEQ_PORT_CAP_READ | SND_SEQ_PORT_CAP_SUBS_READ;
const WRITABLE = SND_SEQ_PORT_CAP_WRITE | SND_SEQ_PORT_CAP_SUBS_WRITE;
/** Product ids begin here, above those of raw devices. */
const FIRST_PRODUCT_ID = 0x4000;
const OWN_PRODUCT_ID = 99;
const SYSTEM_CLIENT = 0;
const MIDI_THROUGH = 'Midi Through';

export interface SequencerPort extends KernelPort {
  /** As ALSA's programs write it, `14:0`. */
  readonly address: string;
  /** Every Linux has it, and nobody plays on it. */
  readonly isThrough: boolean;
}

export interface SequencerPorts {
  /** Those that are there now. The same port is the same object as long as it stays. */
  list(): readonly SequencerPort[];
  /** Calls `listener` when ports may have come or gone. @returns what ends that */
  onChange(listener: () => void): () => void;
  /** A port that other programs connect with, for as long as it is open. */
  createOwn(name: string): OwnPort;
}

/** A port that other programs connect with. */
export interface OwnPort extends KernelPort {
  /** Whether its output is open, and nobody is there to get what is sent. */
  isUnheard(): boolean;
}

/** Why there are no ports of the sequencer: the kernel has none, there is no libasound.so.2, or opening was refused. */
export type SequencerLack = 'no-sequencer' | 'no-library' | 'refused';

/** Loads libasound only where the kernel has a sequencer. */
export async function openSequencer(clock: Clock): Promise<SequencerPorts | SequencerLack> {
  if (!existsSync(SEQUENCER_DEVICE)) return 'no-sequencer';
  const library = await loadLibasound().catch(() => undefined);
  if (library === undefined) return 'no-library';
  return createSequencerPorts(library, clock) ?? 'refused';
}

/** @returns undefined if the library opens no client */
export function createSequencerPorts(
  library: SequencerLibrary,
  clock: Clock,
): SequencerPorts | undefined {
  const watcher = library.open('midirec');
  if (typeof watcher === 'number') return undefined;
  const hub = new SequencerHub(library, watcher, clock);
  let listed: readonly ListedPort[] | undefined;
  let ports = new Map<string, SequencerPort>();
  return {
    list() {
      const now = hub.listPorts();
      if (now !== listed) {
        const present = now.filter(isForOthers).map((port): [string, SequencerPort] => {
          const key = JSON.stringify(port);
          return [key, ports.get(key) ?? portOf(hub, clock, port)];
        });
        ports = new Map(present);
        listed = now;
      }
      return [...ports.values()];
    },
    onChange: (listener) => hub.onChange(listener),
    createOwn(name) {
      const output = new SequencerOutput({
        hub,
        clock,
        name,
        destination: undefined,
        isDevice: false,
      });
      return {
        name: name.slice(0, MAXPNAMELEN - 1),
        wPid: OWN_PRODUCT_ID,
        wTechnology: MOD_MIDIPORT,
        input: new SequencerInput(hub, name, undefined),
        output,
        isUnheard: () => output.isUnheard(),
      };
    },
  };
}

function isForOthers({ client, capability }: ListedPort): boolean {
  if (client === SYSTEM_CLIENT || (capability & SND_SEQ_PORT_CAP_NO_EXPORT) !== 0) return false;
  return has(capability, READABLE) || has(capability, WRITABLE);
}

function has(capability: number, flags: number): boolean {
  return (capability & flags) === flags;
}

function portOf(hub: SequencerHub, clock: Clock, listed: ListedPort): SequencerPort {
  const { client, port, clientName, capability, card, isKernel } = listed;
  const address = { client, port };
  const name = deviceName(listed);
  const output = { hub, clock, name, destination: address, isDevice: isKernel };
  return {
    name,
    wPid: FIRST_PRODUCT_ID + ((client << 5) | (port & 31)),
    wTechnology: MOD_MIDIPORT,
    address: `${client}:${port}`,
    isThrough: isKernel && clientName === MIDI_THROUGH,
    ...(has(capability, READABLE) && { input: new SequencerInput(hub, name, address) }),
    ...(has(capability, WRITABLE) && { output: new SequencerOutput(output) }),
    // One who has the raw device keeps the sequencer out.
    ...(card >= 0 && { holderOf: (kind) => holderOn({ card }, kind) }),
  };
}
