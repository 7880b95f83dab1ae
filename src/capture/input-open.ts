/** Opening an input without waiting for ever for its driver. */
import type { Clock } from '../midi/clock.js';
import { waitAtMost } from '../winmm/calls/bounded-wait.js';
import { hungDriver } from '../winmm/calls/hung-driver.js';
import { MMSYSERR_NOERROR } from '../winmm/constants.js';
import { check } from '../winmm/mmresult.js';
import type { MidiHandle, OpenAnswer, WinMm } from '../winmm/winmm.js';
import type { InputMemory } from './buffers/input-memory.js';

/** How long a driver may take to open or to start before it counts as hung. */
export const OPEN_LIMIT_MS = 10_000;

/**
 * Opens a device whose callback writes into the ring of `memory`. Unless it answers with a
 * handle, the memory is taken care of: retired, or left to a driver that may still write to it.
 *
 * @throws MmresultError if the driver refuses; MidirecError TIMEOUT if it does not answer
 */
export async function openHandle(
  winmm: WinMm,
  clock: Clock,
  deviceId: number,
  name: string,
  memory: InputMemory,
): Promise<MidiHandle> {
  // Some stacks enumerate lazily and know no device before this call.
  winmm.midiInGetNumDevs();
  const opening = winmm.midiInOpen(deviceId, memory.ring);
  const opened = await waitAtMost(clock, opening, OPEN_LIMIT_MS);
  if (!opened.done) {
    undoLateOpen(winmm, clock, opening, memory).catch(() => {});
    throw hungDriver('midiInOpen did not return', OPEN_LIMIT_MS, name);
  }
  if (opened.value.result !== MMSYSERR_NOERROR) memory.retire(clock.nowMs());
  check('midiInOpen', opened.value.result, name);
  return opened.value.handle;
}

/** A driver that opens after all, when nobody waits any more: nothing stays open, no memory is lost. */
async function undoLateOpen(
  winmm: WinMm,
  clock: Clock,
  opening: Promise<OpenAnswer>,
  memory: InputMemory,
): Promise<void> {
  const { result, handle } = await opening;
  const isOpen = result === MMSYSERR_NOERROR;
  if (!isOpen || (await winmm.midiInClose(handle)) === MMSYSERR_NOERROR) {
    memory.retire(clock.nowMs());
  }
}
