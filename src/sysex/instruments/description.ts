/** What a sysex message is, by the table of instruments where that knows it, and else by what its maker has in common. */
import { describeSysex, type SysexDescription } from '../sysex-identification.js';
import type { InstrumentTable } from './table.js';

export interface JudgedSysex extends Omit<SysexDescription, 'checksum'> {
  checksum: SysexDescription['checksum'] | 'none';
  /** The checksum that would have been right, where the table says that it is wrong. */
  expected?: number;
}

/** @param bytes - as for describeSysex */
export function describeByTable(bytes: Uint8Array, table: InstrumentTable): JudgedSysex {
  const description = describeSysex(bytes);
  const recognised = table.recognise(bytes);
  if (recognised === undefined) return description;
  const { instrument, kind, checksum } = recognised;
  // What was only read in a manual is not enough to call a dump wrong.
  const verdict = checksum.verdict === 'wrong' && !instrument.tried ? 'unknown' : checksum.verdict;
  return {
    ...description,
    manufacturer: instrument.maker,
    what: `${instrument.name}, ${kind.name}`,
    checksum: description.checksum === 'unknown' ? verdict : description.checksum,
    ...(checksum.verdict === 'wrong' && instrument.tried && { expected: checksum.expected }),
  };
}
