/** Events moved from the session's clock to a take's own. */
import { type EventBatch, EventKind } from '../midi/event-batch.js';

/**
 * Copies the rows from `from` to before `to`, `zeroMs` earlier; what would be before zero is put at zero.
 * Payloads are shared, since nobody writes to them.
 */
export function copyShifted(
  source: EventBatch,
  from: number,
  to: number,
  zeroMs: number,
  target: EventBatch,
): void {
  for (let row = from; row < to; row++) {
    const timeMs = Math.max(0, source.timeMs[row]! - zeroMs);
    const device = source.device[row]!;
    const kind = source.kind[row]!;
    if (kind === EventKind.SHORT) target.addShort(timeMs, device, source.packed[row]!);
    else target.addBytes(timeMs, device, kind, source.payload[row]!);
  }
}
