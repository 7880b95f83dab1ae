/** The byte-stream ports of this machine: those that a user names, then its own devices. */

import type { Clock } from '../../../midi/clock.js';
import { type MidirecError, usage } from '../../../midi/errors.js';
import { cutText } from '../../../midi/printable.js';
import { MAXPNAMELEN } from '../../../winmm/structures.js';
import type { KernelPort, PortSource } from '../../kernel-port.js';
import { holderOfPath } from './alsa-raw-devices.js';
import { type ByteStreamPort, createByteStreamPort, portNameOf } from './byte-stream-port.js';
import type { RawWait } from './raw-reader.js';
import { statIfThere } from './stream-reader.js';

/** wPid of the first named port; the built-in devices have lower ones. */
const FIRST_PRODUCT_ID = 100;
/** Looking what is there takes the file system: for so long the last answer counts. */
const REMEMBER_MS = 100;

export interface StreamPorts {
  /** One for each path, each with a name of its own. */
  named: readonly ByteStreamPort[];
  /** Those of both that are there now, as their devices are numbered. */
  all: PortSource;
}

export interface StreamHardware {
  /** The machine's own devices. */
  readonly hardware?: PortSource | undefined;
  /** What waits for paths that are raw MIDI devices. */
  readonly rawWait?: RawWait | undefined;
}

/**
 * Nothing is opened yet.
 *
 * @param paths - `-` is standard input
 * @throws MidirecError UNKNOWN_DEVICE for a path that cannot be a port, USAGE for one that is
 *   there twice
 */
export function createStreamPorts(
  clock: Clock,
  paths: readonly string[],
  { hardware = () => [], rawWait }: StreamHardware = {},
): StreamPorts {
  const named = createNamedPorts(clock, paths, rawWait);
  const look: PortSource = () => [...named.filter((port) => port.isThere()), ...hardware()];
  return { named, all: remember(look, clock) };
}

function createNamedPorts(
  clock: Clock,
  paths: readonly string[],
  rawWait: RawWait | undefined,
): ByteStreamPort[] {
  const names = new Set<string>();
  const pathsByIdentity = new Map<string, string>();
  return paths.map((path, index) => {
    const name = freeName(portNameOf(path), names);
    const port = createByteStreamPort({
      ...{ clock, path, name, rawWait },
      wPid: FIRST_PRODUCT_ID + index,
      holderOf: (kind) => holderOfPath(path, kind),
    });
    const identity = identityOf(path);
    const other = pathsByIdentity.get(identity);
    if (other !== undefined) throw isThereTwice(path, other);
    pathsByIdentity.set(identity, path);
    names.add(name);
    return port;
  });
}

/** Paths that are too long for a name are known by their last part, which others may have as well. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  for (let number = 2; taken.has(free); number++) {
    const suffix = ` ${number}`;
    free = cutText(name, MAXPNAMELEN - 1 - suffix.length) + suffix;
  }
  return free;
}

function identityOf(path: string): string {
  const stats = path === '-' ? undefined : statIfThere(path);
  return stats === undefined ? path : `${stats.dev}:${stats.ino}`;
}

/** Two readers of one stream would each get a part of it. */
function isThereTwice(path: string, other: string): MidirecError {
  const what = path === other ? `${path} is given twice` : `${path} and ${other} are the same`;
  return usage(`port ${what}`, 'give each port once');
}

/** Asks once where a list of devices is read, which asks for each device anew. */
function remember(look: PortSource, clock: Clock): PortSource {
  let ports: readonly KernelPort[] = [];
  let lookedMs = Number.NEGATIVE_INFINITY;
  return () => {
    const nowMs = clock.nowMs();
    if (nowMs - lookedMs >= REMEMBER_MS) {
      ports = look();
      lookedMs = nowMs;
    }
    return ports;
  };
}
