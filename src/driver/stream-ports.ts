/** The byte-stream ports of this machine: those that a user names, then its raw MIDI devices. */
import type { Clock } from '../midi/clock.js';
import { createAlsaPortSource } from './alsa-raw-devices.js';
import { type ByteStreamPort, createByteStreamPort } from './byte-stream-port.js';
import type { KernelPort, PortSource } from './kernel-port.js';

/** wPid of the first named port; the built-in devices have lower ones. */
const FIRST_PRODUCT_ID = 100;
/** Looking what is there takes the file system: for so long the last answer counts. */
const REMEMBER_MS = 100;

export interface StreamPorts {
  /** One for each path. */
  named: readonly ByteStreamPort[];
  /** The machine's own devices. */
  hardware: PortSource;
  /** Those of both that are there now, as their devices are numbered. */
  all: PortSource;
}

/**
 * Nothing is opened yet.
 *
 * @param paths - `-` is standard input
 * @throws MidirecError UNKNOWN_DEVICE for a path that cannot be a port
 */
export function createStreamPorts(clock: Clock, paths: readonly string[]): StreamPorts {
  const named = paths.map((path, index) =>
    createByteStreamPort({ clock, path, wPid: FIRST_PRODUCT_ID + index }),
  );
  const hardware = createAlsaPortSource(clock);
  const look: PortSource = () => [...named.filter((port) => port.isThere()), ...hardware()];
  return { named, hardware, all: remember(look, clock) };
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
