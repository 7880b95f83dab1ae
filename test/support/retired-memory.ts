/** Memory that waits for another device, counted by taking it. */
import { DeviceMemory, QUIET_MS } from '../../src/winmm/calls/device-memory.js';
import type { CheckedMemory } from './checked-memory.js';

/**
 * How many pieces of memory wait: as many as can be had while nothing can be allocated. Afterwards
 * they wait as before.
 *
 * @param ringSlots - of the rings that drivers were told of
 * @param nowMs - on the clock of the devices
 */
export function countRetired(
  memory: CheckedMemory,
  ringSlots: Iterable<number>,
  nowMs: number,
): number {
  const { largestBlock } = memory;
  memory.largestBlock = -1;
  const taken: DeviceMemory[] = [];
  const takeAll = (slots: number, atMs: number): void => {
    try {
      for (;;) taken.push(DeviceMemory.take(memory, atMs, slots));
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
    }
  };
  for (const slots of ringSlots) {
    takeAll(slots, nowMs + QUIET_MS);
    // Those into which a driver has called back late are quiet again by then.
    takeAll(slots, nowMs + 2 * QUIET_MS);
  }
  memory.largestBlock = largestBlock;
  for (const each of taken) each.retire(nowMs);
  return taken.length;
}
