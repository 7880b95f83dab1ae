/** What counts as playing, for everything that begins or ends with it. */
import { isPedal, SWITCH_ON } from './controller-names.js';
import { EventKind } from './event-batch.js';
import { CONTROL_CHANGE, isNoteOff, isRealtime, TIME_CODE } from './status.js';

/** Silence before the first note of what is cut out of longer playing. */
export const LEAD_IN_MS = 500;
/** What is left of the silence behind it. */
export const TAIL_MS = 2000;
/**
 * After this long a key or pedal that nobody has let go of is stuck: it does not keep silence away any more. Of a
 * key, a file tells whether somebody will.
 */
export const STUCK_LIMIT_MS = 10 * 60_000;

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

/** Whether a short message lets go of a key or lifts a pedal. */
export function isRelease(packed: number): boolean {
  if ((packed & 0xf0) !== CONTROL_CHANGE) return isNoteOff(packed);
  return isPedal((packed >>> 8) & 0x7f) && ((packed >>> 16) & 0x7f) < SWITCH_ON;
}

/**
 * Whether something is played and not only ended: a key or a button that is let go of and a pedal on its
 * way, up or down, are no music by themselves.
 */
export function isBegun(kind: number, packed: number): boolean {
  if (kind !== EventKind.SHORT || !isPlayed(kind, packed)) return isPlayed(kind, packed);
  if ((packed & 0xf0) !== CONTROL_CHANGE) return !isNoteOff(packed);
  return ((packed >>> 16) & 0x7f) > 0 && !isPedal((packed >>> 8) & 0x7f);
}
