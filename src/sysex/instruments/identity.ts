/** Which instruments an identity reply may be of: MIDI 1.0 Detailed Specification 4.2, "Inquiry Messages". */
import { formatHex } from '../../midi/hex.js';
import { UNIVERSAL_NON_REALTIME_ID } from '../manufacturers.js';
import type { Instrument } from './table.js';

export interface Identified {
  instrument: Instrument;
  /** The device number, as the panel shows it; undefined where its messages carry none. */
  deviceNumber: number | undefined;
}

/** Everybody: who are you? */
export const IDENTITY_REQUEST = Uint8Array.of(0xf0, UNIVERSAL_NON_REALTIME_ID, 0x7f, 6, 1, 0xf7);

export function isIdentityReply(sysex: Uint8Array): boolean {
  const [, id, , general, reply] = sysex;
  return id === UNIVERSAL_NON_REALTIME_ID && general === 0x06 && reply === 0x02;
}

/** @returns undefined if the table does not know it */
export function identify(
  reply: Uint8Array,
  instruments: readonly Instrument[],
): Identified | undefined {
  const number = reply[2] ?? 0;
  const makerLength = reply[5] === 0 ? 3 : 1;
  const bytes = formatHex(reply.subarray(5, 9 + makerLength))
    .toUpperCase()
    .split(' ');
  const maker = bytes.slice(0, makerLength).join(' ');
  const codes = bytes.slice(makerLength);
  const instrument = instruments.find(
    ({ makerId, identity = [] }) =>
      makerId === maker &&
      identity.some((text) =>
        text.split(' ').every((byte, at) => byte === 'xx' || byte === codes[at]),
      ),
  );
  if (instrument === undefined) return undefined;
  const { deviceNumber } = instrument;
  const isIn = deviceNumber !== undefined && number <= deviceNumber.most;
  return { instrument, deviceNumber: isIn ? number + deviceNumber.shownFrom : undefined };
}
