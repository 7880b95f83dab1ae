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

type Summed = Pick<KindEntry, 'checksum' | 'packing'>;

/** @param match - of the kind's pattern in `message` */
export function judgeChecksum(kind: Summed, match: PatternMatch, message: Uint8Array): Judgement {
  const { checksum } = kind;
  if (checksum === undefined) return { verdict: 'unknown' };
  if (checksum.rule === 'none') return { verdict: 'none' };
  for (const { at, expected } of rightChecksums(kind, match, message)) {
    const found = message[at]!;
    if (found !== expected) return { verdict: 'wrong', at, expected, found };
  }
  return { verdict: 'right' };
}

/** Which checksum belongs where; none where the maker defines none, or none is known. */
export function rightChecksums(
  { checksum, packing = 'raw' }: Summed,
  match: PatternMatch,
  message: Uint8Array,
): { at: number; expected: number }[] {
  if (checksum === undefined) return [];
  return checkedParts(checksum, match).map(({ from, to, at }) => ({
    at,
    expected: checksumOf(message.subarray(from, to), checksum, packing),
  }));
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
