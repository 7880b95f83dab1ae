/** What counts as playing, for everything that begins or ends with it. */
import { EventKind } from './event-batch.js';
import { isRealtime, TIME_CODE } from './status.js';

/**
 * False for what machines send for as long as they are switched on, whether or not anybody plays:
 * clock, active sensing, time code; and for the recorder's own remarks.
 *
 * @param kind - one of EventKind
 * @param packed - the message, if it is a short one
 */
export function isPlayed(kind: number, packed: number): boolean {
  if (kind !== EventKind.SHORT) return kind !== EventKind.MARKER;
  const status = packed & 0xff;
  return !isRealtime(status) && status !== TIME_CODE;
}
