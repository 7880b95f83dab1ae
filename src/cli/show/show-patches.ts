/** What the messages of a .syx file are by the table of instruments, and the names of the patches in them. */
import type { ChalkInstance } from 'chalk';
import { formatHex } from '../../midi/hex.js';
import { contentsOf } from '../../sysex/instruments/banks/contents.js';
import { describeByTable } from '../../sysex/instruments/description.js';
import { findNames } from '../../sysex/instruments/name-finder.js';
import type { Patch } from '../../sysex/instruments/patches.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { meaningOf } from '../capturing/message-text.js';
import { type Cell, Columns, layOut } from '../terminal/columns.js';
import { formatBytes, formatCount, formatCounted } from '../terminal/figures.js';

/** Patches of one kind, in the order of the file. */
export interface NamedPatches {
  /** `DX7`, `JV-1080, user patches`; undefined if no table knows the instrument. */
  model: string | undefined;
  /** What one is called: `voice`. */
  called: string;
  patches: Pick<Patch, 'number' | 'name'>[];
  /** True if nothing but their looks says that these are names. */
  isGuess: boolean;
}

/** What is alike in messages of which nothing else is known. */
export interface UnknownShape {
  count: number;
  /** The bytes with which all begin, in hex; of a message alone its first. */
  begins: string;
  /** In bytes, the most frequent first. */
  lengths: { length: number; count: number }[];
}

/** More bytes than these are not alike in a header. */
const MOST_COMMON = 8;
/** Lengths that a line names. */
const MOST_LENGTHS = 4;

type Messages = Iterable<{ bytes: Uint8Array }>;

/** How many messages have a wrong checksum. */
export function countWrong(messages: Messages, table: InstrumentTable): number {
  let count = 0;
  for (const { bytes } of messages) if (describeByTable(bytes, table).checksum === 'wrong') count++;
  return count;
}

/** In a few words: `DX7: 32 voices`; where no patches are known, the kind that most of its messages are of. */
export function summaryOf(messages: Messages, table: InstrumentTable): string {
  const { groups, others } = contentsOf(messages, table);
  const counts = new Map<string, number>();
  for (const { bytes } of groups.length > 0 ? [] : others) {
    const kind = meaningOf(describeByTable(bytes, table));
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const [most] = [...counts].sort(([, one], [, other]) => other - one);
  return [
    ...groups.map(
      ({ model, called, patches }) => `${model}: ${formatCounted(patches.length, called)}`,
    ),
    ...(most === undefined ? [] : [most[0]]),
  ].join(', ');
}

/** Messages that neither the table nor their maker's common form tells anything of, by length. */
export function unknownIn(messages: Messages, table: InstrumentTable): UnknownShape | undefined {
  const { others } = contentsOf(messages, table);
  const unknown = others
    .filter(({ bytes }) => describeByTable(bytes, table).what === 'sysex')
    .map(({ bytes }) => bytes);
  const [first] = unknown;
  if (first === undefined) return undefined;
  const lengths = new Map<number, number>();
  let common = Math.min(first.length - 1, MOST_COMMON);
  for (const bytes of unknown) {
    lengths.set(bytes.length, (lengths.get(bytes.length) ?? 0) + 1);
    while (!isPrefix(first, bytes, common)) common--;
  }
  return {
    count: unknown.length,
    begins: formatHex(first.subarray(0, common)),
    lengths: [...lengths]
      .map(([length, count]) => ({ length, count }))
      .sort((one, other) => other.count - one.count || one.length - other.length),
  };
}

/** All patches that have names, by instrument; then what looks like names in messages that no table knows. */
export function patchesIn(messages: Messages, table: InstrumentTable): NamedPatches[] {
  const { groups, others } = contentsOf(messages, table);
  const unknown = new Map<number, Uint8Array[]>();
  for (const { bytes, kind } of others) {
    if (kind !== undefined) continue;
    const alike = unknown.get(bytes.length) ?? [];
    unknown.set(bytes.length, alike);
    alike.push(bytes);
  }
  const named = groups
    .map((group) => ({ ...group, patches: numbered(group.patches), isGuess: false }))
    .filter(({ patches }) => patches.length > 0);
  return [...named, ...guesses(unknown.values())];
}

/** `30 messages of 50 bytes that no table knows, all begin with f0 47 7e`. */
export function unknownLine({ count, begins, lengths }: UnknownShape): string {
  const all = count > 1 ? 'all begin' : 'it begins';
  const shapes = lengths
    .slice(0, MOST_LENGTHS)
    .map(({ length, count: some }) =>
      lengths.length === 1
        ? `${formatCounted(some, 'message')} of ${formatBytes(length)}`
        : `${formatCount(some)} of ${formatBytes(length)}`,
    );
  const more = lengths.length > MOST_LENGTHS ? ', …' : '';
  const what =
    lengths.length === 1
      ? shapes[0]
      : `${formatCounted(count, 'message')} (${shapes.join(', ')}${more})`;
  return `${what} that no table knows, ${all} with ${begins}`;
}

function isPrefix(one: Uint8Array, other: Uint8Array, length: number): boolean {
  return one.subarray(0, length).every((byte, at) => byte === other[at]);
}

/** Those that have names. Where all have one number, as in a row of edit buffers, their place tells them apart. */
function numbered(patches: readonly Patch[]): NamedPatches['patches'] {
  const isOne = patches.length > 1 && patches.every(({ number }) => number === patches[0]!.number);
  return patches
    .map(({ number, name }, index) => ({ number: isOne ? String(index + 1) : number, name }))
    .filter(({ name }) => name !== undefined);
}

/** Where their numbers begin again and again: each time. Else all as one. */
function banksIn(patches: NamedPatches['patches']): NamedPatches['patches'][] {
  const banks: NamedPatches['patches'][] = [];
  let numbers = new Set<string>();
  for (const patch of patches) {
    if (banks.length === 0 || numbers.has(patch.number)) {
      banks.push([]);
      numbers = new Set();
    }
    numbers.add(patch.number);
    banks.at(-1)!.push(patch);
  }
  const size = banks[0]?.length ?? 0;
  return size > 1 && banks.every(({ length }) => length === size) ? banks : [patches];
}

/** `DX7: 32 voices`, then numbers and names in as many columns as there is room for, of several banks each by itself. */
export async function* patchLines(
  { model, called, patches, isGuess }: NamedPatches,
  room: number,
  chalk: ChalkInstance,
): AsyncGenerator<string> {
  const count = formatCounted(patches.length, called);
  yield chalk.bold(isGuess ? `looks like ${count}` : `${model}: ${count}`);
  const banks = banksIn(patches);
  for (const [index, bank] of banks.entries()) {
    if (banks.length > 1) {
      yield `bank ${index + 1} of ${banks.length}: ${formatCounted(bank.length, called)}`;
    }
    yield* bankLines(bank, room);
  }
}

async function* bankLines(patches: NamedPatches['patches'], room: number): AsyncGenerator<string> {
  const rows: Cell[][] = patches.map(({ number, name = '' }) => [number, name]);
  const layout = { columns: [{ right: true }, {}] };
  const cells = await Columns.measure(rows, layout);
  const perLine = Math.max(1, Math.floor((room + GAP) / (cells.width + GAP)));
  const perColumn = Math.ceil(rows.length / perLine);
  const lines = Array.from({ length: perColumn }, (_, line) =>
    rows.filter((_, at) => at % perColumn === line).map((row) => cells.line(row)),
  );
  const columns = Array.from({ length: perLine }, () => ({ least: cells.width }));
  yield* await layOut(lines, { columns, gap: GAP });
}

const GAP = 3;

function guesses(groups: Iterable<Uint8Array[]>): NamedPatches[] {
  const guessed: NamedPatches[] = [];
  for (const messages of groups) {
    const names = findNames(messages)?.names ?? [];
    if (names.length === 0) continue;
    const patches = names.map((name, index) => ({ number: String(index + 1), name }));
    guessed.push({ model: undefined, called: 'name', patches, isGuess: true });
  }
  return guessed;
}
