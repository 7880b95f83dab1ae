/** What counts as playing, for everything that begins or ends with it. */
import { EventKind } from './event-batch.js';
import { CONTROL_CHANGE, isNoteOff, isRealtime, TIME_CODE } from './status.js';

/** Foot switches: sustain, portamento, sostenuto, soft, legato, hold 2. */
const FIRST_PEDAL = 64;
const LAST_PEDAL = 69;
/** A pedal is down from here on. */
const PEDAL_DOWN = 64;

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
  if (isNoteOff(packed)) return true;
  const controller = (packed >>> 8) & 0x7f;
  const isPedal = controller >= FIRST_PEDAL && controller <= LAST_PEDAL;
  return (packed & 0xf0) === CONTROL_CHANGE && isPedal && ((packed >>> 16) & 0x7f) < PEDAL_DOWN;
}

/**
 * Whether a message is the end of something: a key or a button that is let go of, a pedal on its way.
 * These alone are no music.
 */
export function isLettingGo(kind: number, packed: number): boolean {
  if (kind !== EventKind.SHORT) return false;
  if ((packed & 0xf0) !== CONTROL_CHANGE) return isNoteOff(packed);
  const value = (packed >>> 16) & 0x7f;
  const controller = (packed >>> 8) & 0x7f;
  return value === 0 || (controller >= FIRST_PEDAL && controller <= LAST_PEDAL);
}
