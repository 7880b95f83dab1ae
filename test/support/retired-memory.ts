/** Memory that waits for another device, counted by taking it. */
import { DeviceMemory, QUIET_MS } from '../../src/winmm/calls/device-memory.js';
import type { CheckedMemory } from './checked-memory.js';

/**
 * How many blocks of memory wait, rings and those of buffers: as many as can be had while nothing can
 * be allocated. Afterwards they wait as before.
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
  let blocks = 0;
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
  for (const each of taken) blocks += 1 + takeAllBlocks(each);
  memory.largestBlock = largestBlock;
  for (const each of taken) each.retire(nowMs);
  return blocks;
}

function takeAllBlocks(memory: DeviceMemory): number {
  for (let blocks = 0; ; blocks++) {
    try {
      memory.takeBlock(0);
    } catch {
      return blocks;
    }
  }
}
