/**
 * What an instrument's reply to a dump means to who sends it.
 *
 * Sources: MIDI 1.0 Detailed Specification 4.2, "Sample Dump Standard", generic handshaking
 * messages (F0 7E device 7C…7F packet F7); Roland exclusive messages of type IV, handshake.
 */

import { SYSEX_START } from '../midi/status.js';
import { UNIVERSAL_NON_REALTIME_ID } from '../sysex/manufacturers.js';
import { parseRolandHead } from '../sysex/roland.js';

/** `go-on` also for every reply that is not known to be another: something has answered. */
export type ReplyVerdict = 'go-on' | 'wait' | 'refused';

const WAIT = 0x7c;
const CANCEL = 0x7d;
const NAK = 0x7e;
const ROLAND_ERROR = 0x4e;
const ROLAND_REJECTION = 0x4f;

/** @param sysex - F0 to F7 */
export function judgeReply(sysex: Uint8Array): ReplyVerdict {
  if (sysex[0] === SYSEX_START && sysex[1] === UNIVERSAL_NON_REALTIME_ID) {
    const kind = sysex[3];
    if (kind === WAIT) return 'wait';
    return kind === NAK || kind === CANCEL ? 'refused' : 'go-on';
  }
  const command = parseRolandHead(sysex)?.command;
  return command === ROLAND_ERROR || command === ROLAND_REJECTION ? 'refused' : 'go-on';
}
