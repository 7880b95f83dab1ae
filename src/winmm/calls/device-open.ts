/** Opening a device without waiting for ever for its driver. */

import type { Clock } from '../../midi/clock.js';
import { reasonOf } from '../../midi/errors.js';
import { waitAtMost } from '../../midi/waiting.js';
import { MMSYSERR_ALLOCATED, MMSYSERR_ERROR, MMSYSERR_NOERROR } from '../constants.js';
import { MmresultError } from '../mmresult.js';
import type { DeviceKind, MidiHandle, OpenAnswer, WinMm } from '../winmm.js';
import type { DeviceMemory } from './device-memory.js';
import { hungDriver } from './hung-driver.js';

/** How long a driver may take to open or to start before it counts as hung. */
export const OPEN_LIMIT_MS = 10_000;

export interface DeviceToOpen {
  winmm: WinMm;
  clock: Clock;
  /** midiIn… or midiOut… device id, resolved right before: ids shift when devices come and go. */
  deviceId: number;
  /** The device's name, for messages. */
  name: string;
}

/**
 * Opens a device whose callback writes into the ring of `memory`. Unless it answers with a
 * handle, the memory is taken care of: retired, or left to a driver that may still write to it.
 *
 * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not answer
 */
export async function openDevice(
  kind: DeviceKind,
  device: DeviceToOpen,
  memory: DeviceMemory,
): Promise<MidiHandle> {
  const { winmm, clock, deviceId, name } = device;
  const opening = winmm[`${kind}Open`](deviceId, memory.ring);
  const opened = await waitAtMost(clock, opening, OPEN_LIMIT_MS);
  if (!opened.done) {
    undoLateOpen(kind, device, memory, opening).catch(() => {});
    throw hungDriver(`${kind}Open did not return`, OPEN_LIMIT_MS, name);
  }
  const { result, handle } = opened.value;
  if (result === MMSYSERR_NOERROR) return handle;
  memory.retire(clock.nowMs());
  const cause = result === MMSYSERR_ERROR ? winmm.systemError?.() : undefined;
  const holder = result === MMSYSERR_ALLOCATED ? winmm.holderOf?.(kind, name) : undefined;
  const why = cause === undefined ? holder : reasonOf(cause);
  throw new MmresultError(
    `${kind}Open`,
    result,
    why === undefined ? name : `${name}: ${why}`,
    cause,
  );
}

/** A driver that opens after all, when nobody waits any more: nothing stays open, no memory is lost. */
async function undoLateOpen(
  kind: DeviceKind,
  { winmm, clock }: DeviceToOpen,
  memory: DeviceMemory,
  opening: Promise<OpenAnswer>,
): Promise<void> {
  const { result, handle } = await opening;
  const isOpen = result === MMSYSERR_NOERROR;
  if (!isOpen || (await winmm[`${kind}Close`](handle)) === MMSYSERR_NOERROR) {
    memory.retire(clock.nowMs());
  }
}
