/** Tables of names, written as text that reads like a list and can be searched as one. */
import { formatHex } from '../midi/hex.js';

/** What bytes are called; the keys are as {@link bytesKey} makes them. */
export type NameTable = ReadonlyMap<string, string>;

/**
 * Reads a table.
 *
 * @param text - `41: Roland | 00 20 29: Focusrite / Novation`: bytes as upper-case hex, a colon, and
 *   their name; between two entries a bar or a new line
 */
export function readNameTable(text: string): NameTable {
  return new Map(
    text
      .trim()
      .split(/ \| |\n/)
      .map((entry) => entry.split(': ', 2) as [string, string]),
  );
}

/** Bytes as the tables write them: `00 20 29`. Empty for none. */
export function bytesKey(bytes: ArrayLike<number>): string {
  return formatHex(bytes).toUpperCase();
}
