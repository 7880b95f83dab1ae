/** Several inputs' events in one order. */
import type { EventBatch } from '../../midi/event-batch.js';

/**
 * Moves events from `sources`, each in order of time, into `target`, in order of time; events of
 * the same millisecond in order of the callbacks' own stamps. Only events before `untilMs` are
 * moved: for later ones another input may still have something earlier. What is left stays, at the
 * front of its batch.
 *
 * @param fromMs - the time of the last event moved before; one that turns up late gets this time
 */
export function mergeBatches(
  sources: EventBatch[],
  target: EventBatch,
  untilMs: number,
  fromMs = Number.NEGATIVE_INFINITY,
): void {
  const positions = sources.map(() => 0);
  for (;;) {
    const next = findEarliest(sources, positions, untilMs);
    if (next < 0) break;
    const source = sources[next]!;
    const row = positions[next]!++;
    target.addRow(source, row, Math.max(fromMs, source.timeMs[row]!), source.stampMs[row]!);
  }
  sources.forEach((source, index) => {
    const moved = positions[index]!;
    source.keepRows(0, (row) => row >= moved);
  });
}

function findEarliest(sources: EventBatch[], positions: number[], untilMs: number): number {
  let earliest = -1;
  let timeMs = untilMs;
  let stampMs = Number.POSITIVE_INFINITY;
  for (let index = 0; index < sources.length; index++) {
    const source = sources[index]!;
    const row = positions[index]!;
    if (row >= source.count) continue;
    const rowMs = source.timeMs[row]!;
    if (rowMs < timeMs || (rowMs === timeMs && earliest >= 0 && source.stampMs[row]! < stampMs)) {
      earliest = index;
      timeMs = rowMs;
      stampMs = source.stampMs[row]!;
    }
  }
  return earliest;
}
