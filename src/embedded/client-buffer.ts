/** A client's MIDIHDR and the data that it points to, as a driver finds them behind a pointer. */
import type { Address } from '../winmm/memory.js';
import { MIDIHDR_SIZE, MidiHdr } from '../winmm/structures.js';
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
