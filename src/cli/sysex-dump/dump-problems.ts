/** Why a dump is not all that was asked for, in words; losses on the way in are in loss-report.ts. */
import type { SyxResult } from '../../files/growing/growing-dump.js';
import type { StopReason } from '../process/stop-requests.js';
import { displayPath, formatCounted } from '../terminal/figures.js';
import type { DumpSummary } from './dump-summary.js';

export interface EndedDump {
  reason: StopReason;
  /** `--count`. */
  wanted: number | undefined;
  summary: DumpSummary;
  whole: SyxResult | undefined;
  incomplete: SyxResult | undefined;
  /** Messages that standard output did not take in time. */
  unread: number;
  /** Incomplete messages that have no place in standard output. */
  leftOut: number;
}

/** One line for each problem. */
export function describeProblems(dump: EndedDump): string[] {
  const { reason, wanted, summary, whole, incomplete, unread, leftOut } = dump;
  const { messages, wrongChecksums } = summary;
  const problems: string[] = [];
  const hasFallenSilent =
    reason === 'idle' || reason === 'inputs-gone' || reason === 'end-of-input';
  if (wanted !== undefined && messages < wanted && hasFallenSilent) {
    problems.push(`only ${messages} of ${formatCounted(wanted, 'message')} came`);
  }
  if (wrongChecksums > 0) {
    problems.push(`${formatCounted(wrongChecksums, 'message')} with a wrong checksum: dump again`);
  }
  if (incomplete !== undefined) {
    problems.push(`what is incomplete is in ${describePaths(incomplete.paths)}`);
  }
  if (unread > 0) {
    problems.push(
      `${formatCounted(unread, 'message')} not printed: standard output was not read fast enough`,
    );
  }
  if (leftOut > 0) {
    problems.push(
      `${formatCounted(leftOut, 'incomplete message')} left out of standard output (-o keeps them)`,
    );
  }
  for (const result of [whole, incomplete]) {
    if (result?.lost === undefined) continue;
    const count = formatCounted(result.lost.messages, 'message');
    problems.push(`${count} lost: the disk would not take them`);
  }
  return problems;
}

/** The first of the files, and the last. */
export function describePaths(paths: readonly string[]): string {
  if (paths.length === 0) return 'no file';
  const first = displayPath(paths[0]!);
  return paths.length === 1 ? first : `${first} … ${displayPath(paths.at(-1)!)}`;
}
