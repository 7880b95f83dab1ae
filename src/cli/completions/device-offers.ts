/** Names of devices to offer, unless a driver keeps them back for too long. */
import { Worker } from 'node:worker_threads';
import { listInputs, listOutputs } from '../../winmm/devices.js';
import { BACKENDS, chooseBackend, createBackend } from '../backend.js';
import type { Offer } from './values.js';

/** How long a driver may take to say what it has: somebody waits at a prompt. */
const LIMIT_MS = 1000;

/** @throws MidirecError as the backend does */
export async function listDevices(
  kind: 'input' | 'output',
  backend: string | undefined,
  ports: string[],
  raw: boolean,
): Promise<Offer[]> {
  const choice = chooseBackend(
    BACKENDS.find((name) => name === backend),
    ports,
    { raw },
  );
  if (choice.name === 'winmm') endProcessAfter(LIMIT_MS);
  const { winmm } = await createBackend(choice);
  const devices = kind === 'input' ? listInputs(winmm) : listOutputs(winmm);
  winmm.dispose();
  return offerDevices(kind, devices);
}

/** By name; of several with one name, only the ids say which. */
export function offerDevices(
  kind: 'input' | 'output',
  devices: readonly { id: number; name: string }[],
): Offer[] {
  return devices.map(({ id, name }) =>
    devices.some((other) => other.id !== id && other.name === name)
      ? { word: String(id), what: name }
      : { word: name, what: `${kind} ${id}` },
  );
}

/**
 * Ends the process without a word if it runs for so long. A driver that hangs has JavaScript's own thread, so that it
 * takes another one, and the end that waits for no thread.
 */
export function endProcessAfter(ms: number): void {
  const code = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${ms})`;
  new Worker(code, { eval: true }).unref();
}
