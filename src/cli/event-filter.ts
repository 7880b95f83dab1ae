/** Leaving out what was not asked for. Times are never touched: a filtered take keeps its rhythm. */
import { type EventBatch, EventKind } from '../midi/event-batch.js';
import { isChannelMessage } from '../midi/status.js';

export interface FilterOptions {
  /** Bit 0 is channel 1. Messages without a channel always pass. */
  channelMask: number;
  keepSysex: boolean;
}

export const ALL_CHANNELS = 0xffff;

/** Removes from `batch`, in place, what does not pass. */
export function filterBatch(batch: EventBatch, options: FilterOptions): void {
  if (options.channelMask === ALL_CHANNELS && options.keepSysex) return;
  keepRows(batch, (kind, packed) => passes(kind, packed, options));
}

/** Removes from `batch`, in place, the rows that `keeps` does not want. */
export function keepRows(
  batch: EventBatch,
  keeps: (kind: number, packed: number) => boolean,
): void {
  const { timeMs, stampMs, kind, device, packed, payload, count } = batch;
  let kept = 0;
  for (let row = 0; row < count; row++) {
    if (!keeps(kind[row]!, packed[row]!)) continue;
    if (kept !== row) {
      timeMs[kept] = timeMs[row]!;
      stampMs[kept] = stampMs[row]!;
      kind[kept] = kind[row]!;
      device[kept] = device[row]!;
      packed[kept] = packed[row]!;
      payload[kept] = payload[row];
    }
    kept++;
  }
  batch.count = kept;
}

function passes(kind: number, packed: number, options: FilterOptions): boolean {
  if (kind === EventKind.SHORT) {
    return (
      !isChannelMessage(packed & 0xff) || ((options.channelMask >>> (packed & 0x0f)) & 1) === 1
    );
  }
  return options.keepSysex || kind === EventKind.MARKER;
}
