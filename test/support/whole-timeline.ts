/** The time line of a file with all its rows in one batch. */
import type { SmfContent } from '../../src/files/smf/smf-content.js';
import { readTimeline, type SmfTimeline } from '../../src/files/smf/smf-timeline.js';
import { EventBatch } from '../../src/midi/event-batch.js';

/** @param longest - bytes of a sysex that is in its row as a whole */
export function wholeTimeline(
  smf: SmfContent,
  longest?: number,
): SmfTimeline & { events: EventBatch } {
  const timeline = readTimeline(smf, longest);
  const events = new EventBatch();
  for (const batch of timeline.batches) {
    for (let row = 0; row < batch.count; row++) events.addRow(batch, row, batch.timeMs[row]!);
  }
  return { ...timeline, events };
}
