/** A message of which a part is missing that can be told from the rest: its F7, or all that is around its data. */

import { SYSEX_END, SYSEX_START } from '../../midi/status.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import { withDx7Frame } from '../../sysex/yamaha.js';
import type { SyxMessages } from './syx-messages.js';

export interface MendedSysex {
  /** The whole message. */
  readonly bytes: Uint8Array;
  /** What the file has, where it has no message at all: `the 32 voices of a DX7 without their header`. */
  readonly what: string | undefined;
  /** What has been added. */
  readonly added: string;
}

/** The last message of a file with what it lacks, or undefined. */
export function mendSysex(messages: SyxMessages): MendedSysex | undefined {
  const { cutOff, count, onlyStray } = messages;
  if (cutOff !== undefined) return withEnd(cutOff, count === 0);
  const framed = onlyStray && withDx7Frame(onlyStray);
  if (!framed) return undefined;
  return { ...framed, added: 'header, checksum and F7' };
}

/**
 * A message that is cut off with an F7 at its end, or undefined. Whether it lacks that alone is told by its
 * checksum; where there is none, it is believed where no message is whole.
 *
 * @param bytes - from its F0 on
 * @param isNoneWhole - of the file that has it
 */
export function withEnd(bytes: Uint8Array, isNoneWhole: boolean): MendedSysex | undefined {
  if (bytes[0] !== SYSEX_START) return undefined;
  const whole = Buffer.concat([bytes, Uint8Array.of(SYSEX_END)]);
  const { checksum } = describeSysex(whole);
  const isBelieved = checksum === 'right' || (checksum === 'unknown' && isNoneWhole);
  return isBelieved ? { bytes: whole, what: undefined, added: 'an F7' } : undefined;
}
