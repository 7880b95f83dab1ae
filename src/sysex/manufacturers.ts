/** Whose sysex it is: finds the manufacturer's id in a message and its name in the list. */
import { MANUFACTURER_IDS } from './manufacturer-ids.js';
import { bytesKey, type NameTable, readNameTable } from './name-table.js';

export interface Manufacturer {
  /** One byte, or three of which the first is 0; empty where there is no id, shorter where it is cut off. */
  id: number[];
  /** `Roland`, or `manufacturer 00 7F 01` for an id that is not in the list. */
  name: string;
}

export const ROLAND_ID = 0x41;
export const YAMAHA_ID = 0x43;
/** The id byte for schools, research and one's own experiments; never on sale. */
export const NON_COMMERCIAL_ID = 0x7d;
/** The id byte of universal messages that may take their time. */
export const UNIVERSAL_NON_REALTIME_ID = 0x7e;
/** The id byte of universal messages that mean now. */
export const UNIVERSAL_REALTIME_ID = 0x7f;

/** Read when a name is asked for: most commands never do. */
let names: NameTable | undefined;

/**
 * The manufacturer whose id begins at `offset`: in a sysex, behind its F0.
 *
 * Source: MIDI 1.0 Detailed Specification 4.2, "System Exclusive Messages": an id is one byte, or
 * 00 and two more.
 */
export function manufacturerAt(bytes: Uint8Array, offset: number): Manufacturer {
  const id: number[] = [];
  const length = bytes[offset] === 0 ? 3 : 1;
  for (const byte of bytes.subarray(offset, offset + length)) {
    if (byte > 0x7f) break;
    id.push(byte);
  }
  names ??= readNameTable(MANUFACTURER_IDS);
  const key = bytesKey(id);
  return { id, name: names.get(key) ?? `manufacturer ${key}` };
}
