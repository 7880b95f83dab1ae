/** What `midirec diff` says: `DX7: 3 renamed, 1 changed (bytes 12 to 14), 2 moved, 26 the same`, and each patch. */
import type { Difference } from '../../sysex/instruments/banks/comparison.js';
import { layOut } from '../terminal/columns.js';
import { formatCount, formatCounted } from '../terminal/figures.js';
import type { ComparedGroup, FileComparison } from './file-comparison.js';

const KINDS = ['renamed', 'changed', 'moved', 'removed', 'added'] as const;

/** Of two files that differ. */
export async function comparisonLines({
  groups,
  isSameButAround,
}: FileComparison): Promise<string[]> {
  const lines: string[] = [];
  for (const group of groups) {
    lines.push(headline(group));
    const rows = group.differences.map((difference) => [difference.kind, ...cells(difference)]);
    const laid = await layOut(rows, { columns: [{}, { right: true }] });
    lines.push(...laid.map((line) => `  ${line}`));
  }
  if (isSameButAround) {
    lines.push('what is around the patches differs: device number, checksum or order');
  }
  return lines;
}

function headline({ model, called, same, differences }: ComparedGroup): string {
  const counts = KINDS.map(
    (kind) => [kind, differences.filter((one) => one.kind === kind)] as const,
  )
    .filter(([, all]) => all.length > 0)
    .map(([kind, all]) => {
      const [only] = all;
      const where = kind === 'changed' && all.length === 1 ? ` (${bytesOf(only!)})` : '';
      return `${formatCount(all.length)} ${kind}${where}`;
    });
  if (same > 0 || counts.length === 0) counts.push(`${formatCount(same)} the same`);
  const countWithout = (missing: Difference['kind']) =>
    same + differences.filter(({ kind }) => kind !== missing).length;
  const [before, after] = [countWithout('added'), countWithout('removed')];
  const size = formatCounted(before, called);
  const sizes = before === after ? size : `${size} before, ${formatCount(after)} after`;
  return `${model}, ${sizes}: ${counts.join(', ')}`;
}

/** Number, and what is to be said of it. */
function cells(difference: Difference): [number: string, what: string] {
  switch (difference.kind) {
    case 'renamed':
      return [difference.number, `${quoted(difference.from)} is now ${quoted(difference.to)}`];
    case 'changed': {
      const { number, name, to } = difference;
      const now = to === undefined ? '' : ` is now ${quoted(to)}`;
      const which = name === undefined ? '' : `${quoted(name)}${now}, `;
      return [number, `${which}${bytesOf(difference)}`];
    }
    case 'moved':
      return [difference.from, `${quoted(difference.name)} to ${difference.to}`.trimStart()];
    default:
      return [difference.number, quoted(difference.name)];
  }
}

function bytesOf(difference: Difference): string {
  if (difference.kind !== 'changed') return '';
  const { firstByte, lastByte } = difference;
  return firstByte === lastByte ? `byte ${firstByte}` : `bytes ${firstByte} to ${lastByte}`;
}

function quoted(name: string | undefined): string {
  return name === undefined ? '' : `"${name.trim()}"`;
}
