/** What has become of each patch between two dumps: the same, renamed, changed, moved, gone or new. */
import type { Patch } from '../patches.js';

/** A patch, or a message in which none is known. */
export type Compared = Pick<Patch, 'number' | 'name' | 'data' | 'nameEntry' | 'hasNoPlace'>;

export type Difference =
  /** Nothing but the name is another one. */
  | { kind: 'renamed'; number: string; from: string; to: string }
  /** `firstByte` to `lastByte` of its data, counted from 1, hold what differs; `to` where its name does, too. */
  | {
      kind: 'changed';
      number: string;
      name: string | undefined;
      to?: string | undefined;
      firstByte: number;
      lastByte: number;
    }
  /** From one number to another, as it was. */
  | { kind: 'moved'; name: string | undefined; from: string; to: string }
  | { kind: 'removed' | 'added'; number: string; name: string | undefined };

export interface Comparison {
  same: number;
  /** In the order of the numbers before; those that are new at the end. */
  differences: Difference[];
}

/**
 * Compares patches of one kind. A number that comes several times, as in a row of dumps of an edit buffer,
 * is the same patch by its place in the row. One without a place is the same wherever its data are found.
 */
export function compare(before: readonly Compared[], after: readonly Compared[]): Comparison {
  const later = byPlace(after);
  const found = new Map<string, Difference>();
  const left = new Map<string, Compared>();
  let same = 0;
  for (const [place, patch] of byPlace(before)) {
    const other = later.get(place);
    if (other === undefined || !isEqual(patch.data, other.data)) left.set(place, patch);
    else {
      same++;
      later.delete(place);
    }
  }
  const elsewhere = new Map<string, string[]>();
  for (const [place, { data }] of later) {
    const key = keyOf(data);
    const places = elsewhere.get(key);
    if (places === undefined) elsewhere.set(key, [place]);
    else places.push(place);
  }
  for (const [place, { number, name, data, hasNoPlace }] of left) {
    const there = elsewhere.get(keyOf(data))?.shift();
    if (there === undefined) continue;
    const other = later.get(there)!;
    later.delete(there);
    if (!hasNoPlace && !other.hasNoPlace) {
      found.set(place, { kind: 'moved', name, from: number, to: other.number });
    } else {
      same++;
      left.delete(place);
    }
  }
  for (const [place, patch] of left) {
    if (found.has(place)) continue;
    const { number, name } = patch;
    const other = later.get(place);
    later.delete(place);
    found.set(
      place,
      other === undefined ? { kind: 'removed', number, name } : differenceOf(patch, other),
    );
  }
  // What was moved is found before what was overwritten: the order of the numbers is that of `left`.
  const differences = [...left.keys()].map((place) => found.get(place)!);
  for (const { number, name } of later.values()) {
    differences.push({ kind: 'added', number, name });
  }
  return { same, differences };
}

/** Two patches of one number whose data differ. */
function differenceOf(patch: Compared, other: Compared): Difference {
  const { number, name, data, nameEntry } = patch;
  const isName = (at: number) => {
    const { at: from = 0, length = 0, step = 1 } = nameEntry ?? {};
    return at >= from && at < from + length * step && (at - from) % step === 0;
  };
  let firstByte = 0;
  let lastByte = 0;
  for (let at = 0; at < Math.max(data.length, other.data.length); at++) {
    if (data[at] === other.data[at] || isName(at)) continue;
    if (firstByte === 0) firstByte = at + 1;
    lastByte = at + 1;
  }
  if (firstByte === 0) {
    return { kind: 'renamed', number, from: name ?? '', to: other.name ?? '' };
  }
  const isRenamed = other.name !== name;
  return {
    kind: 'changed',
    number,
    name,
    ...(isRenamed && { to: other.name }),
    firstByte,
    lastByte,
  };
}

/** By number, and which of that number it is. */
function byPlace(patches: readonly Compared[]): Map<string, Compared> {
  const counts = new Map<string, number>();
  return new Map(
    patches.map((patch) => {
      const number = patch.hasNoPlace ? '' : patch.number;
      const count = counts.get(number) ?? 0;
      counts.set(number, count + 1);
      return [`${number}/${count}`, patch];
    }),
  );
}

function keyOf(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1');
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
