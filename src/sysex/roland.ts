/**
 * Roland's messages of type IV: F0 41 device, model, command, address, data, checksum, F7.
 *
 * Source: Roland, "Exclusive messages" of any owner's manual since 1985 (type IV, one-way and handshake).
 */
import { SYSEX_START } from '../midi/status.js';
import { type SysexFormat, sumOf, verdict } from './checksums.js';
import { ROLAND_ID } from './manufacturers.js';
import { bytesKey, readNameTable } from './name-table.js';

const COMMANDS = readNameTable(`
11: data request (RQ1) | 12: data set (DT1)
40: want to send data (WSD) | 41: request data (RQD) | 42: data (DAT) | 43: acknowledge (ACK)
45: end of data (EOD) | 4E: communication error (ERR) | 4F: rejection (RJC)
`);

/** Models whose id is beyond doubt; the others are named by their number. */
const MODELS = readNameTable(`
14: D-50 | 16: MT-32, D-10 or D-110 | 3D: JD-800 | 42: GS | 45: Sound Canvas display
57: JD-990 | 6A: JV-1080, JV-2080 or XP | 00 00 53: GR-55
`);

/** RQ1, DT1, and of the handshake WSD, RQD, DAT: those with an address, and so with a checksum. */
const WITH_CHECKSUM: readonly number[] = [0x11, 0x12, 0x40, 0x41, 0x42];

/** The head of a Roland message of type IV. */
export interface RolandHead {
  /** The model id: any number of leading zeros, then one byte that is not zero. */
  model: Uint8Array;
  command: number;
  /** Index of the first byte after the command. */
  bodyStart: number;
}

/**
 * Takes the head of a message apart: F0 41 device, model (1 to 5 bytes), command.
 *
 * Messages of Roland's first synthesizers (Juno-106, JX-8P) have an opcode of 30 and above in
 * place of the device id, and are none of these.
 *
 * @param sysex - any bytes
 * @returns undefined for messages of other types, and of other makers
 */
export function parseRolandHead(sysex: Uint8Array): RolandHead | undefined {
  const [start, maker, device = 0x80] = sysex;
  if (start !== SYSEX_START || maker !== ROLAND_ID) return undefined;
  if (device > 0x1f && device !== 0x7f) return undefined;
  let at = 3;
  while (at < 7 && sysex[at] === 0) at++;
  const [last = 0, command = 0x80] = sysex.subarray(at);
  if (last === 0 || last > 0x7f || command > 0x7f) return undefined;
  return { model: sysex.slice(3, at + 1), command, bodyStart: at + 2 };
}

export const roland: SysexFormat = {
  describe(sysex) {
    const head = parseRolandHead(sysex);
    if (head === undefined) return undefined;
    const command = COMMANDS.get(bytesKey([head.command]));
    if (command === undefined) return undefined;
    const number = bytesKey(head.model);
    const model = MODELS.get(number);
    return `${command}, model ${model === undefined ? number : `${number} (${model})`}`;
  },

  /**
   * The sum of address, data (or size) and checksum is 0 modulo 128; how long the address is does
   * not matter to it.
   */
  verify(sysex) {
    const head = parseRolandHead(sysex);
    if (head === undefined || !WITH_CHECKSUM.includes(head.command)) return 'unknown';
    const end = sysex.length - 1;
    // The shortest of them: an address of two bytes, one byte of data, the checksum.
    if (end - head.bodyStart < 4) return 'unknown';
    return verdict(sumOf(sysex, head.bodyStart, end) === 0);
  },
};
