/** Banks taken apart into messages of one patch each, and made of such messages. */
import { rightChecksums } from '../checksum.js';
import { type Packing, pack } from '../packing.js';
import type { Patch } from '../patches.js';
import type { Instrument, InstrumentTable, Kind, Recognised } from '../table.js';
import { Layout } from './layout.js';

/** One patch, and a message that carries nothing else. */
export interface Single {
  patch: Patch;
  bytes: Uint8Array;
}

export interface MadeBank {
  bytes: Uint8Array;
  /** Places of it that no patch was given for. */
  emptyPlaces: number;
}

/**
 * The patches of one message, each as a message of its own.
 *
 * @returns undefined if the table knows no patches in it, or no message that carries one
 */
export function singlesOf(message: Uint8Array, table: InstrumentTable): Single[] | undefined {
  const bank = table.recognise(message);
  if (bank === undefined || bank.patches.length === 0) return undefined;
  const { patches } = bank;
  if (bank.kind.patches!.count === 1) return [{ patch: patches[0]!, bytes: message }];
  const made = singleKind(bank.instrument, bank.kind);
  if (made === undefined) return undefined;
  const { kind, layout } = made;
  const singles = patches.map((patch) => {
    const data = layout?.widen(patch.data) ?? patch.data;
    return { patch, bytes: makeMessage(kind, bank, data, patch.index) };
  });
  return isAllWell(singles, table) ? singles : undefined;
}

/** What a row of messages is made of: a patch with the messages that carry it, or a message without any. */
export interface Unit {
  /** Of its patch, or of the first one where it is a bank that cannot be taken apart. */
  name: string | undefined;
  /** True if it has several patches. */
  isBank: boolean;
  messages: Uint8Array[];
  /** Those that it was taken out of: they are not the same where it stood in a bank. */
  origin: Uint8Array[];
}

/**
 * Takes a row of messages apart into patches, as far as the table knows how. Pieces of a memory that belong
 * to one patch stay together.
 */
export function unitsOf(messages: Iterable<Uint8Array>, table: InstrumentTable): Unit[] {
  const units: Unit[] = [];
  let last: { patch: string; address: number; unit: Unit } | undefined;
  for (const message of messages) {
    const place = table.placeInMemory(message);
    if (place !== undefined && last?.patch === place.patch && last.address < place.address) {
      last.unit.messages.push(message);
      last.address = place.address;
      continue;
    }
    const singles = singlesOf(message, table);
    const own = table.recognise(message)?.patches ?? [];
    for (const { patch, bytes } of singles ?? []) {
      units.push({ name: patch.name, isBank: false, messages: [bytes], origin: [message] });
    }
    if (singles !== undefined) continue;
    const carried = [message];
    const unit = { name: own[0]?.name, isBank: own.length > 1, messages: carried, origin: carried };
    last = place && { ...place, unit };
    units.push(unit);
  }
  for (const unit of units) {
    if (unit.name === undefined) {
      unit.name = table.memoryPatches(unit.messages).areas[0]?.patches[0]?.name;
    }
  }
  return units;
}

/**
 * As few banks as hold the patches of these messages, each of one patch, in this order.
 *
 * @param messages - at least one
 * @returns undefined if they are not of one instrument, or the table knows no bank for them
 */
export function banksOf(
  messages: readonly Uint8Array[],
  table: InstrumentTable,
): MadeBank[] | undefined {
  const all = messages.map((message) => table.recognise(message));
  const [first] = all;
  if (first?.kind.patches?.count !== 1) return undefined;
  if (all.some((one) => one?.kind !== first.kind || one.patches.length !== 1)) return undefined;
  const found = bankKind(first, all.length);
  if (found === undefined) return undefined;
  const { kind, layout } = found;
  const { count, stride = 0, name } = kind.patches!;
  const banks: MadeBank[] = [];
  for (let from = 0; from < all.length; from += count) {
    const patches = all.slice(from, from + count).map((one) => one!.patches[0]!);
    const data = new Uint8Array(count * stride);
    for (const [at, patch] of patches.entries()) {
      const narrow = layout === undefined ? patch.data : layout.narrow(patch.data, stride);
      if (narrow === undefined) return undefined;
      data.set(narrow, at * stride);
    }
    for (let at = patches.length; at < count && name?.characters === undefined; at++) {
      const { at: nameAt = 0, length = 0, step = 1 } = name ?? {};
      for (let i = 0; i < length; i++) data[at * stride + nameAt + i * step] = 0x20;
    }
    const bytes = makeMessage(kind, first, data, 0);
    const names = table.recognise(bytes)?.patches.map((patch) => patch.name);
    if (patches.some((patch, at) => names?.[at] !== patch.name)) return undefined;
    banks.push({ bytes, emptyPlaces: count - patches.length });
  }
  return banks;
}

interface Other {
  kind: Kind;
  layout: Layout | undefined;
}

/** The kind of message that carries one patch of this kind of bank. */
function singleKind({ kinds }: Instrument, bank: Kind): Other | undefined {
  const { single, layout, called, stride = 0 } = bank.patches!;
  const kind = kinds.find(
    ({ id, patches, ...other }) =>
      patches?.count === 1 &&
      (single === undefined
        ? patches.called === called && takes({ id, patches, ...other }, stride)
        : id === single),
  );
  return kind && { kind, layout: layout === undefined ? undefined : new Layout(layout) };
}

/** The smallest bank that takes `count` such patches, or else the largest. */
function bankKind({ instrument, kind }: Recognised, count: number): Other | undefined {
  const banks = instrument.kinds
    .filter((bank) => {
      const { at = 0, count = 1, stride = 0 } = bank.patches ?? {};
      return count > 1 && at === 0 && takes(bank, count * stride);
    })
    .sort((one, other) => one.patches!.count - other.patches!.count);
  const fitting = banks
    .map((bank) => ({ bank, single: singleKind(instrument, bank) }))
    .filter(({ single }) => single?.kind === kind);
  const { bank, single } =
    fitting.find(({ bank }) => bank.patches!.count >= count) ?? fitting.at(-1) ?? {};
  return bank && { kind: bank, layout: single!.layout };
}

/** Whether a message of this kind has room for so many unpacked bytes, and for nothing else. */
function takes({ compiled, packing }: Kind, bytes: number): boolean {
  return compiled.takes(pack(new Uint8Array(bytes), packing ?? 'raw').length);
}

function makeMessage(
  kind: Kind,
  { deviceNumber = 0 }: Recognised,
  data: Uint8Array,
  index: number,
): Uint8Array {
  const packing: Packing = kind.packing ?? 'raw';
  const fields = new Map([['n', deviceNumber]]);
  if (kind.compiled.fields.includes('p')) fields.set('p', index);
  const message = kind.compiled.fill(fields, pack(data, packing));
  const match = kind.compiled.match(message);
  for (const { at, expected } of match === undefined ? [] : rightChecksums(kind, match, message)) {
    message[at] = expected;
  }
  return message;
}

/** What was made says the same again. */
function isAllWell(singles: readonly Single[], table: InstrumentTable): boolean {
  return singles.every(({ patch, bytes }) => {
    const { patches = [], checksum } = table.recognise(bytes) ?? {};
    return patches.length === 1 && patches[0]!.name === patch.name && checksum?.verdict !== 'wrong';
  });
}
