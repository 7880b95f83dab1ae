/** Opening an output without waiting for ever for its driver. */
import { waitAtMost } from '../capture/bounded-wait.js';
import { hungDriver } from '../capture/hung-driver.js';
import { OPEN_LIMIT_MS } from '../capture/input-open.js';
import type { Clock } from '../midi/clock.js';
import { CallbackRing } from '../winmm/callback-ring.js';
import { MMSYSERR_NOERROR } from '../winmm/constants.js';
import { check } from '../winmm/mmresult.js';
import type { MidiHandle, OpenAnswer, WinMm } from '../winmm/winmm.js';

/** MOM_DONE is as many messages as there are buffers in flight; the rest is for drivers that say it twice. */
const RING_SLOTS = 1024;

export interface OpenedOutput {
  handle: MidiHandle;
  /** Where MOM_DONE arrives. Its memory belongs to whoever closes the handle. */
  ring: CallbackRing;
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
  const block = winmm.memory.allocate(CallbackRing.byteLength(RING_SLOTS));
  const ring = new CallbackRing(block, RING_SLOTS);
  // Some stacks enumerate lazily and know no device before this call.
  winmm.midiOutGetNumDevs();
  const opening = winmm.midiOutOpen(deviceId, ring);
  const opened = await waitAtMost(clock, opening, OPEN_LIMIT_MS);
  if (!opened.done) {
    undoLateOpen(winmm, opening, ring).catch(() => {});
    throw hungDriver('midiOutOpen did not return', OPEN_LIMIT_MS, name);
  }
  const { result, handle } = opened.value;
  if (result !== MMSYSERR_NOERROR) winmm.memory.free(block);
  check('midiOutOpen', result, name);
  return { handle, ring };
}

/** A driver that opens after all, when nobody waits any more: nothing stays open. The ring is left to it until then. */
async function undoLateOpen(
  winmm: WinMm,
  opening: Promise<OpenAnswer>,
  ring: CallbackRing,
): Promise<void> {
  const { result, handle } = await opening;
  const isOpen = result === MMSYSERR_NOERROR;
  if (!isOpen || (await winmm.midiOutClose(handle)) === MMSYSERR_NOERROR) {
    winmm.memory.free(ring.block);
  }
}
