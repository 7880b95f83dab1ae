/** Opening an output without waiting for ever for its driver. */

import { OPEN_LIMIT_MS } from '../capture/input-open.js';
import type { Clock } from '../midi/clock.js';
import { waitAtMost } from '../winmm/calls/bounded-wait.js';
import { hungDriver } from '../winmm/calls/hung-driver.js';
import { MMSYSERR_NOERROR } from '../winmm/constants.js';
import { check } from '../winmm/mmresult.js';
import type { MidiHandle, OpenAnswer, WinMm } from '../winmm/winmm.js';
import { OutputMemory } from './output-memory.js';

export interface OpenedOutput {
  handle: MidiHandle;
  /** Its ring is where MOM_DONE arrives. Whoever closes the handle retires it. */
  memory: OutputMemory;
}

/**
 * @param deviceId - midiOut… id
 * @param name - the device's, for messages
 * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not answer
 */
export async function openOutput(
  winmm: WinMm,
  clock: Clock,
  deviceId: number,
  name: string,
): Promise<OpenedOutput> {
  const memory = OutputMemory.take(winmm.memory, clock.nowMs());
  // Some stacks enumerate lazily and know no device before this call.
  winmm.midiOutGetNumDevs();
  const opening = winmm.midiOutOpen(deviceId, memory.ring);
  const opened = await waitAtMost(clock, opening, OPEN_LIMIT_MS);
  if (!opened.done) {
    undoLateOpen(winmm, clock, opening, memory).catch(() => {});
    throw hungDriver('midiOutOpen did not return', OPEN_LIMIT_MS, name);
  }
  const { result, handle } = opened.value;
  if (result !== MMSYSERR_NOERROR) memory.retire(clock.nowMs());
  check('midiOutOpen', result, name);
  return { handle, memory };
}

/** A driver that opens after all, when nobody waits any more: nothing stays open. The memory is left to it until then. */
async function undoLateOpen(
  winmm: WinMm,
  clock: Clock,
  opening: Promise<OpenAnswer>,
  memory: OutputMemory,
): Promise<void> {
  const { result, handle } = await opening;
  const isOpen = result === MMSYSERR_NOERROR;
  if (!isOpen || (await winmm.midiOutClose(handle)) === MMSYSERR_NOERROR) {
    memory.retire(clock.nowMs());
  }
}
