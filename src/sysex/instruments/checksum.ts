/** Whether the checksum of a message is the one that its maker defines. */
import type { ChecksumEntry, KindEntry } from './entry.js';
import { type Packing, unpack } from './packing.js';
import type { PatternMatch } from './pattern.js';

/**
 * `none`: the maker defines none. `unknown`: whether there is one, or how it is made, is not known
 * here.
 */
export type Judgement =
  | { verdict: 'right' | 'none' | 'unknown' }
  | { verdict: 'wrong'; at: number; expected: number; found: number };

/** @param match - of the kind's pattern in `message` */
export function judgeChecksum(
  { checksum, packing = 'raw' }: Pick<KindEntry, 'checksum' | 'packing'>,
  match: PatternMatch,
  message: Uint8Array,
): Judgement {
  if (checksum === undefined) return { verdict: 'unknown' };
  if (checksum.rule === 'none') return { verdict: 'none' };
  for (const { from, to, at } of checkedParts(checksum, match)) {
    const expected = checksumOf(message.subarray(from, to), checksum, packing);
    const found = message[at];
    if (found !== expected) return { verdict: 'wrong', at, expected, found };
  }
  return { verdict: 'right' };
}

/** What is summed, and where the sum stands. */
function checkedParts(
  { rule, block }: ChecksumEntry,
  { covered, checksumAt }: PatternMatch,
): { from: number; to: number; at: number }[] {
  if (rule === 'none') return [];
  if (block === undefined) {
    return checksumAt === undefined ? [] : [{ ...covered, at: checksumAt }];
  }
  const parts = [];
  for (let from = covered.from; from + block <= covered.to; from += block) {
    parts.push({ from, to: from + block - 1, at: from + block - 1 });
  }
  return parts;
}

function checksumOf(
  covered: Uint8Array,
  { rule, initial = 0, unpacked = false }: ChecksumEntry,
  packing: Packing,
): number {
  let sum = initial;
  for (const byte of unpacked ? unpack(covered, packing) : covered) {
    sum = rule === 'xor' ? sum ^ byte : sum + byte;
  }
  return (rule === 'complement' ? -sum : sum) & 0x7f;
}
