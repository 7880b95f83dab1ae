/** What a sysex message is, by the table of instruments where that knows it, and else by what its maker has in common. */
import { SYSEX_END } from '../../midi/status.js';
import { describeSysex, type SysexDescription, verifyChecksum } from '../sysex-identification.js';
import { identify, isIdentityReply } from './identity.js';
import type { InstrumentTable } from './table.js';

export interface JudgedSysex extends Omit<SysexDescription, 'checksum'> {
  checksum: SysexDescription['checksum'] | 'none';
  /** The checksum that would have been right, where the table says that it is wrong. */
  expected?: number;
}

/** @param bytes - as for describeSysex */
export function describeByTable(bytes: Uint8Array, table: InstrumentTable): JudgedSysex {
  const recognised = table.recognise(bytes);
  if (recognised === undefined) {
    const description = describeSysex(bytes);
    return { ...description, ...likeness(bytes, description, table) };
  }
  const { instrument, kind, checksum } = recognised;
  // What was only read in a manual is not enough to call a dump wrong.
  const verdict = checksum.verdict === 'wrong' && !instrument.tried ? 'unknown' : checksum.verdict;
  const common = verdict === 'right' ? 'unknown' : verifyChecksum(bytes);
  return {
    manufacturer: instrument.maker,
    what: `${instrument.name}, ${kind.name}`,
    length: bytes.length,
    checksum: common === 'unknown' ? verdict : common,
    ...(checksum.verdict === 'wrong' && instrument.tried && { expected: checksum.expected }),
  };
}

/** `: "BRASS 1"`, of a bank the first and the last; empty where no names are known. */
export function namesIn(message: Uint8Array, table: Pick<InstrumentTable, 'recognise'>): string {
  const { patches = [] } = table.recognise(message) ?? {};
  const names = patches.flatMap(({ name }) => (name === undefined ? [] : [`"${name.trim()}"`]));
  if (names.length === 0) return '';
  return names.length === 1 ? `: ${names[0]}` : `: ${names[0]} to ${names.at(-1)}`;
}

/** What an identity reply comes from, or what kind of message one is like that is too short or too long for it. */
function likeness(
  bytes: Uint8Array,
  { what }: SysexDescription,
  table: InstrumentTable,
): Partial<JudgedSysex> {
  if (isIdentityReply(bytes)) {
    const { instrument } = identify(bytes, table.instruments) ?? {};
    if (instrument === undefined) return {};
    return { what: `${what} (${[instrument.name, ...(instrument.also ?? [])].join(' or ')})` };
  }
  const misfit = bytes.at(-1) === SYSEX_END ? table.misfit(bytes) : undefined;
  if (misfit === undefined) return {};
  const { instrument, kind, missing } = misfit;
  const count = Math.abs(missing);
  const bytesText = `${count} byte${count === 1 ? '' : 's'} too ${missing > 0 ? 'short' : 'long'}`;
  return { what: `like ${instrument.name}, ${kind.name}, but ${bytesText}` };
}
