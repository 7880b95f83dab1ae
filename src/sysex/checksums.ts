/** The arithmetic of checksums, and what a check can answer. */

/**
 * `wrong` is said only where the format leaves no doubt that the byte is a checksum and how it is
 * made; everything else that does not fit is `unknown`.
 */
export type ChecksumVerdict = 'right' | 'wrong' | 'unknown';

/** What is known of the messages behind one id. */
export interface SysexFormat {
  /**
   * What a message is: `DX7 bulk dump, 32 voices`; undefined if that is not known.
   *
   * @param sysex - from its F0 on; it may be broken
   */
  describe(sysex: Uint8Array): string | undefined;
  /** @param sysex - at least 4 bytes, F0 to F7, with nothing but data bytes between */
  verify(sysex: Uint8Array): ChecksumVerdict;
}

/** Sum of the bytes from `from` up to, not including, `to`, modulo 128. */
export function sumOf(bytes: Uint8Array, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum = (sum + bytes[i]!) & 0x7f;
  return sum;
}

/** Exclusive-or of the bytes from `from` up to, not including, `to`, modulo 128. */
export function xorOf(bytes: Uint8Array, from: number, to: number): number {
  let xor = 0;
  for (let i = from; i < to; i++) xor ^= bytes[i]!;
  return xor & 0x7f;
}

export function verdict(isRight: boolean): ChecksumVerdict {
  return isRight ? 'right' : 'wrong';
}
