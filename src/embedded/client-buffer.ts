/** A client's MIDIHDR and the data that it points to, as a driver finds them behind a pointer. */
import {
  MHDR_INQUEUE,
  MHDR_PREPARED,
  MIDIERR_STILLPLAYING,
  MIDIERR_UNPREPARED,
  MMSYSERR_INVALPARAM,
} from '../winmm/constants.js';
import type { Address } from '../winmm/memory.js';
import { MIDIHDR_SIZE, MidiHdr } from '../winmm/structures.js';
import type { Mmresult } from '../winmm/winmm.js';
import type { DriverHost } from './user-mode-driver.js';

/** A MIDIHDR together with its data. Both are views of the client's memory and become empty when it is freed. */
export interface ClientBuffer {
  readonly header: MidiHdr;
  /** The dwBufferLength bytes at lpData. */
  readonly data: Uint8Array;
}

/** The MIDIHDR at `address`; undefined if the pointer is bad or `byteLength` is too small for one. */
export function resolveMidiHdr(
  host: Pick<DriverHost, 'resolve'>,
  address: Address,
  byteLength: number = MIDIHDR_SIZE,
): MidiHdr | undefined {
  if (byteLength < MIDIHDR_SIZE) return undefined;
  const bytes = host.resolve(address, MIDIHDR_SIZE);
  return bytes === undefined ? undefined : new MidiHdr(bytes);
}

/** The MIDIHDR at `address` and its data; undefined if either pointer is bad or there is no data. */
export function resolveClientBuffer(
  host: Pick<DriverHost, 'resolve'>,
  address: Address,
  byteLength: number = MIDIHDR_SIZE,
): ClientBuffer | undefined {
  const header = resolveMidiHdr(host, address, byteLength);
  if (header === undefined || header.dwBufferLength === 0) return undefined;
  const data = host.resolve(header.lpData, header.dwBufferLength);
  return data === undefined ? undefined : { header, data };
}

/**
 * The buffer at `address`, if a driver may put it in its queue; else what it answers.
 *
 * Source: Windows NT DDK, MIDM_ADDBUFFER and MODM_LONGDATA. That a queued header is refused with
 * MIDIERR_STILLPLAYING stands under midiInAddBuffer in the Windows SDK.
 */
export function bufferToQueue(
  host: Pick<DriverHost, 'resolve'>,
  address: Address,
  byteLength: number,
): ClientBuffer | Mmresult {
  const header = resolveMidiHdr(host, address, byteLength);
  if (header === undefined) return MMSYSERR_INVALPARAM;
  // "If the MHDR_PREPARED flag in the dwFlags member of MIDIHDR is not set, the driver should
  // return MIDIERR_UNPREPARED."
  if ((header.dwFlags & MHDR_PREPARED) === 0) return MIDIERR_UNPREPARED;
  if ((header.dwFlags & MHDR_INQUEUE) !== 0) return MIDIERR_STILLPLAYING;
  return resolveClientBuffer(host, address, byteLength) ?? MMSYSERR_INVALPARAM;
}
