/** Two sysex files held against each other: their patches by kind, and the messages in which none are known. */
import {
  type Compared,
  type Comparison,
  compare,
} from '../../sysex/instruments/banks/comparison.js';
import { contentsOf } from '../../sysex/instruments/banks/contents.js';
import { Layout } from '../../sysex/instruments/banks/layout.js';
import type { Patch } from '../../sysex/instruments/patches.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { describeSysex } from '../../sysex/sysex-identification.js';
import { meaningOf } from '../capturing/message-text.js';

/** What has become of the patches of one kind, or of messages. */
export interface ComparedGroup extends Comparison {
  /** `DX7`; of messages what they are. */
  model: string;
  /** `voice`, or `message`. */
  called: string;
}

export interface FileComparison {
  isSame: boolean;
  groups: ComparedGroup[];
  /** The patches are the same, and what is around them is not: device numbers, checksums, the order. */
  isSameButAround: boolean;
}

export function compareFiles(
  before: readonly Uint8Array[],
  after: readonly Uint8Array[],
  table: InstrumentTable,
): FileComparison {
  const [earlier, later] = [groupsOf(before, table), groupsOf(after, table)];
  const groups = [...new Set([...earlier.keys(), ...later.keys()])].map((key) => {
    const [one, other] = [earlier.get(key), later.get(key)];
    const { model, called } = (one ?? other)!;
    return { model, called, ...compare(...inOneForm(one?.patches ?? [], other?.patches ?? [])) };
  });
  const isSame = Buffer.concat(before).equals(Buffer.concat(after));
  const isSameButAround = !isSame && groups.every(({ differences }) => differences.length === 0);
  return { isSame, groups, isSameButAround };
}

/** Both as messages of one patch carry them, where one file has them as a bank does and the other as such messages. */
function inOneForm(
  one: readonly ComparedPatch[],
  other: readonly ComparedPatch[],
): [readonly Compared[], readonly Compared[]] {
  const single = [...one, ...other].find(({ layout }) => layout === undefined);
  if (single === undefined) return [one, other];
  const widen = ({ layout, data, ...patch }: ComparedPatch): Compared =>
    layout === undefined
      ? { ...patch, data }
      : { ...patch, data: new Layout(layout).widen(data), nameEntry: single.nameEntry };
  return [one.map(widen), other.map(widen)];
}

type ComparedPatch = Compared & Pick<Patch, 'layout'>;

interface Group {
  model: string;
  called: string;
  patches: ComparedPatch[];
}

function groupsOf(messages: readonly Uint8Array[], table: InstrumentTable): Map<string, Group> {
  const { groups, others } = contentsOf(
    messages.map((bytes) => ({ bytes })),
    table,
  );
  const all = new Map<string, Group>(
    groups.map((group) => [`${group.model} ${group.called}`, group]),
  );
  for (const { bytes, kind } of others) {
    const model = kind ?? meaningOf(describeSysex(bytes));
    const group = all.get(model) ?? { model, called: 'message', patches: [] };
    all.set(model, group);
    const number = String(group.patches.length + 1);
    group.patches.push({ number, name: undefined, data: bytes, nameEntry: undefined });
  }
  return all;
}
