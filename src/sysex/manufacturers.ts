/** Whose sysex it is: finds the manufacturer's id at the head of a message and its name in the list. */

import { SYSEX_START } from '../midi/status.js';
import { MANUFACTURER_IDS } from './manufacturer-ids.js';

export interface Manufacturer {
  /** One byte, or three of which the first is 0; empty where there is no id, shorter where it is cut off. */
  id: number[];
  /** Undefined where the id is not in the list. */
  name: string | undefined;
}

/** The id byte for schools, research and one's own experiments; never on sale. */
export const NON_COMMERCIAL_ID = 0x7d;
/** The id byte of universal messages that may take their time. */
export const UNIVERSAL_NON_REALTIME_ID = 0x7e;
/** The id byte of universal messages that mean now. */
export const UNIVERSAL_REALTIME_ID = 0x7f;

const NAMES: ReadonlyMap<string, string> = new Map(MANUFACTURER_IDS);

/**
 * The manufacturer that a sysex names.
 *
 * @param sysex - a message from its F0 on, whole or broken; anything else has no manufacturer
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "System Exclusive Messages": an id is one byte, or
 * 00 and two more.
 */
export function manufacturerOf(sysex: Uint8Array): Manufacturer {
  if (sysex[0] !== SYSEX_START) return { id: [], name: undefined };
  return manufacturerAt(sysex, 1);
}

/** The manufacturer whose id begins at `offset`, wherever in a message that is. */
export function manufacturerAt(bytes: Uint8Array, offset: number): Manufacturer {
  const id: number[] = [];
  const length = bytes[offset] === 0 ? 3 : 1;
  for (const byte of bytes.subarray(offset, offset + length)) {
    if (byte > 0x7f) break;
    id.push(byte);
  }
  return { id, name: NAMES.get(idText(id)) };
}

/** The id as the list writes it: `41`, `00 20 29`. Empty for no id. */
export function idText(id: readonly number[]): string {
  return id.map((byte) => byte.toString(16).toUpperCase().padStart(2, '0')).join(' ');
}
