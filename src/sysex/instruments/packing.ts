/**
 * How eight-bit data goes through seven-bit sysex: what a table entry calls `packing`.
 *
 * Sources: Korg, "MIDI data format" of any manual since the M1 (7 in 8, high bits first, lowest bit
 * for the first byte); Elektron, "SysEx data format" (the same, highest bit for the first byte);
 * MIDI 1.0 Detailed Specification 4.2, "File Dump"; Moog Voyager, bank dump (one stream of bits, low ones first); Oberheim Matrix-6, Ensoniq ESQ-1, Yamaha FB-01
 * and Casio CZ manuals (nibbles).
 */

interface Codec {
  unpack(data: Uint8Array): Uint8Array;
  pack(data: Uint8Array): Uint8Array;
}

const CODECS = {
  raw: { unpack: (data) => data, pack: (data) => data },
  '7in8': sevens(0, (index) => index),
  '7in8-high-bit-first': sevens(0, (index) => 6 - index),
  '7in8-last': sevens(7, (index) => index),
  'bits-low-first': { unpack: (data) => regroup(data, 7, 8), pack: (data) => regroup(data, 8, 7) },
  'nibbles-low-first': nibbles(0),
  'nibbles-high-first': nibbles(1),
} satisfies Record<string, Codec>;

export type Packing = keyof typeof CODECS;

/**
 * The data as the instrument has them.
 *
 * @param data - as they stand in the message; an incomplete last group gives what is in it
 * @returns a view of the same bytes for `raw`, else new ones
 */
export function unpack(data: Uint8Array, packing: Packing): Uint8Array {
  return CODECS[packing].unpack(data);
}

/**
 * The data as they stand in a message: the reverse of {@link unpack}.
 *
 * @returns the same bytes for `raw`, else new ones
 */
export function pack(data: Uint8Array, packing: Packing): Uint8Array {
  return CODECS[packing].pack(data);
}

/** One stream of bits, the low one of each byte first; what is left at the end is filled up when packed, and dropped when not. */
function regroup(data: Uint8Array, from: 7 | 8, to: 7 | 8): Uint8Array {
  const bits = data.length * from;
  const grouped = new Uint8Array(to === 7 ? Math.ceil(bits / to) : Math.floor(bits / to));
  let held = 0;
  let holding = 0;
  let at = 0;
  for (const byte of data) {
    held |= byte << holding;
    holding += from;
    for (; holding >= to; holding -= to) {
      grouped[at++] = held & ((1 << to) - 1);
      held >>= to;
    }
  }
  if (at < grouped.length) grouped[at] = held;
  return grouped;
}

/** Halves of bytes. @param low - which of two has the low bits */
function nibbles(low: 0 | 1): Codec {
  return {
    unpack(data) {
      const bytes = new Uint8Array(data.length >> 1);
      for (let i = 0; i < bytes.length; i++) {
        bytes[i] = (data[2 * i + low] & 0x0f) | ((data[2 * i + 1 - low] & 0x0f) << 4);
      }
      return bytes;
    },
    pack: (data) =>
      Uint8Array.from(
        [...data].flatMap((byte) =>
          low === 0 ? [byte & 0x0f, byte >> 4] : [byte >> 4, byte & 0x0f],
        ),
      ),
  };
}

/** Groups of eight: seven low parts, and at `highAt` the byte that has their highest bits. */
function sevens(highAt: 0 | 7, bitOf: (index: number) => number): Codec {
  return {
    unpack(data) {
      const bits = Array.from({ length: 7 }, (_, index) => bitOf(index));
      const first = highAt === 0 ? 1 : 0;
      const rest = data.length % 8;
      const bytes = new Uint8Array((data.length >> 3) * 7 + Math.min(7, Math.max(0, rest - first)));
      for (let at = 0, group = 0; at < bytes.length; group += 8) {
        const high = data[group + highAt] ?? 0;
        for (let index = 0; index < 7 && at < bytes.length; index++) {
          bytes[at++] = data[group + first + index]! | (((high >> bits[index]!) & 1) << 7);
        }
      }
      return bytes;
    },
    pack(data) {
      const packed: number[] = [];
      for (let from = 0; from < data.length; from += 7) {
        const bytes = [...data.subarray(from, from + 7)];
        const high = bytes.reduce((bits, byte, index) => bits | ((byte >> 7) << bitOf(index)), 0);
        const lows = bytes.map((byte) => byte & 0x7f);
        packed.push(...(highAt === 0 ? [high, ...lows] : [...lows, high]));
      }
      return Uint8Array.from(packed);
    },
  };
}
