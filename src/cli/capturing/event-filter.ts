/** Leaving out what was not asked for. Times are never touched: a filtered take keeps its rhythm. */
import { type EventBatch, EventKind } from '../../midi/event-batch.js';
import { isChannelMessage } from '../../midi/status.js';

export interface FilterOptions {
  /** Bit 0 is channel 1. Messages without a channel always pass. */
  channelMask: number;
  keepSysex: boolean;
}

export const ALL_CHANNELS = 0xffff;

/** Removes from `batch`, in place, what does not pass. */
export function filterBatch(batch: EventBatch, options: FilterOptions): void {
  if (options.channelMask === ALL_CHANNELS && options.keepSysex) return;
  const { kind, packed } = batch;
  batch.keepRows(0, (row) => passes(kind[row]!, packed[row]!, options));
}

function passes(kind: number, packed: number, options: FilterOptions): boolean {
  if (kind === EventKind.SHORT) {
    return (
      !isChannelMessage(packed & 0xff) || ((options.channelMask >>> (packed & 0x0f)) & 1) === 1
    );
  }
  return options.keepSysex || kind === EventKind.MARKER;
}
