/**
 * The dumps of midirec's own demo synth: F0 7D 02, kind, number, 01, data, checksum, F7.
 *
 * Id 7D is anybody's: only the exact shape tells whose a message is.
 */
import { type SysexFormat, sumOf, verdict } from './checksums.js';

/** By kind of dump. */
const DUMPS: readonly (readonly [size: number, what: string])[] = [
  [155, '1 voice'],
  [4096, '32 voices'],
  [300_000, 'sample data'],
  [128, '1 voice of the bank'],
];

export const demoDump: SysexFormat = {
  describe(sysex) {
    const [, , command, kind = -1, , version] = sysex;
    const [size, what] = DUMPS[kind] ?? [];
    const isDump = size !== undefined && sysex.length === size + 8;
    return isDump && command === 0x02 && version === 0x01 ? `demo synth dump, ${what}` : undefined;
  },

  /** The data and the checksum sum to 0. */
  verify(sysex) {
    if (demoDump.describe(sysex) === undefined) return 'unknown';
    return verdict(sumOf(sysex, 6, sysex.length - 1) === 0);
  },
};
