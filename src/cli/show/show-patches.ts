/** What the messages of a .syx file are by the table of instruments, and the names of the patches in them. */
import type { ChalkInstance } from 'chalk';
import { contentsOf } from '../../sysex/instruments/banks/contents.js';
import { describeByTable, type JudgedSysex } from '../../sysex/instruments/description.js';
import { findNames } from '../../sysex/instruments/name-finder.js';
import type { Patch } from '../../sysex/instruments/patches.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { knownInstruments } from '../files/known-instruments.js';
import { type Cell, Columns, layOut } from '../terminal/columns.js';
import type { ConsoleOutput } from '../terminal/console-output.js';
import { formatCounted } from '../terminal/figures.js';

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

/** The table, and what it says of one file. */
export class PatchNames {
  readonly #table: InstrumentTable;

  static async load(console: Pick<ConsoleOutput, 'warn'>): Promise<PatchNames> {
    return new PatchNames(await knownInstruments(console));
  }

  private constructor(table: InstrumentTable) {
    this.#table = table;
  }

  /** What a message is. */
  describe(bytes: Uint8Array): JudgedSysex {
    return describeByTable(bytes, this.#table);
  }

  /** Messages with a wrong checksum. */
  countWrong(messages: Iterable<{ bytes: Uint8Array }>): number {
    let count = 0;
    for (const { bytes } of messages) if (this.describe(bytes).checksum === 'wrong') count++;
    return count;
  }

  /** In a few words: `DX7: 32 voices`; where no patches are known, the kind that most of its messages are of. */
  summary(messages: Iterable<{ bytes: Uint8Array }>): string {
    const { groups, others } = contentsOf(messages, this.#table);
    const counts = new Map<string, number>();
    for (const { bytes } of groups.length > 0 ? [] : others) {
      const { manufacturer, what } = this.describe(bytes);
      const kind = `${manufacturer} ${what}`.trim();
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

  /** All patches that have names, by instrument; then what looks like names in messages that no table knows. */
  list(messages: Iterable<{ bytes: Uint8Array }>): NamedPatches[] {
    const { groups, others } = contentsOf(messages, this.#table);
    const unknown = new Map<number, Uint8Array[]>();
    for (const { bytes, kind } of others) {
      if (kind !== undefined) continue;
      const alike = unknown.get(bytes.length) ?? [];
      unknown.set(bytes.length, alike);
      alike.push(bytes);
    }
    const named = groups
      .map((group) => ({
        ...group,
        patches: group.patches
          .filter(({ name }) => name !== undefined)
          .map(({ number, name }) => ({ number, name })),
        isGuess: false,
      }))
      .filter(({ patches }) => patches.length > 0);
    return [...named, ...guesses(unknown.values())];
  }
}

/** `DX7: 32 voices`, then numbers and names in as many columns as there is room for. */
export async function* patchLines(
  { model, called, patches, isGuess }: NamedPatches,
  room: number,
  chalk: ChalkInstance,
): AsyncGenerator<string> {
  const count = formatCounted(patches.length, called);
  yield chalk.bold(isGuess ? `looks like ${count}` : `${model}: ${count}`);
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
