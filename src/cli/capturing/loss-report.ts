/** What was lost, in words that tell a musician what it means for the take. */
import type { Loss, LossKind } from '../../capture/loss-ledger.js';
import type { LostEvents } from '../../files/growing/growing-take.js';
import { formatCounted, formatTime, formatTimes } from '../terminal/figures.js';

const WORDS: Record<LossKind, (count: number) => string> = {
  'ring-overflow': (n) =>
    `${formatCounted(n, 'message lost: it', 'messages lost: they')} came faster than could be read`,
  'invalid-message': (n) => `${formatCounted(n, 'invalid message')} left out`,
  'damaged-sysex': (n) => `${formatCounted(n, 'sysex', 'sysex')} came in damaged`,
  'incomplete-sysex': (n) =>
    `${formatCounted(n, 'sysex', 'sysex')} incomplete: beginning or end is missing`,
  'dropped-message': (n) =>
    `${formatCounted(n, 'message')} dropped: the driver had no buffer left (try more --buffers)`,
  overrun: (n) =>
    `what came in was not read in time, and the system ran out of room ${formatTimes(n)}: messages are missing (stop what keeps the machine busy, or give midirec a higher priority)`,
  'no-buffer': (n) =>
    `the driver had no buffer left ${formatTimes(n)}: sysex may be missing (try more --buffers)`,
  'late-reading': (n) =>
    `midirec did not run (stopped, suspended or starved): ${formatCounted(n, 'message that came meanwhile has', 'messages that came meanwhile have')} the time of the end`,
  'bad-time-stamp': (n) =>
    `${formatCounted(n, 'time stamp')} of the driver cannot be right: the time of arrival was used`,
  'buffer-refused': (n) =>
    `${formatCounted(n, 'buffer')} refused by the driver: sysex may be missing`,
  'device-lost': (n) => `the device went away ${formatTimes(n)}`,
  'no-place': (n) =>
    `${formatCounted(n, 'message')} lost: there was no place for ${n === 1 ? 'it' : 'them'}`,
};

/** One line for each kind of loss, with when and where. */
export function describeLosses(losses: Loss[], deviceNames: string[]): string[] {
  return losses.map((loss) => {
    const when =
      formatTime(loss.firstMs) === formatTime(loss.lastMs)
        ? `at ${formatTime(loss.firstMs)}`
        : `from ${formatTime(loss.firstMs)} to ${formatTime(loss.lastMs)}`;
    const { device } = loss;
    const isNamed = deviceNames.length > 1 && device !== null;
    const where = isNamed ? ` (${deviceNames[device] ?? device})` : '';
    const detail = loss.detail === '' ? '' : ` [${loss.detail}]`;
    return `${WORDS[loss.kind](loss.count)}, ${when}${where}${detail}`;
  });
}

/** @param lost - of a take, on the session's clock */
export function withoutPlace(lost: LostEvents | undefined): Loss[] {
  if (lost === undefined) return [];
  const { count, firstTimeMs: firstMs, lastTimeMs: lastMs } = lost;
  return [{ kind: 'no-place', device: null, count, firstMs, lastMs, detail: '' }];
}
