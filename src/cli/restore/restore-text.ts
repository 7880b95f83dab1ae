/** What `midirec restore` says: what would be sent, and what differs afterwards. */
import type { Restored } from '../../exchange/copy.js';
import { nameOf } from '../../exchange/fetch-in-turn.js';
import { compare } from '../../sysex/instruments/banks/comparison.js';
import { contentsOf } from '../../sysex/instruments/banks/contents.js';
import type { InstrumentTable } from '../../sysex/instruments/table.js';
import { formatBytes, formatCounted } from '../terminal/figures.js';
import type { RestoreJob } from './restore-source.js';

const MOST_NUMBERS = 10;

/** `DX7: 2 dumps, 4,267 bytes, to midirec demo synth` */
export function describeJob({ instrument, saved, output }: RestoreJob, to?: string): string {
  const bytes = saved.flatMap(({ messages }) => messages).reduce((sum, one) => sum + one.length, 0);
  const where = to ?? output;
  return `${instrument.name}: ${formatCounted(saved.length, 'dump')}, ${formatBytes(bytes)}${
    where === undefined ? '' : `, to ${where}`
  }`;
}

/** A line for each dump. */
export function* dumpLines({ saved }: RestoreJob): Generator<string> {
  for (const { filled, messages } of saved) {
    const bytes = messages.reduce((sum, { length }) => sum + length, 0);
    const name = filled === undefined ? 'cannot be asked for' : nameOf(filled);
    yield `  ${name}: ${formatCounted(messages.length, 'message')}, ${formatBytes(bytes)}`;
  }
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
    instruments: done.map(({ job: { instrument, saved, output }, restored }) => {
      const left = [...restored];
      const outcomeOf = (request: Restored['filled']) => {
        const at = left.findIndex(({ filled }) => filled === request);
        return at < 0 ? 'not-sent' : left.splice(at, 1)[0]!.outcome;
      };
      return {
        instrument: instrument.id,
        name: `${instrument.maker} ${instrument.name}`,
        output: output ?? null,
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
  return `${list.length} of ${same + list.length} differ from what was sent: ${names.join(', ')}${more}`;
}
