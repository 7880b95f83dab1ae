/** What `midirec restore` says: what would be sent, and what differs afterwards. */
import type { Restored } from '../../exchange/copy.js';
import { nameOf } from '../../exchange/fetch-in-turn.js';
import { compare } from '../../sysex/instruments/banks/comparison.js';
import { contentsOf } from '../../sysex/instruments/banks/contents.js';
import { namesIn } from '../../sysex/instruments/description.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { formatBytes, formatCounted } from '../terminal/figures.js';
import type { RestoreJob } from './restore-source.js';

const MOST_NUMBERS = 10;

/** `DX7: 2 dumps, 4,267 bytes, to midirec demo synth` */
export function describeJob({ instrument, saved, output }: RestoreJob): string {
  const bytes = saved.flatMap(({ messages }) => messages).reduce((sum, one) => sum + one.length, 0);
  const where = output === undefined ? '' : `, to ${output}`;
  return `${instrument.name}: ${formatCounted(saved.length, 'dump')}, ${formatBytes(bytes)}${where}`;
}

/** What is sent, a line each; for those that look alike, wherever they stand, one for all: `64 × edit-buffer: 1 message, 57 bytes`. */
export function dumpLines({ saved }: RestoreJob, table: InstrumentTable): string[] {
  const counts = new Map<string, number>();
  for (const { filled, messages } of saved) {
    const bytes = messages.reduce((sum, { length }) => sum + length, 0);
    const kind = () => table.recognise(messages[0]!)?.kind.name ?? 'message';
    const name = filled === undefined ? `${kind()}, cannot be asked for` : nameOf(filled);
    const names = messages.length === 1 ? namesIn(messages[0]!, table) : '';
    const line = `${name}: ${formatCounted(messages.length, 'message')}, ${formatBytes(bytes)}${names}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `  ${count === 1 ? '' : `${count} × `}${line}`);
}

const OUTCOMES: readonly (readonly [Restored['outcome'], string])[] = [
  ['same', 'compared, the same'],
  ['different', 'different'],
  ['missing', 'did not come again'],
  ['refused', 'refused'],
  ['sent', 'sent, cannot be asked for'],
];

/** `2 dumps compared, the same`; `17 dumps: 14 compared, the same; 3 different` */
export function summaryOf(restored: readonly Restored[], all: number): string {
  const counts = OUTCOMES.map(([outcome, words]) => ({
    count: restored.filter((one) => one.outcome === outcome).length,
    words,
  }));
  const rest = { count: all - restored.length, words: 'neither compared nor known to be sent' };
  const [only, ...others] = [...counts, rest].filter(({ count }) => count > 0);
  const dumps = formatCounted(all, 'dump');
  if (only !== undefined && others.length === 0) return `${dumps} ${only.words}`;
  const parts = [only!, ...others].map(({ count, words }) => `${count} ${words}`);
  return `${dumps}: ${parts.join('; ')}`;
}

/** What became of what went into one instrument. */
export interface RestoredJob {
  job: RestoreJob;
  /** Empty if it was not sent. */
  restored: readonly Restored[];
}

/** For `--json`: every dump, with what became of it. */
export function documentOf(done: readonly RestoredJob[]): object {
  return {
    instruments: done.map(({ job: { instrument, saved, output, missing }, restored }) => {
      const left = [...restored];
      const outcomeOf = (request: Restored['filled']) => {
        const at = left.findIndex(({ filled }) => filled === request);
        return at < 0 ? 'not-sent' : left.splice(at, 1)[0]!.outcome;
      };
      return {
        instrument: instrument.id,
        name: `${instrument.maker} ${instrument.name}`,
        output: output ?? null,
        missing,
        dumps: saved.map(({ filled, messages }) => ({
          request: filled?.entry.id ?? null,
          patch: filled?.patch,
          bank: filled?.bank,
          messages: messages.length,
          bytes: messages.reduce((sum, { length }) => sum + length, 0),
          outcome: outcomeOf(filled),
        })),
      };
    }),
  };
}

/** What is wrong with a dump that was put back; undefined if nothing is. */
export function problemOf(
  { filled, outcome, sent, found }: Restored,
  table: InstrumentTable,
): string | undefined {
  const name = filled === undefined ? 'what was sent' : nameOf(filled);
  switch (outcome) {
    case 'same':
    case 'sent':
      return undefined;
    case 'missing':
      return `${name}: asked for again, it did not come: whether it has arrived is not known`;
    case 'refused':
      return `${name}: the instrument refuses it`;
    case 'different':
      return `${name}: ${differences(sent, found, table)}`;
  }
}

function differences(sent: Uint8Array[], found: Uint8Array[], table: InstrumentTable): string {
  const [before, after] = [sent, found].map((messages) =>
    contentsOf(
      messages.map((bytes) => ({ bytes })),
      table,
    ).groups.flatMap(({ patches }) => patches),
  );
  const { same, differences: list } = compare(before ?? [], after ?? []);
  if (list.length === 0) return 'the instrument has something else now';
  const names = list.slice(0, MOST_NUMBERS).map((one) => {
    if (one.kind === 'renamed') return `${one.number} "${one.from}"`;
    const number = one.kind === 'moved' ? one.from : one.number;
    return `${number}${one.name === undefined ? '' : ` "${one.name.trim()}"`}`;
  });
  const more = list.length > MOST_NUMBERS ? ', …' : '';
  return `${list.length} of ${same + list.length} ${list.length === 1 ? 'differs' : 'differ'} from what was sent: ${names.join(', ')}${more}`;
}
