/** Taking rows out of a batch of events. */
import type { EventBatch } from './event-batch.js';

/**
 * Removes from `batch`, in place, the rows from `from` on that `keeps` does not want. Times are never touched.
 *
 * @returns how many rows were removed
 */
export function keepRows(batch: EventBatch, from: number, keeps: (row: number) => boolean): number {
  const { timeMs, stampMs, kind, device, packed, payload, count } = batch;
  let kept = from;
  for (let row = from; row < count; row++) {
    if (!keeps(row)) continue;
    if (kept !== row) {
      timeMs[kept] = timeMs[row]!;
      stampMs[kept] = stampMs[row]!;
      kind[kept] = kind[row]!;
      device[kept] = device[row]!;
      packed[kept] = packed[row]!;
      if (payload.length > 0) payload[kept] = payload[row];
    }
    kept++;
  }
  batch.count = kept;
  return count - kept;
}
