/** What became of a sysex between two ends of a line: whole, or what is wrong with it. */
import { SYSEX_END, SYSEX_START } from '../midi/status.js';

/**
 * `overtaken`: whole, but what was sent after it came first. `seams`: F7 F0 stands inside it, so that
 * it came as several. `no-end`: only the F7 is missing. `cut`: what comes after some byte is missing.
 * `missing`, `extra`: bytes in the midst. `doubled`: it came more than once, or each byte did.
 */
export type Fault =
  | 'overtaken'
  | 'seams'
  | 'no-end'
  | 'cut'
  | 'missing'
  | 'extra'
  | 'doubled'
  | 'changed'
  | 'nothing';

export interface Outcome {
  /** Undefined if it came as it was sent. */
  readonly fault: Fault | undefined;
  /** Bytes that are missing, too many, or others; of `seams` how many there are. */
  readonly count: number;
  /** The first byte that is wrong, counted from 0. */
  readonly at: number;
}

/**
 * @param sent - F0 to F7
 * @param arrived - all sysex that came, whole or broken, in order
 */
export function compareSysex(sent: Uint8Array, arrived: readonly Uint8Array[]): Outcome {
  const whole = Buffer.from(sent);
  if (arrived.length === 0) return { fault: 'nothing', count: sent.length, at: 0 };
  const isEqual = (bytes: Uint8Array) => whole.equals(bytes);
  if (arrived.every(isEqual)) {
    const others = (arrived.length - 1) * sent.length;
    return { fault: others === 0 ? undefined : 'doubled', count: others, at: sent.length };
  }
  const all = Buffer.concat(arrived);
  const seamless = Buffer.concat(
    arrived.map((bytes, index) => withoutSeams(bytes, index, arrived)),
  );
  const seams = arrived.length - 1;
  if (seams > 0 && whole.equals(seamless)) {
    return { fault: 'seams', count: seams, at: arrived[0]!.length - 1 };
  }
  const at = firstDifference(sent, all);
  const count = Math.abs(sent.length - all.length);
  if (all.length === sent.length) {
    return {
      fault: 'changed',
      count: sent.filter((byte, index) => byte !== all[index]).length,
      at,
    };
  }
  if (all.length > sent.length) {
    const isTwice =
      all.length === sent.length * 2 && sent.every((byte, index) => byte === all[index * 2]);
    if (isTwice) return { fault: 'doubled', count, at };
    return { fault: isPartOf(sent, all) ? 'extra' : 'changed', count, at };
  }
  if (at === sent.length - 1) return { fault: 'no-end', count, at };
  // In a run of equal bytes nobody can tell which of them is missing.
  const isEnded = all[at] === SYSEX_END && sent[at] !== sent[at - 1];
  if (at === all.length || (at === all.length - 1 && isEnded)) return { fault: 'cut', count, at };
  return { fault: isPartOf(all, sent) ? 'missing' : 'changed', count, at };
}

/** A piece of a sysex without the F7 and F0 by which the line has made a message of it. */
function withoutSeams(
  bytes: Uint8Array,
  index: number,
  { length }: readonly Uint8Array[],
): Uint8Array {
  const from = index > 0 && bytes[0] === SYSEX_START ? 1 : 0;
  const to = index < length - 1 && bytes.at(-1) === SYSEX_END ? -1 : bytes.length;
  return bytes.subarray(from, to);
}

function firstDifference(one: Uint8Array, other: Uint8Array): number {
  const at = one.findIndex((byte, index) => byte !== other[index]);
  return at < 0 ? one.length : at;
}

/** Whether `whole` has all bytes of `part`, in their order. */
function isPartOf(part: Uint8Array, whole: Uint8Array): boolean {
  let found = 0;
  for (const byte of whole) if (byte === part[found]) found++;
  return found === part.length;
}
