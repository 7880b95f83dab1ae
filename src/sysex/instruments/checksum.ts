/** Whether the checksum of a message is the one that its maker defines. */
import type { KindEntry } from './entry.js';
import { unpack } from './packing.js';
import type { PatternMatch } from './pattern.js';

/**
 * `none`: the maker defines none. `unknown`: whether there is one, or how it is made, is not known
 * here.
 */
export type Judgement =
  | { verdict: 'right' | 'none' | 'unknown' }
  | { verdict: 'wrong'; expected: number; found: number };

/** @param match - of the kind's pattern in `message` */
export function judgeChecksum(
  kind: Pick<KindEntry, 'checksum' | 'packing'>,
  match: PatternMatch,
  message: Uint8Array,
): Judgement {
  const expected = checksumOf(kind, match, message);
  if (expected === undefined) return { verdict: kind.checksum === undefined ? 'unknown' : 'none' };
  const found = message[match.checksumAt!];
  return found === expected ? { verdict: 'right' } : { verdict: 'wrong', expected, found };
}

/** What the checksum has to be; undefined where there is none. */
export function checksumOf(
  { checksum, packing }: Pick<KindEntry, 'checksum' | 'packing'>,
  match: PatternMatch,
  message: Uint8Array,
): number | undefined {
  if (checksum === undefined || checksum.rule === 'none' || match.checksumAt === undefined) {
    return undefined;
  }
  const { from, to } = match.covered;
  const covered = message.subarray(from, to);
  const bytes = checksum.unpacked ? unpack(covered, packing ?? 'raw') : covered;
  let sum = checksum.initial ?? 0;
  if (checksum.rule === 'xor') for (const byte of bytes) sum ^= byte;
  else for (const byte of bytes) sum += byte;
  return (checksum.rule === 'complement' ? -sum : sum) & 0x7f;
}
