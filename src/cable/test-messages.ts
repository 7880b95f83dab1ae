/** What is sent through a line to try it: messages that change as little as can be in an instrument behind it. */
import { SYSEX_END, SYSEX_START } from '../midi/status.js';

/** The id of sysex that belongs to nobody: instruments pass over it. */
const NON_COMMERCIAL = 0x7d;

/** How data bytes follow each other: numbers in order, the runs that break weak hardware, and noise. */
export const PATTERNS = {
  counting: (index: number) => index & 0x7f,
  zeros: () => 0,
  ones: () => 0x7f,
  alternating: (index: number) => (index & 1) * 0x7f,
  noise: (index: number) => (Math.imul(index + 1, 0x9e37_79b1) >>> 25) & 0x7f,
} as const;

export type Pattern = keyof typeof PATTERNS;

/** Around the sizes of buffers and of USB packets; the F7 at each place of those. */
export const SMALL_SIZES = [
  6, 7, 8, 9, 10, 11, 12, 13, 14, 63, 64, 65, 127, 128, 129, 255, 256, 257,
];
export const LARGE_SIZES = [511, 512, 513, 1023, 1024, 1025, 4096, 16_384, 65_536];
const BURST_COUNT = 64;
const BURST_SIZE = 13;

/** @param size - bytes with F0 and F7, at least 3 */
export function testSysex(size: number, pattern: Pattern = 'counting'): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let index = 0; index < size; index++) bytes[index] = PATTERNS[pattern](index);
  bytes[0] = SYSEX_START;
  bytes[1] = NON_COMMERCIAL;
  bytes[size - 1] = SYSEX_END;
  return bytes;
}

/** A note-off for a key that nobody holds, one of 16,384 that can be told apart. */
export function mark(channel: number, number: number): number {
  return 0x80 | channel | ((number & 0x7f) << 8) | (((number >>> 7) & 0x7f) << 16);
}

/**
 * A message of each status, on each channel; notes that begin end again. Active sensing, after which an instrument
 * falls silent when no more comes, is the last; reset is left out, for an instrument may take it for a new start.
 */
export function everyStatus(): number[] {
  const channels = Array.from({ length: 16 }, (_, channel) => channel);
  const ofChannels = channels.flatMap((channel) =>
    [0x01_3c90, 0x10_3ca0, 0x40_3c80, 0x00_03b0, 0x00c0, 0x00d0, 0x40_00e0].map(
      (packed) => packed | channel,
    ),
  );
  const ofSystem = [0xf1, 0xf2, 0xf3, 0xf6, 0xf8, 0xfa, 0xfb, 0xfc, 0xfe];
  return [...ofChannels, ...ofSystem];
}

/** Small sysex that can be told apart, of lengths with each remainder of 3. */
export function burst(): Uint8Array[] {
  return Array.from({ length: BURST_COUNT }, (_, index) => {
    const bytes = testSysex(BURST_SIZE + (index % 3));
    bytes[2] = index;
    return bytes;
  });
}
