/**
 * A DW-8000 among the demo instruments: 64 programs that are called one by one before they are asked
 * for, and an acknowledgement of each that is written.
 *
 * It is on channel 1. What can be asked for and sent is the program in use; a write request puts it
 * into the memory, which is answered with "write completed".
 *
 * Source: Korg DW-8000 owner's manual, "MIDI implementation", system exclusive messages: 10 request, 40
 * dump (51 bytes), 11 write request, 21 write completed, 22 write error.
 */
import { SYSEX_END, SYSEX_START } from '../../../midi/status.js';
import { beginsWith, type DemoInstrument } from './demo-instrument.js';

const PROGRAMS = 64;
const PARAMETERS = 51;
/** Korg, format of channel 1, DW-8000. */
const HEAD = [SYSEX_START, 0x42, 0x30, 0x03] as const;
const LONGEST = HEAD.length + 1 + PARAMETERS + 1;

export function createDemoDw8000(): DemoInstrument {
  const memory = Array.from({ length: PROGRAMS }, (_, program) =>
    Uint8Array.from({ length: PARAMETERS }, (_, at) => (program * 7 + at * 3) % 32),
  );
  let inUse = memory[0]!;
  return {
    longest: LONGEST,
    select(channel, program) {
      const called = memory[program];
      if (channel === 0 && called !== undefined) inUse = called;
    },
    hear(message, say) {
      if (!beginsWith(message, HEAD)) return;
      const [what, ...body] = message.subarray(HEAD.length, -1);
      if (what === 0x10 && body.length === 0) {
        say(Uint8Array.of(...HEAD, 0x40, ...inUse, SYSEX_END));
      } else if (what === 0x40 && body.length === PARAMETERS) {
        inUse = Uint8Array.from(body);
      } else if (what === 0x11 && body.length === 1) {
        const isThere = body[0]! < PROGRAMS;
        if (isThere) memory[body[0]!] = inUse;
        say(Uint8Array.of(...HEAD, isThere ? 0x21 : 0x22, SYSEX_END));
      }
    },
  };
}
