/** A message of which a part is missing that can be told from the rest: its F7, or all that is around its data. */

import { SYSEX_END } from '../../midi/status.js';
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

/**
 * The last message of a file with what it lacks, or undefined. Whether a message that is cut off lacks its F7
 * alone is told by its checksum; where there is none, it is believed of a message that is alone in its file.
 */
export function mendSysex(messages: SyxMessages): MendedSysex | undefined {
  const { cutOff, count, onlyStray } = messages;
  if (cutOff !== undefined) {
    const bytes = Buffer.concat([cutOff, Uint8Array.of(SYSEX_END)]);
    const { checksum } = describeSysex(bytes);
    const isWhole = checksum === 'right' || (checksum === 'unknown' && count === 0);
    return isWhole ? { bytes, what: undefined, added: 'an F7' } : undefined;
  }
  const framed = onlyStray && withDx7Frame(onlyStray);
  if (!framed) return undefined;
  return { ...framed, added: 'header, checksum and F7' };
}
